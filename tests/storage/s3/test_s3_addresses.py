"""Hosts that requests and links go to: what the AWS settings ask for is never overruled."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from core.errors import SettingsError, StoreConnectionError
from core.ports.presigned_url import LinkMethod
from core.redaction.secret import Secret
from core.settings import Profile, StoreKind
from storage.s3.client import build_client
from storage.s3.store import S3Store
from tests.servers.fixtures import KEY_ID, SECRET_KEY

ACCESS_POINT = "arn:aws:s3:us-west-2:123456789012:accesspoint/epi-ap"
PROFILE = Profile(
    "lab",
    StoreKind.S3,
    bucket="lab",
    region="eu-west-1",
    access_key_id=Secret(KEY_ID),
    secret_access_key=Secret(SECRET_KEY),
)
KEY = "jobs/1/x y"
DUALSTACK = ("AWS_USE_DUALSTACK_ENDPOINT", "true")
FIPS = ("AWS_USE_FIPS_ENDPOINT", "true")
ACCELERATE = "s3 =\n  use_accelerate_endpoint = true\n"

Link = Callable[[Profile], str]
pytestmark = pytest.mark.usefixtures("no_aws_settings")


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Writes the default profile of `~/.aws/config`."""

    def write(text: str) -> None:
        path = tmp_path / "config"
        path.write_text(f"[default]\n{text}")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(path))

    return write


@pytest.fixture
def link() -> Iterator[Link]:
    """A link to an object of a profile's bucket."""
    stores: list[S3Store] = []

    def make(profile: Profile) -> str:
        stores.append(S3Store(profile))
        return stores[-1].presign(KEY, LinkMethod.GET, expires_seconds=60).reveal()

    yield make
    for store in stores:
        store.close()


def host(url: str) -> str:
    return urlsplit(url).netloc


def signed_for(url: str) -> str:
    """The region."""
    return parse_qs(urlsplit(url).query)["X-Amz-Credential"][0].split("/")[2]


def asked_host(profile: Profile) -> str:
    """Where a request would have gone, had it been sent."""
    client = build_client(profile)
    asked = list[str]()

    def note(request: object, **_: object) -> None:
        asked.append(getattr(request, "url", ""))
        raise StoreConnectionError("not sent")

    client.meta.events.register("before-send.s3", note)
    with pytest.raises(StoreConnectionError, match="not sent"):
        client.list_objects_v2(Bucket=profile.bucket)
    client.close()
    return host(asked[0])


