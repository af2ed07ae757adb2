"""What is set up wrongly on this side does not heal by itself: exit 2, nothing waits, the cause is named."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import Answer, Command
from tests.servers.moto_server import MotoServer
from tests.servers.refusing_proxy import RefusingProxy
from tests.servers.tls_server import TlsServer

PASSWORD = "Tr0ub4dor-and-3"
ELSEWHERE = "s3.lab.example"


@pytest.fixture
def store(s3_bucket: str) -> tuple[str, str]:
    return "--bucket", f"s3://{s3_bucket}"


class Upload:
    """An upload that is refused before anything is sent."""

    def __init__(self, runferry: Command, run: Path, home: Path, store: tuple[str, str]) -> None:
        self._runferry, self._run, self._home, self._store = runferry, run, home, store

    def __call__(self) -> Answer:
        return self._runferry("upload", self._run, "--name", "flu", *self._store)

    def is_refused(self) -> str:
        """What is said; the password is nowhere, and nothing waits for better times."""
        answer = self()
        assert answer.code == 2
        assert answer.out == ""
        assert self._runferry("queue", "list", "--json", *self._store).records == []
        files = [path for path in self._home.rglob("*") if path.is_file()]
        seen = answer.err.encode() + b"".join(path.read_bytes() for path in files)
        assert PASSWORD.encode() not in seen
        return answer.err


@pytest.fixture
def an_upload(runferry: Command, fred_out: Path, home: Path, store: tuple[str, str]) -> Upload:
    return Upload(runferry, fred_out / "RUN1", home, store)


def test_certificate_that_nobody_vouches_for(
    an_upload: Upload, moto_server: MotoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given a store whose certificate this machine does not trust
    When a run is uploaded, and then the advice is followed
    Then it is refused with that reason, and then stored.
    """
    with TlsServer(moto_server.url, tmp_path) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        said = an_upload.is_refused()
        assert "its certificate is not trusted" in said
        assert "AWS_CA_BUNDLE" in said
        assert server.seen == []
        monkeypatch.setenv("AWS_CA_BUNDLE", str(server.certificate))
        assert an_upload().code == 0


@pytest.mark.parametrize("status", [407, 403])
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_proxy_that_refuses(
    an_upload: Upload, monkeypatch: pytest.MonkeyPatch, scheme: str, status: int
) -> None:
    """
    Given a proxy that does not accept the login in its URL, or does not let anybody to the store
    When a run is uploaded
    Then the proxy's answer is named, its password is not.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"{scheme}://{ELSEWHERE}")
    with RefusingProxy(status) as proxy:
        monkeypatch.setenv(f"{scheme.upper()}_PROXY", proxy.url(f"ada:{PASSWORD}"))
        said = an_upload.is_refused()
        tunnel = "CONNECT" if scheme == "https" else f"GET http://{ELSEWHERE}"
        assert [asked for asked in proxy.asked if not asked.startswith(tunnel)] == []
        assert len(proxy.asked) == 1
    assert f"HTTP {status}" in said
    assert "proxy" in said
    if scheme == "https" or status == 407:  # elsewhere a firewall may have said it
        assert "The proxy did not let us through to S3 at s3.lab.example" in said


def test_credential_process_that_is_not_there(
    an_upload: Upload, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given an AWS profile with a program for credentials that is not installed
    When a run is uploaded
    Then the program is named, what it would have been called with is not.
    """
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    config = tmp_path / "aws-config"
    program = f"/opt/lab/fetch-keys --password {PASSWORD}"
    config.write_text(f"[profile lab]\ncredential_process = {program}\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_PROFILE", "lab")
    said = an_upload.is_refused()
    assert "/opt/lab/fetch-keys" in said
    assert "credential_process" in said
