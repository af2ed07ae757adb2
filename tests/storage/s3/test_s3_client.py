"""From a profile to a client: what is refused, where credentials come from, how it is set up."""

import json
import stat
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from core.errors import SettingsError, StoreCredentialsError
from core.redaction import redact
from core.redaction.secret import Secret
from core.settings import AddressingStyle, Profile, StoreKind
from storage.s3.address import checked_bucket, checked_endpoint
from storage.s3.client import build_client
from storage.s3.store import S3Store
from tests.servers.fixtures import KEY_ID, SECRET_KEY

PROJECT = Path(__file__).parents[3]
PASSWORD = "hunter2-correct-horse"
TOKEN = "IQoJb3JpZ2luX2VjEXAMPLETOKENa0b1c2d3e4f5"
PROFILE = Profile(
    "lab",
    StoreKind.S3,
    bucket="lab-results",
    region="eu-west-1",
    endpoint_url="http://127.0.0.1:9",
    access_key_id=Secret(KEY_ID),
    secret_access_key=Secret(SECRET_KEY),
)
AWS = replace(PROFILE, endpoint_url="")

pytestmark = pytest.mark.usefixtures("no_aws_settings")


def without_credentials(profile: Profile) -> Profile:
    return replace(profile, access_key_id=None, secret_access_key=None)


class TestEndpoint:
    @pytest.mark.parametrize(
        "url",
        [
            "https://s3.example.org",
            "https://s3.example.org/",
            "http://localhost:9000",
            "http://[::1]:9000",
            "https://s3.eu-central-1.amazonaws.com",
        ],
    )
    def test_accepted(self, url: str) -> None:
        """Servers by name and address, with and without port."""
        assert checked_endpoint(url) == url

    @pytest.mark.parametrize(
        ("url", "says"),
        [
            ("s3.example.org", "scheme"),
            ("s3.example.org:9000", "scheme"),
            ("ftp://s3.example.org", "scheme"),
            ("file:///etc/passwd", "scheme"),
            ("https://", "scheme"),
            ("https://s3.example.org:port", "cannot be read"),
            ("https://[::1", "cannot be read"),
            (f"https://minio:{PASSWORD}#@s3.example.org", "cannot be read"),
            (f"https://minio:{PASSWORD}@s3.example.org", "user name or password"),
            ("https://minio@s3.example.org", "user name or password"),
            ("https://s3.example.org/bucket", "path"),
            (f"https://s3.example.org/?X-Amz-Signature={PASSWORD}", "path"),
            ("http://169.254.169.254", "metadata"),
            ("http://169.254.170.2/", "metadata"),
            ("http://2852039166", "metadata"),
            ("http://0xA9FEA9FE", "metadata"),
            ("http://[::ffff:169.254.169.254]", "metadata"),
            ("http://[fd00:ec2::254]", "metadata"),
        ],
    )
    def test_refused(self, url: str, says: str) -> None:
        """Anything else is refused with a reason, and without its secrets."""
        with pytest.raises(SettingsError, match=says) as caught:
            checked_endpoint(url)
        assert PASSWORD not in str(caught.value)
        assert caught.value.__context__ is None

    @pytest.mark.parametrize(
        "url",
        [
            f"http://minio:{PASSWORD}@127.0.0.1:9",
            f"minio:{PASSWORD}@127.0.0.1:9",
            "127.0.0.1:9",
            "http://169.254.169.254",
        ],
    )
    def test_of_the_environment(self, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """An endpoint that botocore finds itself is checked as well."""
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", url)
        with pytest.raises(SettingsError) as caught:
            build_client(AWS)
        assert PASSWORD not in str(caught.value)
        assert caught.value.__context__ is None


class TestBucket:
    @pytest.mark.parametrize("text", ["lab-results", "s3://lab-results", "s3://lab-results/"])
    def test_accepted(self, text: str) -> None:
        """A name, also as it is pasted from elsewhere."""
        assert checked_bucket(text, aws=True) == "lab-results"

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "No bucket"),
            ("s3://", "No bucket"),
            ("s3://lab/jobs", "more than a bucket"),
            ("https://lab.s3.amazonaws.com", "more than a bucket"),
            ("arn:aws:s3:::lab", "bucket name, or the ARN of an access point"),
            ("arn:aws:s3-outposts:eu-west-1:123456789012:outpost/o/accesspoint/a", "or the ARN of"),
            ("arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap", "Multi-Region"),
            ("lab--use1-az4--x-s3", "S3 Express directory bucket"),
            ("arn:aws:s3express:us-east-1:123456789012:bucket/lab--use1-az4--x-s3", "S3 Express"),
            ("la", "cannot be the name"),
            ("Lab_Results", "cannot be the name"),
            ("-lab", "cannot be the name"),
            ("lab..results", "cannot be the name"),
            ("lab results", "cannot be the name"),
            ("lab\n", "cannot be the name"),
            ("x" * 64, "cannot be the name"),
        ],
    )
    def test_refused(self, text: str, says: str) -> None:
        """What cannot be a bucket is refused with a reason."""
        if text.endswith("\n"):
            text = f"a{text}b"
        with pytest.raises(SettingsError, match=says):
            checked_bucket(text, aws=True)

    def test_other_servers(self) -> None:
        """Servers other than AWS have names that AWS would not take."""
        assert checked_bucket("Lab_Results", aws=False) == "Lab_Results"


