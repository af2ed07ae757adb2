"""Roles that are assumed: codes of MFA devices, chains, how long they last, who keeps them."""

import json
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.errors import RunFerryError, StoreCredentialsError
from core.ports.mfa_prompt import CodeQuestion, MfaPrompt
from core.progress import Progress
from core.redaction import redact
from core.settings import Profile
from core.waiting.giving_up import check_given_up, on_behalf_of
from storage.s3.backoff import Backoff
from storage.s3.bucket import S3Bucket
from storage.s3.sign_in import SignIn
from tests.fakes.mfa_prompt import FakeMfaPrompt
from tests.servers.fault_server import Fault, FaultServer, refuse
from tests.servers.sts_server import DEVICE, OTHER_ROLE, ROLE, StsServer, key_id, secret_key
from tests.storage.s3.aws_settings import AwsHome
from tests.storage.s3.test_s3_credentials import keys_used
from tui.composition.log_file import log_to

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEYS = "aws_access_key_id = AKIAQQQQQQQQQQQQQQQQ\naws_secret_access_key = long-term-secret-value\n"
BASE = f"[profile base]\n{KEYS}"
LAB = f"[profile lab]\nrole_arn = {ROLE}\nsource_profile = base\nmfa_serial = {DEVICE}\n"
Open = Callable[..., S3Bucket]


@pytest.fixture
def sts(monkeypatch: pytest.MonkeyPatch) -> Iterator[StsServer]:
    """One whose device shows 111111, then 222222, then 333333."""
    with StsServer("111111", "222222", "333333") as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", server.url)
        yield server


@pytest.fixture
def opened(
    aws_home: AwsHome, s3_profile: Profile, fault_server: FaultServer, sts: StsServer
) -> Iterator[Open]:
    """Buckets of the AWS profile "lab", for which a role with a code is assumed."""
    aws_home.config(BASE + LAB)
    profile = replace(
        s3_profile,
        endpoint_url=fault_server.url,
        access_key_id=None,
        secret_access_key=None,
        aws_profile="lab",
    )
    with ExitStack() as stack:

        def make(prompt: MfaPrompt, sign_in: SignIn | None = None) -> S3Bucket:
            once = Backoff(attempts=1, slow_seconds=0)
            bucket = S3Bucket(profile, once, sign_in=sign_in or SignIn(prompt))
            stack.callback(bucket.close)
            return bucket

        yield make


def test_a_code(opened: Open, sts: StsServer, fault_server: FaultServer) -> None:
    """It is asked for once, with what it is for; what comes of it signs and is known to the redactor."""
    person = FakeMfaPrompt("111111")
    bucket = opened(person)
    bucket.probe()
    bucket.probe()
    assert person.asked == [CodeQuestion(DEVICE, ROLE, "lab")]
    assert [asked["TokenCode"] for asked in sts.asked] == ["111111"]
    assert keys_used(fault_server) == [key_id(1), key_id(1)]
    assert secret_key(1) not in redact(f"with {secret_key(1)}")
    origin = bucket.credential_origin()
    assert (
        origin.source
        == f'the role {ROLE} of the AWS profile "lab", by "base", and a code of {DEVICE}'
    )
    assert origin.temporary
    assert origin.end


def test_a_wrong_code(opened: Open, sts: StsServer) -> None:
    """It is said, and asked again, until one is right."""
    person = FakeMfaPrompt("999999", "888888", "111111")
    opened(person).probe()
    assert [question.refused for question in person.asked] == [False, True, True]
    assert len(sts.asked) == 3


def test_not_now(opened: Open, sts: StsServer) -> None:
    """Without a code there is an error that names role and device, exit code 2; STS is not asked."""
    with pytest.raises(StoreCredentialsError, match=f"{ROLE} needs a code .* {DEVICE}") as caught:
        opened(FakeMfaPrompt()).probe()
    assert caught.value.exit_code == 2
    assert not caught.value.retryable
    assert not sts.asked


def test_asked_again_later(opened: Open) -> None:
    """Who said "not now" and asks the store later is asked again."""
    person = FakeMfaPrompt()
    bucket = opened(person)
    with pytest.raises(StoreCredentialsError):
        bucket.probe()
    person.codes.append("111111")
    bucket.probe()
    assert len(person.asked) == 2


class BusyPerson(FakeMfaPrompt):
    """Answers when told to."""

    def __init__(self, *codes: str) -> None:
        super().__init__(*codes)
        self.may_answer = threading.Event()
        self.is_asked = threading.Event()

    def code_for(self, question: CodeQuestion) -> str:
        self.is_asked.set()
        assert self.may_answer.wait(60)
        check_given_up()
        return super().code_for(question)


