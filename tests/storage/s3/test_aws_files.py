"""The files of the AWS settings, as people have them."""

from dataclasses import replace

import pytest

from core.errors import SettingsError
from core.redaction.secret import Secret
from core.settings import Profile, StoreKind
from storage.s3.client import build_client
from storage.s3.credentials import origin_of_credentials
from tests.storage.s3.aws_settings import AwsHome

KEY = "AKIAQQQQQQQQQQQQQQQQ"
SECRET = "Zq8PlwCv6TnbXr4JmFs2KdHy0GuEoIa1"
PAIR = f"aws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n"
PROFILE = Profile(
    "lab",
    StoreKind.S3,
    bucket="lab-results",
    region="eu-west-1",
    endpoint_url="http://127.0.0.1:9",
    aws_profile="lab",
)


def signed_by(profile: Profile) -> str:
    """The key id of a link that a client of the profile makes, and its region."""
    client = build_client(profile)
    url = client.generate_presigned_url("get_object", Params={"Bucket": "lab", "Key": "k"})
    client.close()
    return url.partition("X-Amz-Credential=")[2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
@pytest.mark.parametrize("file", ["config", "credentials"])
def test_encodings(aws_home: AwsHome, file: str, encoding: str) -> None:
    """Editors of Windows begin files with a mark; old ones write umlauts in one byte."""
    if file == "config":
        aws_home.config(f"[profile lab]\n# Schlüssel\n{PAIR}", encoding)
    else:
        aws_home.credentials(f"[lab]\n# Schlüssel\n{PAIR}", encoding)
    assert signed_by(PROFILE).startswith(KEY)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (PAIR, "line 1 .*before the first"),
        (f"[profile lab]\nsecret {SECRET}\n", "line 2 .*neither"),
        ("[profile lab]\nregion = a\n[profile lab]\n", "line 3 .*section is there twice"),
        ("[profile lab]\nregion = a\nregion = b\n", "line 3 .*setting is there twice"),
        (f"[profile lab]\ns3 =\n  {SECRET}\n", "line 3 .*has no ="),
    ],
)
@pytest.mark.parametrize("file", ["config", "credentials"])
def test_broken(aws_home: AwsHome, file: str, text: str, says: str) -> None:
    """File, line and reason are told; what stands there is not, it may be a secret."""
    path = aws_home.config(text) if file == "config" else aws_home.credentials(text)
    with pytest.raises(SettingsError, match=f"{path}, {says}") as caught:
        build_client(PROFILE)
    assert SECRET not in str(caught.value)
    assert caught.value.__context__ is None


def test_broken_beside_own_credentials(aws_home: AwsHome) -> None:
    """It counts even where credentials come from elsewhere: other settings are in it."""
    path = aws_home.config("[default\n")
    own = replace(
        PROFILE, aws_profile="", access_key_id=Secret(KEY), secret_access_key=Secret(SECRET)
    )
    with pytest.raises(SettingsError, match=f"{path}, line 1"):
        build_client(own)


def test_nested(aws_home: AwsHome) -> None:
    """Indented lines are settings of their own: the style in which the bucket is named."""
    aws_home.config(f"[profile lab]\n{PAIR}s3 =\n  addressing_style = virtual\n")
    client = build_client(PROFILE)
    client.close()
    origin = origin_of_credentials(PROFILE, client)
    assert origin.source == f'the AWS profile "lab" in {aws_home.aws}/config'
    assert SECRET not in repr(origin)
