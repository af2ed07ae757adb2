"""Variables and settings of the AWS tools, as they count for a profile."""

from dataclasses import replace

import pytest

from core.errors import SettingsError, StoreCredentialsError
from core.settings import AddressingStyle, Profile, StoreKind
from storage.s3.client import build_client
from tests.storage.s3.aws_settings import AwsHome

KEY = "AKIAQQQQQQQQQQQQQQQQ"
SECRET = "Zq8PlwCv6TnbXr4JmFs2KdHy0GuEoIa1"
PAIR = f"aws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"
PROFILE = Profile("lab", StoreKind.S3, bucket="lab-results", aws_profile="lab")
NAMELESS = replace(PROFILE, aws_profile="")


def link(profile: Profile) -> str:
    client = build_client(profile)
    url = client.generate_presigned_url("get_object", Params={"Bucket": "lab", "Key": "k"})
    client.close()
    return url


@pytest.mark.parametrize("name", ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
def test_empty_profile(aws_home: AwsHome, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """As `export AWS_PROFILE=` leaves it: unset, for keys in the environment and in files."""
    monkeypatch.setenv(name, "")
    aws_home.credentials(f"[default]\n{PAIR}")
    assert KEY in link(NAMELESS)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEEEEEEEEEEEEEEEE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    assert "AKIAEEEEEEEEEEEEEEEE" in link(NAMELESS)


def test_profile_of_the_environment(aws_home: AwsHome, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty one does not hide the other, and keys beside it go first."""
    aws_home.config(f"[profile other]\n{PAIR}")
    monkeypatch.setenv("AWS_DEFAULT_PROFILE", "")
    monkeypatch.setenv("AWS_PROFILE", "other")
    assert KEY in link(NAMELESS)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEEEEEEEEEEEEEEEE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    assert "AKIAEEEEEEEEEEEEEEEE" in link(NAMELESS)


@pytest.mark.parametrize(
    ("region", "default", "of_file", "signed"),
    [
        ("eu-north-1", "", "", "eu-north-1"),
        ("eu-north-1", "eu-south-1", "eu-west-3", "eu-north-1"),
        ("", "eu-south-1", "eu-west-3", "eu-south-1"),
        ("", "", "eu-west-3", "eu-west-3"),
    ],
)
def test_region(
    aws_home: AwsHome,
    monkeypatch: pytest.MonkeyPatch,
    region: str,
    default: str,
    of_file: str,
    signed: str,
) -> None:
    """AWS_REGION, then AWS_DEFAULT_REGION, then the file; empty ones do not count."""
    monkeypatch.setenv("AWS_REGION", region)
    monkeypatch.setenv("AWS_DEFAULT_REGION", default)
    aws_home.config(f"[profile lab]\n{PAIR}" + (f"region = {of_file}\n" if of_file else ""))
    assert f"%2F{signed}%2Fs3" in link(PROFILE)
    assert "%2Fca-central-1%2Fs3" in link(replace(PROFILE, region="ca-central-1"))


class TestEndpoint:
    @pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"])
    def test_of_a_variable(
        self, aws_home: AwsHome, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        """One without a scheme is named with its variable."""
        aws_home.config(f"[profile lab]\n{PAIR}")
        monkeypatch.setenv(name, "storage.example.org:9000")
        with pytest.raises(SettingsError, match=f'"storage.example.org:9000" of {name} .*scheme'):
            build_client(PROFILE)

    def test_of_the_file(self, aws_home: AwsHome) -> None:
        """Or with the file."""
        path = aws_home.config(f"[profile lab]\n{PAIR}endpoint_url = storage.example.org\n")
        with pytest.raises(SettingsError, match=f'"storage.example.org" of {path} .*scheme'):
            build_client(PROFILE)

    def test_of_services(self, aws_home: AwsHome) -> None:
        """Or with the section that it stands in."""
        aws_home.config(
            f"[profile lab]\n{PAIR}services = ours\n"
            "[services ours]\ns3 =\n  endpoint_url = storage.example.org\n"
        )
        with pytest.raises(SettingsError, match=r"of \[services ours\] in .*config .*scheme"):
            build_client(PROFILE)

    def test_order(self, aws_home: AwsHome, monkeypatch: pytest.MonkeyPatch) -> None:
        """As the AWS SDKs have it, and none of them beside that of the profile."""
        text = (
            f"[profile lab]\n{PAIR}services = ours\nendpoint_url = http://d.invalid\n"
            "[services ours]\ns3 =\n  endpoint_url = http://c.invalid\n"
        )
        aws_home.config(text)
        assert link(PROFILE).startswith("http://c.invalid/")
        aws_home.config(text.replace("services = ours\n", ""))
        assert link(PROFILE).startswith("http://d.invalid/")
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://b.invalid")
        assert link(PROFILE).startswith("http://b.invalid/")
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://a.invalid")
        assert link(PROFILE).startswith("http://a.invalid/")
        own = replace(PROFILE, endpoint_url="http://own.invalid")
        assert link(own).startswith("http://own.invalid/")
        monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
        assert link(PROFILE).startswith("https://lab.s3.")


class TestAddressingStyle:
    @pytest.fixture(autouse=True)
    def virtual(self, aws_home: AwsHome) -> None:
        """As providers such as OSS write it into their instructions."""
        aws_home.config(
            f"[profile lab]\n{PAIR}endpoint_url = http://store.invalid\n"
            "s3 =\n  addressing_style = virtual\n"
        )

    def test_of_the_file(self) -> None:
        """It counts where the profile does not say otherwise."""
        assert link(PROFILE).startswith("http://lab.store.invalid/")

    def test_of_the_profile(self) -> None:
        """What the profile says goes first."""
        profile = replace(PROFILE, addressing_style=AddressingStyle.PATH)
        assert link(profile).startswith("http://store.invalid/lab/")


class TestWebIdentity:
    def test_file_of_a_variable(self, aws_home: AwsHome, monkeypatch: pytest.MonkeyPatch) -> None:
        """A token that is not there is named with the variable, and is no outage."""
        path = aws_home.path / "token"
        monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(path))
        monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/runner")
        with pytest.raises(StoreCredentialsError, match=f"{path}: no such file") as caught:
            build_client(NAMELESS)
        assert "AWS_WEB_IDENTITY_TOKEN_FILE" in str(caught.value)

    def test_file_of_a_profile(self, aws_home: AwsHome) -> None:
        """Or with the AWS profile's file."""
        aws_home.config(
            "[profile lab]\nrole_arn = arn:aws:iam::123456789012:role/runner\n"
            f"web_identity_token_file = {aws_home.path}/token\n"
        )
        with pytest.raises(StoreCredentialsError, match="/token: no such file") as caught:
            build_client(PROFILE)
        assert "~/.aws/config" in str(caught.value)


def test_login(aws_home: AwsHome) -> None:
    """What `aws login` made needs a package that is not here: it is named, no sign-in is proposed."""
    aws_home.config(
        "[profile lab]\nregion = eu-west-1\n"
        "login_session = arn:aws:iam::123456789012:user/researcher\n"
    )
    with pytest.raises(StoreCredentialsError, match="awscrt") as caught:
        build_client(PROFILE)
    assert 'pip install "runferry[login]"' in str(caught.value)
    assert "sso login" not in str(caught.value)
    assert "export-credentials --profile lab" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("source_profile = gone\n", '"gone" referenced in the profile "lab" does not exist'),
        ("source_profile = lab\n", "loop .* profile lab"),
        ("", "incomplete"),
    ],
)
def test_roles_that_lead_nowhere(aws_home: AwsHome, text: str, says: str) -> None:
    """The profile that is missing, or is its own source, is named."""
    aws_home.config(f"[profile lab]\nrole_arn = arn:aws:iam::123456789012:role/writer\n{text}")
    with pytest.raises((SettingsError, StoreCredentialsError), match=says):
        build_client(PROFILE)