class Door:
    """A lock that counts who has come to it."""

    def __init__(self) -> None:
        self.came = threading.Semaphore(0)
        self._lock = threading.Lock()

    def acquire(self, *, blocking: bool = True) -> bool:
        self.came.release()
        return self._lock.acquire(blocking=blocking)

    def release(self) -> None:
        self._lock.release()

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


@pytest.mark.parametrize("codes", [["111111"], []])
def test_many_threads(opened: Open, codes: list[str]) -> None:
    """However many ask the store, one question is asked, and its answer holds for all of them."""
    person, door = BusyPerson(*codes), Door()
    bucket = opened(person)
    setattr(bucket.client, "_making", door)  # noqa: B010 - nothing else tells that all of them wait
    failures: list[Exception] = []

    def ask() -> None:
        try:
            bucket.probe()
        except StoreCredentialsError as error:
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(5)]
    threads[0].start()
    assert person.is_asked.wait(60)
    for thread in threads[1:]:
        thread.start()
    for _ in threads:
        assert door.came.acquire(timeout=60)
    person.may_answer.set()
    for thread in threads:
        thread.join()
    assert len(person.asked) == 1
    assert len(failures) == (0 if codes else 5)


def test_one_gives_up(opened: Open) -> None:
    """Whose transfer is cancelled asks no more; who waited for the same answer asks anew."""
    person, door = BusyPerson("111111"), Door()
    bucket = opened(person)
    setattr(bucket.client, "_making", door)  # noqa: B010 - nothing else tells that both of them wait
    progress = Progress()
    ends: dict[str, str] = {}

    def ask(name: str, progress: Progress) -> None:
        with on_behalf_of(progress):
            try:
                bucket.probe()
            except RunFerryError as error:
                ends[name] = error.what
            else:
                ends[name] = "answered"

    threads = [
        threading.Thread(target=ask, args=("cancelled", progress)),
        threading.Thread(target=ask, args=("other", Progress())),
    ]
    threads[0].start()
    assert person.is_asked.wait(60)
    threads[1].start()
    for _ in threads:
        assert door.came.acquire(timeout=60)
    progress.cancel()
    person.may_answer.set()
    for thread in threads:
        thread.join()
    assert ends == {"cancelled": "Cancelled.", "other": "answered"}


def test_about_to_end(opened: Open, fault_server: FaultServer) -> None:
    """Credentials that end within minutes are renewed by another code, while the bucket is in use."""
    person = FakeMfaPrompt("111111", "222222")
    bucket = opened(person)
    bucket.probe()
    bucket.once("Age", let_them_age)
    bucket.probe()
    bucket.probe()
    assert len(person.asked) == 2
    assert not person.asked[1].refused
    assert keys_used(fault_server)[-2:] == [key_id(2), key_id(2)]


def test_last_quarter_of_an_hour(opened: Open, tmp_path: Path) -> None:
    """They are good still, and each request does not write into the log that they end."""
    person = FakeMfaPrompt("111111")
    bucket = opened(person)
    bucket.probe()
    end_log = log_to(str(tmp_path))
    try:
        bucket.once("Age", partial(let_them_age, minutes=12))
        for _ in range(3):
            bucket.probe()
    finally:
        end_log()
    assert len(person.asked) == 1
    assert (tmp_path / "runferry.log").read_text() == ""


def let_them_age(client: "S3Client", minutes: float = 1) -> None:
    """As if an hour had passed, but for so much."""
    credentials = attrgetter("_request_signer._credentials")(client)
    credentials._expiry_time = datetime.now(UTC) + timedelta(minutes=minutes)


def test_withdrawn(opened: Open, fault_server: FaultServer) -> None:
    """Those that the store calls expired are not taken from where they are kept once more."""
    person = FakeMfaPrompt("111111", "222222")
    bucket = opened(person)
    bucket.probe()
    fault_server.plan(Fault("GET", "", before=lambda: refuse(400, "ExpiredToken")))
    bucket.probe()
    assert keys_used(fault_server)[-1] == key_id(2)


def test_two_clients(opened: Open, sts: StsServer) -> None:
    """Store, rules and probe of one profile ask for one code."""
    person = FakeMfaPrompt("111111")
    sign_in = SignIn(person)
    opened(person, sign_in).probe()
    opened(person, sign_in).probe()
    assert len(person.asked) == len(sts.asked) == 1


def test_denied(opened: Open, sts: StsServer) -> None:
    """STS's own words, and no word of the bucket or of a sign-in that would not help."""
    sts.denied.add(ROLE)
    with pytest.raises(StoreCredentialsError, match="AWS STS did not let you take") as caught:
        opened(FakeMfaPrompt("111111")).probe()
    assert f"sts:AssumeRole on resource: {ROLE}" in str(caught.value)
    assert "sso login" not in str(caught.value)
    assert "s3:" not in str(caught.value)