class TestCredentials:
    @pytest.mark.parametrize("end", ["\n", " ", "\r\n", "\t", "\u200b"])
    @pytest.mark.parametrize("name", ["access_key_id", "secret_access_key", "session_token"])
    def test_pasted_with_more(self, name: str, end: str) -> None:
        """A value with something invisible at its end is refused by name; the value is not told."""
        value = f"PASTED-{TOKEN}"
        with pytest.raises(SettingsError, match=name) as caught:
            build_client(replace(PROFILE, **{name: Secret(f"{value}{end}")}))
        assert value not in repr(caught.value)

    def test_environment_with_newline(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """As `export AWS_SESSION_TOKEN="$(cat token; echo)"` would make it."""
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        monkeypatch.setenv("AWS_SESSION_TOKEN", f"{TOKEN}\n")
        with pytest.raises(SettingsError, match='session_token from "env"') as caught:
            build_client(without_credentials(PROFILE))
        assert TOKEN not in str(caught.value)

    def test_half_a_pair(self) -> None:
        """A key id alone is not looked up elsewhere, but refused."""
        with pytest.raises(SettingsError, match="one half"):
            build_client(replace(PROFILE, secret_access_key=None))

    def test_two_sources(self) -> None:
        """A profile names credentials or an AWS profile."""
        with pytest.raises(SettingsError, match="AWS profile"):
            build_client(replace(PROFILE, aws_profile="lab"))

    def test_none(self) -> None:
        """Without any credentials the message says how to get some."""
        with pytest.raises(StoreCredentialsError, match="aws sso login"):
            build_client(without_credentials(PROFILE))

    def test_half_in_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Half a pair in the environment is no pair."""
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
        with pytest.raises(StoreCredentialsError, match="incomplete"):
            build_client(without_credentials(PROFILE))

    def test_unknown_aws_profile(self) -> None:
        """An AWS profile that does not exist is named."""
        with pytest.raises(SettingsError, match='AWS profile "lab"'):
            build_client(replace(without_credentials(PROFILE), aws_profile="lab"))

    def test_resolved_are_registered(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        """Credentials that a program of the user hands out are redacted before they are used."""
        made = {
            "Version": 1,
            "AccessKeyId": "ASIAQQQQQQQQQQQQQQQQ",
            "SecretAccessKey": "process-made-secret-key-0123456789",
            "SessionToken": "process-made-session-token-0123456789",
        }
        program = tmp_path / "credentials.sh"
        program.write_text(f"#!/bin/sh\necho '{json.dumps(made)}'\n")
        program.chmod(stat.S_IRWXU)
        config = tmp_path / "config"
        config.write_text(f"[profile lab]\ncredential_process = {program}\n")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
        text = f"tried {made['SecretAccessKey']} with {made['SessionToken']}"
        assert redact(text) == text
        client = build_client(replace(without_credentials(PROFILE), aws_profile="lab"))
        client.generate_presigned_url("get_object", Params={"Bucket": "lab", "Key": "k"})
        client.close()
        assert "process-made" not in redact(text)


class TestSetUp:
    def test_own_endpoint(self) -> None:
        """A server of one's own is addressed by path, in the profile's region."""
        client = build_client(PROFILE)
        url = client.generate_presigned_url("get_object", Params={"Bucket": "lab", "Key": "k"})
        client.close()
        assert url.startswith("http://127.0.0.1:9/lab/k?")
        assert client.meta.region_name == "eu-west-1"

    def test_aws(self) -> None:
        """AWS is addressed by host name."""
        client = build_client(AWS)
        url = client.generate_presigned_url("get_object", Params={"Bucket": "lab", "Key": "k"})
        client.close()
        assert url.startswith("https://lab.s3.")

    def test_endpoint_of_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without one of its own, a profile uses AWS_ENDPOINT_URL_S3, by path too."""
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
        client = build_client(AWS)
        url = client.generate_presigned_url("get_object", Params={"Bucket": "lab", "Key": "k"})
        client.close()
        assert url.startswith("http://127.0.0.1:9/lab/k?")

    @pytest.mark.parametrize(
        ("style", "url"),
        [
            (AddressingStyle.AUTO, "http://s3.invalid:9/lab/k?"),
            (AddressingStyle.PATH, "http://s3.invalid:9/lab/k?"),
            (AddressingStyle.VIRTUAL, "http://lab.s3.invalid:9/k?"),
        ],
    )
    @pytest.mark.parametrize("way", ["profile", "environment"])
    def test_addressing_style(
        self, style: AddressingStyle, url: str, way: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Servers that know buckets by the host's name alone are told of them in that way."""
        endpoint = "http://s3.invalid:9"
        if way == "environment":
            monkeypatch.setenv("AWS_ENDPOINT_URL_S3", endpoint)
        profile = replace(PROFILE, endpoint_url=endpoint if way == "profile" else "")
        client = build_client(replace(profile, addressing_style=style))
        found = client.generate_presigned_url("get_object", Params={"Bucket": "lab", "Key": "k"})
        client.close()
        assert found.startswith(url)

    def test_no_region(self) -> None:
        """Servers without regions need no setting."""
        client = build_client(replace(PROFILE, region=""))
        client.close()

    @pytest.mark.parametrize("way", ["profile", "environment"])
    @pytest.mark.parametrize(
        ("url", "signed"),
        [
            ("https://127.0.0.1:9", "UNSIGNED-PAYLOAD"),
            ("https://s3.invalid:9", "UNSIGNED-PAYLOAD"),
            ("http://localhost:9", "UNSIGNED-PAYLOAD"),
            ("http://127.0.0.1:9", "UNSIGNED-PAYLOAD"),
            ("http://s3.invalid:9", sha256(b"x").hexdigest()),
        ],
    )
    def test_payload(
        self, url: str, signed: str, way: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What nobody can change on its way is not hashed; a plain network gets a signed hash."""
        if way == "environment":
            monkeypatch.setenv("AWS_ENDPOINT_URL_S3", url)
        client = build_client(replace(PROFILE, endpoint_url=url if way == "profile" else ""))
        sent = list[str]()

        def note(request: Any, **_: object) -> None:
            sent.append(request.headers["X-Amz-Content-SHA256"].decode())

        client.meta.events.register("before-send.s3", note)
        with pytest.raises(EndpointConnectionError):
            client.put_object(Bucket="lab", Key="k", Body=b"x")
        client.close()
        assert sent == [signed]  # one attempt only: repeating is done elsewhere

    def test_bucket_is_checked_first(self) -> None:
        """A bucket that cannot be one is refused before anything is asked."""
        with pytest.raises(SettingsError, match="cannot be the name"):
            S3Store(replace(PROFILE, bucket="lab results"))

    def test_bucket_of_aws(self) -> None:
        """Names that other servers know are refused where AWS would be asked."""
        store = S3Store(replace(AWS, bucket="Lab_Results"))
        with pytest.raises(SettingsError, match="cannot be the name"):
            store.check()
        store.close()

    def test_botocore_is_not_imported(self) -> None:
        """The first frame does not wait for botocore: it is imported by the first request."""
        code = (
            "import sys\n"
            "from core.settings import Profile, StoreKind\n"
            "from storage.s3.store import S3Store\n"
            "store = S3Store(Profile('lab', StoreKind.S3, bucket='lab-results'))\n"
            "store.url('a'); store.close()\n"
            "print([name for name in sys.modules if name.startswith(('boto', 'urllib3'))])"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=PROJECT, check=True, stdout=subprocess.PIPE, text=True
        )
        assert done.stdout.strip() == "[]"
