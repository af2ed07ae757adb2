"""Where credentials come from, and what happens when they expire."""

import hashlib
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.errors import StoreCredentialsError
from core.ports.presigned_url import LinkMethod
from core.redaction import redact
from core.redaction.secret import Secret
from core.settings import Profile
from storage.s3.backoff import Backoff
from storage.s3.store import S3Store, S3Tuning
from tests.servers.credential_server import CredentialServer, key_id, secret_key
from tests.servers.fault_server import Answer, Fault, FaultServer, refuse

PROJECT = Path(__file__).parents[3]
START_URL = "https://lab.awsapps.example/start"
OTHER_KEY = "AKIAQQQQQQQQQQQQQQQQ"
OTHER_SECRET = "Zq8PlwCv6TnbXr4JmFs2KdHy0GuEoIa1"
Open = Callable[..., S3Store]


@pytest.fixture
def credential_server() -> Iterator[CredentialServer]:
    """Credentials that are due for renewal at every use."""
    with CredentialServer(minutes=5) as server:
        yield server


@pytest.fixture
def opened(s3_profile: Profile, fault_server: FaultServer) -> Iterator[Open]:
    """Opens a store without credentials of its own; requests can be looked at."""
    with ExitStack() as stack:

        def make(aws_profile: str = "") -> S3Store:
            profile = replace(
                s3_profile,
                endpoint_url=fault_server.url,
                access_key_id=None,
                secret_access_key=None,
                aws_profile=aws_profile,
            )
            store = S3Store(profile, S3Tuning(backoff=Backoff(attempts=1, slow_seconds=0)))
            stack.callback(store.close)
            return store

        yield make


def keys_used(server: FaultServer) -> list[str]:
    """The key ids that requests were signed with."""
    headers = [seen.headers["authorization"] for seen in server.seen]
    return [header.partition("Credential=")[2].partition("/")[0] for header in headers]


def config_file(
    path: Path, monkeypatch: pytest.MonkeyPatch, text: str, *, credentials: bool = False
) -> Path:
    """An AWS settings file that is in use."""
    file = path / ("credentials" if credentials else "config")
    file.write_text(text)
    name = "AWS_SHARED_CREDENTIALS_FILE" if credentials else "AWS_CONFIG_FILE"
    monkeypatch.setenv(name, str(file))
    return file


def pair(key: str, secret: str) -> str:
    return f"aws_access_key_id = {key}\naws_secret_access_key = {secret}\n"