@pytest.mark.parametrize(
    ("variables", "settings", "expected"),
    [
        ([], "", "lab.s3.eu-west-1.amazonaws.com"),
        ([DUALSTACK], "", "lab.s3.dualstack.eu-west-1.amazonaws.com"),
        ([], "use_dualstack_endpoint = true\n", "lab.s3.dualstack.eu-west-1.amazonaws.com"),
        (
            [],
            "s3 =\n  use_dualstack_endpoint = true\n",
            "lab.s3.dualstack.eu-west-1.amazonaws.com",
        ),
        ([FIPS], "", "lab.s3-fips.eu-west-1.amazonaws.com"),
        ([], "use_fips_endpoint = true\n", "lab.s3-fips.eu-west-1.amazonaws.com"),
        ([FIPS, DUALSTACK], "", "lab.s3-fips.dualstack.eu-west-1.amazonaws.com"),
        ([], ACCELERATE, "lab.s3-accelerate.amazonaws.com"),
        ([DUALSTACK], ACCELERATE, "lab.s3-accelerate.dualstack.amazonaws.com"),
    ],
)
def test_of_the_aws_settings(
    variables: list[tuple[str, str]],
    settings: str,
    expected: str,
    config: Callable[[str], None],
    link: Link,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Requests go there, and links too: to the region that they are signed for."""
    config(settings)
    for name, value in variables:
        monkeypatch.setenv(name, value)
    assert asked_host(PROFILE) == expected
    url = link(PROFILE)
    assert (host(url), signed_for(url)) == (expected, "eu-west-1")


@pytest.mark.parametrize(
    ("endpoint", "expected"),
    [
        ("s3.dualstack.eu-west-1.amazonaws.com", "s3.dualstack.eu-west-1.amazonaws.com"),
        ("s3-fips.eu-west-1.amazonaws.com", "s3-fips.eu-west-1.amazonaws.com"),
        ("s3-accelerate.amazonaws.com", "lab.s3-accelerate.amazonaws.com"),
        ("s3-accelerate.dualstack.amazonaws.com", "lab.s3-accelerate.dualstack.amazonaws.com"),
        (
            "bucket.vpce-1a2b-5c6d.s3.eu-west-1.vpce.amazonaws.com",
            "bucket.vpce-1a2b-5c6d.s3.eu-west-1.vpce.amazonaws.com",
        ),
    ],
)
def test_as_endpoint(endpoint: str, expected: str, link: Link) -> None:
    """Each of them may stand in the profile instead."""
    profile = replace(PROFILE, endpoint_url=f"https://{endpoint}")
    assert asked_host(profile) == host(link(profile)) == expected


@pytest.mark.parametrize("variable", [DUALSTACK, FIPS])
def test_other_servers(variable: tuple[str, str], link: Link, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    """What is asked for of AWS means nothing to them."""
    monkeypatch.setenv(*variable)
    profile = replace(PROFILE, endpoint_url="http://127.0.0.1:9000")
    assert asked_host(profile) == host(link(profile)) == "127.0.0.1:9000"


@pytest.mark.parametrize(
    ("variables", "settings", "expected"),
    [
        ([], "", "epi-ap-123456789012.s3-accesspoint.us-west-2.amazonaws.com"),
        (
            [("AWS_DEFAULT_REGION", "eu-west-1")],
            "s3 =\n  use_arn_region = false\n",
            "epi-ap-123456789012.s3-accesspoint.us-west-2.amazonaws.com",
        ),
        ([DUALSTACK], "", "epi-ap-123456789012.s3-accesspoint.dualstack.us-west-2.amazonaws.com"),
        ([FIPS], "", "epi-ap-123456789012.s3-accesspoint-fips.us-west-2.amazonaws.com"),
    ],
)
def test_access_point(
    variables: list[tuple[str, str]],
    settings: str,
    expected: str,
    config: Callable[[str], None],
    link: Link,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It lies where its ARN says, whatever region others are in."""
    config(settings)
    for name, value in variables:
        monkeypatch.setenv(name, value)
    profile = replace(PROFILE, bucket=ACCESS_POINT, region="")
    assert asked_host(profile) == expected
    url = link(profile)
    assert (host(url), signed_for(url)) == (expected, "us-west-2")


@pytest.mark.parametrize(
    ("profile", "why"),
    [
        (replace(PROFILE, endpoint_url="http://127.0.0.1:9000"), "custom endpoint"),
        (replace(PROFILE, bucket="lab.results"), "S3 Accelerate"),
        (replace(PROFILE, bucket=ACCESS_POINT), "Access Points do not support S3 Accelerate"),
    ],
)
def test_what_excludes_each_other(
    profile: Profile, why: str, config: Callable[[str], None], link: Link
) -> None:
    """It is said in words, with the settings to look at."""
    config(ACCELERATE)
    with pytest.raises(SettingsError, match=why) as caught:
        link(profile)
    assert f"s3://{profile.bucket}" in caught.value.what
    assert "use_accelerate_endpoint" in caught.value.todo


def test_refused_before_anything_is_sent() -> None:
    """A directory bucket is known by its name: no client is made for it."""
    with pytest.raises(SettingsError, match="S3 Express directory bucket"):
        S3Store(replace(PROFILE, bucket="lab--use1-az4--x-s3"))
