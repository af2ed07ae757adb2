"""What is set up wrongly on this side does not heal by itself: exit 2, nothing waits, the cause is named."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.conftest import Answer, Command
from tests.servers.fault_server import FaultServer
from tests.servers.moto_server import MotoServer
from tests.servers.refusing_proxy import RefusingProxy
from tests.servers.tls_server import TlsServer

PASSWORD = "Tr0ub4dor-and-3"
ELSEWHERE = "s3.lab.example"
UNREACHABLE = "198.51.100.7:9000"


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
        assert f"({scheme.upper()}_PROXY) did not let us through to S3 at {ELSEWHERE}" in said
        assert f"Check {scheme.upper()}_PROXY and the login in it" in said


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


@pytest.fixture
def profile(home: Path, s3_bucket: str) -> Callable[..., tuple[str, str]]:
    """Writes a profile of the bucket with these lines beside; what chooses it on a command line."""

    def write(*lines: str) -> tuple[str, str]:
        home.mkdir(exist_ok=True)
        table = ["[profiles.lab]", f'bucket = "{s3_bucket}"', *lines]
        (home / "settings.toml").write_text("\n".join(table))
        return "--profile", "lab"

    return write


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "which does not exist"),
        (b"", "which holds no certificate"),
        (b"no certificate", "which holds no certificate"),
    ],
)
def test_authorities_that_cannot_be_used(
    an_upload: Upload,
    moto_server: MotoServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    content: bytes | None,
    says: str,
) -> None:
    """
    Given a variable that names a file of authorities that is gone, empty, or something else
    When a run is uploaded
    Then variable and file are named, and nothing is said of the network.
    """
    authorities = tmp_path / "lab-ca.pem"
    if content is not None:
        authorities.write_bytes(content)
    with TlsServer(moto_server.url, tmp_path) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        monkeypatch.setenv(variable, str(authorities))
        said = an_upload.is_refused()
    assert f"{variable} names {authorities}, {says}" in said
    assert "network" not in said


def test_authorities_of_the_aws_settings(
    an_upload: Upload, moto_server: MotoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given a ca_bundle in ~/.aws/config that is gone, and then one that holds the authority
    When a run is uploaded
    Then the file and where it is named are told, and then it is stored.
    """
    config = tmp_path / "aws-config"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    with TlsServer(moto_server.url, tmp_path) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        config.write_text("[default]\nca_bundle = /opt/lab/gone.pem\n")
        said = an_upload.is_refused()
        assert "(~/.aws/config) names /opt/lab/gone.pem, which does not exist" in said
        config.write_text(f"[default]\nca_bundle = {server.certificate}\n")
        assert an_upload().code == 0


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_authorities_of_other_programs(
    an_upload: Upload,
    moto_server: MotoServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    """
    Given a variable by which other programs know the authority, and one of AWS that is set to nothing
    When a run is uploaded
    Then it is stored.
    """
    monkeypatch.setenv("AWS_CA_BUNDLE", "")
    with TlsServer(moto_server.url, tmp_path) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        monkeypatch.setenv(variable, str(server.certificate))
        assert an_upload().code == 0


def test_authorities_of_the_profile(
    runferry: Command,
    fred_out: Path,
    profile: Callable[..., tuple[str, str]],
    moto_server: MotoServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given a profile with a ca_bundle of its own, and a variable that names another one
    When a run is uploaded
    Then the profile's counts; where it lacks the authority, it is named.
    """
    other = tmp_path / "other"
    other.mkdir()
    with (
        TlsServer(moto_server.url, tmp_path) as server,
        TlsServer(moto_server.url, other) as stranger,
    ):
        monkeypatch.setenv("AWS_CA_BUNDLE", str(stranger.certificate))
        endpoint = f'endpoint_url = "{server.url}"'
        store = profile(endpoint, f'ca_bundle = "{server.certificate}"')
        upload = ("upload", fred_out / "RUN1", "--name", "flu")
        assert runferry(*upload, *store).code == 0

        answer = runferry(*upload, *profile(endpoint, f'ca_bundle = "{stranger.certificate}"'))
        assert answer.code == 2
        assert f'ca_bundle of the profile "lab" names {stranger.certificate}' in answer.err
        assert "add the certificate of its authority there" in answer.err


def test_certificate_of_another_host(
    an_upload: Upload, moto_server: MotoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given an endpoint by a name that the store's certificate does not hold
    When a run is uploaded
    Then the name that it holds is told.
    """
    with TlsServer(moto_server.url, tmp_path) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"https://localhost:{server.server_port}")
        monkeypatch.setenv("AWS_CA_BUNDLE", str(server.certificate))
        assert "certificate is for another name, 127.0.0.1" in an_upload.is_refused()


def test_proxy_of_a_kind_that_is_not_known(
    an_upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given a SOCKS proxy in the environment
    When a run is uploaded
    Then it is not asked, and the variable that names it is told.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"https://{ELSEWHERE}")
    monkeypatch.setenv("HTTPS_PROXY", f"socks5h://ada:{PASSWORD}@127.0.0.1:9")
    said = an_upload.is_refused()
    assert "HTTPS_PROXY names a proxy of the kind socks5h (127.0.0.1:9)" in said


def test_proxy_that_is_away(
    runferry: Command,
    fred_out: Path,
    store: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given a proxy that nobody listens at
    When a run is uploaded
    Then it waits in the queue, and the variable is named all the same.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"https://{ELSEWHERE}")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    answer = runferry("upload", fred_out / "RUN1", "--name", "flu", *store)
    assert answer.code == 3
    assert "The proxy 127.0.0.1:9 (HTTPS_PROXY) on the way to S3" in answer.err
    assert "1 upload kept in the queue" in answer.err
    assert "Check the network and HTTPS_PROXY" in answer.err


def test_proxy_of_the_profile(
    runferry: Command,
    fred_out: Path,
    profile: Callable[..., tuple[str, str]],
    fault_server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given a store that only a proxy can reach, which the profile names by a variable with a login
    When a run is uploaded
    Then it is stored by that way; a login in the file is refused.
    """
    address = fault_server.url.replace("://", f"://ada:{PASSWORD}@")
    monkeypatch.setenv("LAB_PROXY", address)
    monkeypatch.setenv("NO_PROXY", "*")
    endpoint = f'endpoint_url = "http://{UNREACHABLE}"'
    upload = ("upload", fred_out / "RUN1", "--name", "flu")
    assert runferry(*upload, *profile(endpoint, 'proxy = "${LAB_PROXY}"')).code == 0
    assert fault_server.count("PUT", f"^http://{UNREACHABLE}/") > 0

    answer = runferry(*upload, *profile(endpoint, f'proxy = "{address}"'))
    assert answer.code == 2
    assert "line 4" in answer.err
    assert PASSWORD not in answer.err

    monkeypatch.delenv("LAB_PROXY")
    answer = runferry(*upload, *profile(endpoint, 'proxy = "${LAB_PROXY}"'))
    assert answer.code == 2
    assert "refers to the environment variable LAB_PROXY, which is not set" in answer.err


def test_variable_that_does_not_count(
    runferry: Command, store: tuple[str, str], monkeypatch: pytest.MonkeyPatch, no_pauses: object
) -> None:
    """
    Given a store that nobody reaches without a proxy, and ALL_PROXY, which curl would use
    When jobs are listed
    Then it is said that this variable does not count.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "socks5h://127.0.0.1:9")
    answer = runferry("store", "sync", *store)
    assert answer.code == 3
    assert "ALL_PROXY is not used, HTTPS_PROXY and HTTP_PROXY are." in answer.err


def test_network_without_a_proxy(an_upload: Upload, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Given a proxy that refuses, and the network of the store in NO_PROXY
    When a run is uploaded
    Then it is stored, and the proxy was not asked.
    """
    with RefusingProxy(403) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url("ada:x"))
        monkeypatch.setenv("NO_PROXY", "10.0.0.0/8, 127.0.0.0/8")
        assert an_upload().code == 0
        assert proxy.asked == []


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("AWS_METADATA_SERVICE_TIMEOUT", "long"),
        ("AWS_DEFAULTS_MODE", "mine"),
        ("AWS_DEFAULT_REGION", "eu central"),
        ("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", "near"),
    ],
)
def test_variable_that_cannot_be(
    an_upload: Upload, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    """
    Given a variable of AWS with a value that it cannot have
    When a run is uploaded
    Then the variable is named.
    """
    monkeypatch.setenv(variable, value)
    assert variable in an_upload.is_refused()
