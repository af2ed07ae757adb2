"""Programs that hand out credentials, and what becomes of it when they do not."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import StoreCredentialsError
from core.redaction import redact
from core.settings import Profile, StoreKind
from core.waiting.store_waits import StoreWaits
from storage.machine.system import SystemClock
from storage.s3.client import build_client
from storage.s3.credentials import origin_of_credentials
from storage.s3.sign_in import SignIn
from tests.storage.s3.aws_settings import AwsHome

KEY = "AKIAQQQQQQQQQQQQQQQQ"
SECRET = "correct-horse-of-the-process"
TOKEN = "battery-staple-of-the-process"
PROFILE = Profile(
    "lab",
    StoreKind.S3,
    bucket="lab-results",
    region="eu-west-1",
    endpoint_url="http://127.0.0.1:9",
    aws_profile="lab",
)
Refused = Callable[..., StoreCredentialsError]


def made(**others: object) -> str:
    answer = {"Version": 1, "AccessKeyId": KEY, "SecretAccessKey": SECRET, "SessionToken": TOKEN}
    return json.dumps({**answer, **others})


@pytest.fixture
def use(aws_home: AwsHome) -> Callable[[str], str]:
    """Has the AWS profile call a script, or this command line."""

    def write(lines: str, command: str = "") -> str:
        path = str(aws_home.program(lines))
        aws_home.config(f"[profile lab]\ncredential_process = {command or path}\n")
        return path

    return write


@pytest.fixture
def refused(use: Callable[..., str]) -> Refused:
    """What is said of a script, with so much time for it."""

    def ask(lines: str, command: str = "", seconds: float = 60.0) -> StoreCredentialsError:
        use(lines, command)
        with pytest.raises(StoreCredentialsError) as caught:
            build_client(PROFILE, SignIn(process_seconds=seconds))
        assert caught.value.exit_code == 2
        assert not caught.value.retryable
        assert caught.value.__context__ is None
        return caught.value

    return ask


def test_used(use: Callable[[str], str]) -> None:
    """Program and end are told, values are not."""
    end = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
    path = use(f"echo '{made(Expiration=end.isoformat())}'")
    client = build_client(PROFILE)
    client.close()
    origin = origin_of_credentials(PROFILE, client)
    assert origin.source == f'credential_process of the AWS profile "lab" ({path})'
    assert (origin.temporary, origin.end) == (True, end)
    assert path in origin.renewal
    assert SECRET not in repr(origin)


def test_hangs(refused: Refused) -> None:
    """It is ended with all that it started, and what it said until then is told."""
    error = refused("echo waiting for the smart card >&2\nsleep 600 &\nsleep 600", seconds=0.5)
    assert "did not end within 0.5 seconds" in error.what
    assert "waiting for the smart card" in error.what


def test_leaves_a_child_behind(refused: Refused) -> None:
    """One that holds its output open is not waited for either."""
    assert "did not end" in refused("sleep 600 &", seconds=0.5).what


def test_has_no_terminal(refused: Refused) -> None:
    """It cannot ask behind the app: there is neither a terminal nor an input."""
    error = refused("read answer; (exec < /dev/tty) 2>/dev/null || echo none:$answer >&2; exit 3")
    assert "none:" in error.what


def test_fails(refused: Refused) -> None:
    """Its exit code, and what it said on its standard error, without the secrets in that."""
    printed = made().replace('"', '\\"')
    lines = f'echo "{printed}"\necho "sorry: {SECRET} is not good" >&2\nexit 7'
    error = refused(lines)
    assert 'credential_process of the AWS profile "lab" failed (exit code 7)' in error.what
    assert "sorry:" in error.what
    assert "is not good" in error.what
    assert SECRET not in str(error)
    assert "Run it by hand" in error.todo


def test_says_much(refused: Refused) -> None:
    """The end of a long text is told; controls in it do nothing."""
    lines = "seq 100000 >&2; printf '\\033[2Jlast words' >&2; kill -9 $$"
    error = refused(lines)
    assert "ended by signal 9" in error.what
    assert "last words" in error.what
    assert "\x1b" not in error.what
    assert len(error.what) < 800


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("/nonexistent/tool --for lab", "could not be started: /nonexistent/tool: no such file"),
        ("no-such-tool", "could not be started: no-such-tool: no such file"),
        ("/etc", "could not be started: /etc: permission denied"),
        ("/bin/echo 'half", "a quotation mark has no counterpart"),
        ("\n  /bin/echo --for=lab", "it does not stand on one line"),
    ],
)
def test_not_started(refused: Refused, command: str, says: str) -> None:
    """A program that is not there is named; it is no outage of the store."""
    assert says in refused("", command).what


@pytest.mark.parametrize(
    ("printed", "says"),
    [
        ("<html>Please log in</html>", "printed 27 bytes that are not the JSON"),
        ("", "printed 1 bytes that are not the JSON"),
        ("[1, 2]", "not the JSON of credentials"),
        (made(Version=2), 'printed "Version" 2, and not 1'),
        (json.dumps({"AccessKeyId": KEY}), 'no "Version": 1'),
        (json.dumps({"Version": 1, "AccessKeyId": KEY}), 'no "SecretAccessKey"'),
        (made(SecretAccessKey=7), 'no "SecretAccessKey"'),
        (made(SessionToken=7), '"SessionToken" that is no text'),
        pytest.param("[" * 50_000, "not the JSON of credentials", id="deep"),
        (made(Expiration="soon"), '"Expiration" that is no time with a zone'),
        (made(Expiration="2026-01-01T00:00:00"), '"Expiration" that is no time with a zone'),
        (made(Expiration="2021-01-01T00:00:00Z"), "ended at 2021-01-01 00:00 UTC"),
    ],
)
def test_cannot_be_used(refused: Refused, printed: str, says: str) -> None:
    """Junk and credentials that have ended are told apart."""
    assert says in refused(f"echo '{printed}'").what


def test_registered_before_it_fails(refused: Refused) -> None:
    """What is in an answer that cannot be used is known to the redactor."""
    unique = "never-seen-before-in-any-test"
    refused(f"echo '{made(SecretAccessKey=unique, Version=3)}'")
    assert unique not in redact(f"tried {unique}")


def test_time_of_it_is_no_silence(use: Callable[[str], str]) -> None:
    """While it works, nothing is said of a store that does not answer."""
    waits = StoreWaits(SystemClock())
    use(f"echo '{made()}'")
    with waits.asking():
        build_client(PROFILE, SignIn(waits=waits)).close()
        assert waits.describe() == ""