class TestChains:
    def test_a_role_by_a_role(
        self, opened: Open, aws_home: AwsHome, sts: StsServer, fault_server: FaultServer
    ) -> None:
        """The one with the code first, then the other by its credentials; the code names the first."""
        aws_home.config(
            f"{BASE}{LAB.replace('[profile lab]', '[profile writer]')}"
            f"[profile lab]\nrole_arn = {OTHER_ROLE}\nsource_profile = writer\n"
        )
        person = FakeMfaPrompt("111111")
        opened(person).probe()
        assert person.asked == [CodeQuestion(DEVICE, ROLE, "writer")]
        assert [asked["RoleArn"] for asked in sts.asked] == [ROLE, OTHER_ROLE]
        assert sts.signed_by == ["AKIAQQQQQQQQQQQQQQQQ", key_id(1)]
        assert keys_used(fault_server) == [key_id(2)]

    def test_both_withdrawn(
        self, opened: Open, aws_home: AwsHome, sts: StsServer, fault_server: FaultServer
    ) -> None:
        """With the second goes the first, which may be why: another code is asked for."""
        aws_home.config(
            f"{BASE}{LAB.replace('[profile lab]', '[profile writer]')}"
            f"[profile lab]\nrole_arn = {OTHER_ROLE}\nsource_profile = writer\n"
        )
        person = FakeMfaPrompt("111111", "222222")
        bucket = opened(person)
        bucket.probe()
        fault_server.plan(Fault("GET", "", before=lambda: refuse(400, "ExpiredToken")))
        bucket.probe()
        assert len(person.asked) == 2
        assert [asked["RoleArn"] for asked in sts.asked] == [ROLE, OTHER_ROLE, ROLE, OTHER_ROLE]
        assert keys_used(fault_server)[-1] == key_id(4)

    def test_duration(self, opened: Open, aws_home: AwsHome, sts: StsServer) -> None:
        """As long as the AWS profile says, under the name that it gives the session."""
        aws_home.config(f"{BASE}{LAB}duration_seconds = 7200\nrole_session_name = me\n")
        opened(FakeMfaPrompt("111111")).probe()
        assert sts.asked[0]["DurationSeconds"] == "7200"
        assert sts.asked[0]["RoleSessionName"] == "me"

    def test_by_a_program(self, opened: Open, aws_home: AwsHome, sts: StsServer) -> None:
        """A source profile may have its credentials from anywhere."""
        made = {
            "Version": 1,
            "AccessKeyId": "AKIAPPPPPPPPPPPPPPPP",
            "SecretAccessKey": "of-program",
        }
        program = aws_home.program(f"echo '{json.dumps(made)}'")
        aws_home.config(f"[profile base]\ncredential_process = {program}\n{LAB}")
        opened(FakeMfaPrompt("111111")).probe()
        assert sts.signed_by == ["AKIAPPPPPPPPPPPPPPPP"]


class TestFilesOfTheCli:
    @pytest.fixture
    def cache(self, aws_home: AwsHome) -> Path:
        """Where the AWS CLI keeps what it was given for a code."""
        path = aws_home.aws / "cli/cache"
        path.mkdir(parents=True)
        return path

    def test_kept_for_others(self, opened: Open, cache: Path, sts: StsServer) -> None:
        """One code is enough for both, and for the next process; nobody else may read it."""
        opened(FakeMfaPrompt("111111")).probe()
        [file] = cache.iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert "111111" not in file.read_text()
        person = FakeMfaPrompt()
        opened(person).probe()
        assert not person.asked
        assert len(sts.asked) == 1

    @pytest.mark.parametrize("text", ["", "{}", "[]", '{"Credentials": {"AccessKeyId": "x"}}'])
    def test_junk(self, opened: Open, cache: Path, text: str) -> None:
        """What is none of it is not believed."""
        opened(FakeMfaPrompt("111111")).probe()
        [file] = cache.iterdir()
        file.write_text(text)
        opened(FakeMfaPrompt("222222")).probe()

    def test_not_writable(self, opened: Open, cache: Path, sts: StsServer) -> None:
        """A cache that takes nothing is no reason to fail."""
        cache.rmdir()
        cache.symlink_to("/proc/self")
        opened(FakeMfaPrompt("111111")).probe()
        assert len(sts.asked) == 1

    def test_not_made(self, opened: Open, aws_home: AwsHome) -> None:
        """Where the CLI keeps none, nothing is written to the disk."""
        opened(FakeMfaPrompt("111111")).probe()
        assert sorted(path.name for path in aws_home.aws.iterdir()) == ["config"]
