"""A careful user greps for their key in everything that RunFerry left behind."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import Command
from tests.servers.fault_server import Fault, FaultServer, refuse
from tests.servers.fixtures import KEY_ID, SECRET_KEY

TOKEN = "IQoJb3JpZ2luX2VjEXAMPLETOKEN0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"
ECHOED = (
    f"<AWSAccessKeyId>{KEY_ID}</AWSAccessKeyId>"
    f"<StringToSign>AWS4-HMAC-SHA256 {TOKEN}</StringToSign>"
    f"<CanonicalRequest>PUT x-amz-security-token:{TOKEN}</CanonicalRequest>"
    f"<Secret>{SECRET_KEY}</Secret>"
)


def everything_below(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.rglob("*") if file.is_file())


@pytest.mark.usefixtures("no_pauses")
@pytest.mark.parametrize("code", ["SignatureDoesNotMatch", "AccessDenied", "InternalError"])
def test_server_that_echoes_credentials(
    runferry: Command,
    fred_out: Path,
    home: Path,
    s3_bucket: str,
    fault_server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
) -> None:
    """
    Given a server that answers with the credentials it was sent, as real ones do
    When uploads and listings fail on it
    Then key id, secret and token are in no output, log, database or store.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", fault_server.url)
    monkeypatch.setenv("AWS_SESSION_TOKEN", TOKEN)
    monkeypatch.setenv("RUNFERRY_COUNTDOWN_SECONDS", "0")
    bucket = f"s3://{s3_bucket}"
    assert runferry("jobs", "register", "--name", "flu", "--bucket", bucket).code == 0
    status = 500 if code == "InternalError" else 403
    for method in ("PUT", "POST", "GET"):
        fault_server.plan(
            Fault(method, "", before=lambda: refuse(status, code, extra=ECHOED), times=1000)
        )

    seen = b""
    for command in (
        ["upload", fred_out / "RUN1", "--job-id", "1", "--json"],
        ["watch", fred_out, "--until-idle", "--auto-upload", "--quiet", "0.1", "--json"],
        ["jobs", "list", "--json"],
    ):
        answer = runferry(*command, "--bucket", bucket)
        seen += (answer.out + answer.err).encode()
        assert answer.code != 0 or "jobs" in command
    seen += everything_below(home)

    assert code.encode() in seen
    for secret in (KEY_ID, SECRET_KEY, TOKEN):
        assert secret.encode() not in seen


def test_secrets_in_paths_and_names(runferry: Command, fred_out: Path, home: Path) -> None:
    """
    Given a job name that holds a key
    When the job is registered, listed and stored to
    Then the key is nowhere.
    """
    name = f"aws_secret_access_key={SECRET_KEY}"
    answers = [
        runferry("jobs", "register", "--name", name, "--json"),
        runferry("upload", fred_out / "RUN3", "--job-id", "1"),
        runferry("jobs", "list"),
        runferry("jobs", "list", "--json"),
    ]
    seen = "".join(answer.out + answer.err for answer in answers).encode()
    assert all(answer.code == 0 for answer in answers)
    assert SECRET_KEY.encode() not in seen + everything_below(home)