def test_environment(
    opened: Open, fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The variables that every AWS tool knows."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", OTHER_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", OTHER_SECRET)
    opened().check()
    assert keys_used(fault_server) == [OTHER_KEY]
    assert OTHER_SECRET not in redact(f"with {OTHER_SECRET}")


def test_aws_profile(
    opened: Open, fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A profile of the shared files comes before the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEEEEEEEEEEEEEEEE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", OTHER_SECRET)
    text = f"[lab]\n{pair(OTHER_KEY, OTHER_SECRET)}"
    config_file(tmp_path, monkeypatch, text, credentials=True)
    opened("lab").check()
    assert keys_used(fault_server) == [OTHER_KEY]


def test_credential_process(
    opened: Open, fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A program of the user is asked."""
    made = {"Version": 1, "AccessKeyId": OTHER_KEY, "SecretAccessKey": OTHER_SECRET}
    program = tmp_path / "credentials.sh"
    program.write_text(f"#!/bin/sh\necho '{json.dumps(made)}'\n")
    program.chmod(stat.S_IRWXU)
    config_file(tmp_path, monkeypatch, f"[profile lab]\ncredential_process = {program}\n")
    opened("lab").check()
    assert keys_used(fault_server) == [OTHER_KEY]


def test_container_role(
    opened: Open,
    fault_server: FaultServer,
    credential_server: CredentialServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A container's credentials are renewed before they expire, and every one is redacted."""
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{credential_server.url}/role")
    store = opened()
    store.check()
    first = keys_used(fault_server)[-1]
    store.check()
    second = keys_used(fault_server)[-1]
    assert first < second == key_id(credential_server.handed_out)
    for number in range(1, credential_server.handed_out + 1):
        if key_id(number) in keys_used(fault_server):
            assert secret_key(number) not in redact(f"with {secret_key(number)}")


def test_end_of_a_link(
    opened: Open,
    s3_profile: Profile,
    credential_server: CredentialServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A link tells when the credentials end that it was made with; lasting ones never do."""
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{credential_server.url}/role")
    before = datetime.now(UTC).replace(microsecond=0)
    link = opened().presign("jobs/1/a", LinkMethod.GET, expires_seconds=3600)
    end = link.credentials_end
    assert link.temporary
    assert end
    assert before + timedelta(minutes=5) <= end <= datetime.now(UTC) + timedelta(minutes=5)
    store = S3Store(s3_profile)
    lasting = store.presign("jobs/1/a", LinkMethod.GET, expires_seconds=3600)
    store.close()
    assert (lasting.temporary, lasting.credentials_end) == (False, None)
    token = Secret("IQoJb3JpZ2luX2VjEXAMPLETOKEN0123456789abcdefghij")
    store = S3Store(replace(s3_profile, session_token=token))
    unknown = store.presign("jobs/1/a", LinkMethod.GET, expires_seconds=3600)
    store.close()
    assert (unknown.temporary, unknown.credentials_end) == (True, None)


def test_instance_role(
    opened: Open,
    fault_server: FaultServer,
    credential_server: CredentialServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An instance's metadata service is asked last, with a session token of its own."""
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", credential_server.url)
    opened().check()
    assert keys_used(fault_server)[-1] == key_id(credential_server.handed_out)
    assert credential_server.asked[0] == "/latest/api/token"


@pytest.mark.parametrize("refused", ["list", "head"])
def test_renewed_by_hand(
    opened: Open,
    fault_server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    refused: str,
) -> None:
    """Credentials that expired are looked for again: somebody may have signed in meanwhile."""
    old = f"[lab]\n{pair('AKIAOOOOOOOOOOOOOOOO', OTHER_SECRET)}aws_session_token = old\n"
    file = config_file(tmp_path, monkeypatch, old, credentials=True)
    store = opened("lab")
    store.put("jobs/1/a", b"x")
    file.write_text(f"[lab]\n{pair(OTHER_KEY, OTHER_SECRET)}")
    fault_server.plan(Fault("GET", "", before=lambda: refuse(400, "ExpiredToken")))
    if refused == "head":
        # botocore asks once more, for the bucket: it suspects another region.
        fault_server.plan(Fault("HEAD", "", before=lambda: refuse(400, "ExpiredToken"), times=2))
        assert store.head("jobs/1/a")
    else:
        assert [stored.key for stored in store.list("")] == ["jobs/1/a"]
    assert keys_used(fault_server)[-1] == OTHER_KEY


def test_not_renewed(
    opened: Open, fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """When nobody has renewed them, that is said after one more try, with where they are."""
    text = f"[lab]\n{pair(OTHER_KEY, OTHER_SECRET)}"
    config_file(tmp_path, monkeypatch, text, credentials=True)
    fault_server.plan(Fault("GET", "", before=lambda: refuse(400, "ExpiredToken"), times=9))
    with pytest.raises(StoreCredentialsError, match="/credentials, for the AWS profile"):
        opened("lab").check()
    assert fault_server.count("GET", "") == 2


def test_settings_change_meanwhile(
    opened: Open, fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What helps cannot be looked up any more: what happened is still said."""
    text = f"[lab]\n{pair(OTHER_KEY, OTHER_SECRET)}"
    file = config_file(tmp_path, monkeypatch, text, credentials=True)

    def refuse_and_remove() -> Answer:
        file.write_text("")
        return refuse(400, "ExpiredToken")

    fault_server.plan(Fault("GET", "", before=lambda: refuse(400, "ExpiredToken")))
    fault_server.plan(Fault("GET", "", before=refuse_and_remove))
    with pytest.raises(StoreCredentialsError, match="have expired"):
        opened("lab").check()


class TestSingleSignOn:
    """In processes of their own: the cache of `aws sso login` is below the home directory."""

    @pytest.fixture
    def home(self, tmp_path: Path, s3_profile: Profile, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A home directory with a RunFerry profile that names an AWS profile."""
        config_file(
            tmp_path,
            monkeypatch,
            f"[profile lab]\nsso_session = lab\nsso_account_id = 123456789012\n"
            f"sso_role_name = researcher\n"
            f"[sso-session lab]\nsso_start_url = {START_URL}\nsso_region = eu-west-1\n",
        )
        (tmp_path / "state").mkdir()
        (tmp_path / "state/settings.toml").write_text(
            f'profile = "lab"\n[profiles.lab]\nbucket = "{s3_profile.bucket}"\n'
            f'region = "us-east-1"\nendpoint_url = "{s3_profile.endpoint_url}"\n'
            f'aws_profile = "lab"\n'
        )
        return tmp_path

    def test_signed_in(self, home: Path) -> None:
        """With a token that is good the role's credentials are fetched and used."""
        self.sign_in(home, timedelta(hours=1))
        with CredentialServer(minutes=60) as portal:
            done = self.jobs_list(home, portal)
        assert done.returncode == 0, done.stderr
        assert portal.asked == ["/federation/credentials"]

    def test_expired(self, home: Path) -> None:
        """With a token that is not, the user is told the very command; nothing is asked."""
        self.sign_in(home, -timedelta(hours=1))
        with CredentialServer(minutes=60) as portal:
            done = self.jobs_list(home, portal)
        assert done.returncode == 2
        assert "aws sso login --profile lab" in done.stderr
        assert "Traceback" not in done.stderr
        assert "sso-access-token" not in done.stderr
        assert portal.handed_out == 0

    def test_never_signed_in(self, home: Path) -> None:
        """Without any token it is the same."""
        with CredentialServer(minutes=60) as portal:
            done = self.jobs_list(home, portal)
        assert done.returncode == 2
        assert "aws sso login --profile lab" in done.stderr

    def sign_in(self, home: Path, lasting: timedelta) -> None:
        """What `aws sso login` leaves behind."""
        cache = home / ".aws/sso/cache"
        cache.mkdir(parents=True)
        token = {
            "startUrl": START_URL,
            "region": "eu-west-1",
            "accessToken": "sso-access-token-0123456789",
            "expiresAt": (datetime.now(UTC) + lasting).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        name = hashlib.sha1(b"lab", usedforsecurity=False).hexdigest()
        (cache / f"{name}.json").write_text(json.dumps(token))

    def jobs_list(self, home: Path, portal: CredentialServer) -> "subprocess.CompletedProcess[str]":
        """The command line, asking the portal of the test."""
        environ = {
            **os.environ,
            "HOME": str(home),
            "RUNFERRY_HOME": str(home / "state"),
            "AWS_ENDPOINT_URL_SSO": portal.url,
            "AWS_ENDPOINT_URL_SSO_OIDC": portal.url,
        }
        return subprocess.run(
            [sys.executable, "-m", "tui", "jobs", "list"],
            cwd=PROJECT,
            env=environ,
            check=False,
            capture_output=True,
            text=True,
        )
