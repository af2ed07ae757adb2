"""Profiles that ask for their bucket to be made."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core.errors import BucketNotFoundError, StoreAccessDeniedError
from core.settings import Profile
from storage.s3.store import S3Store
from tests.servers.fault_server import Fault, FaultServer, refuse
from tests.servers.fixtures import KEY_ID, SECRET_KEY

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Open = Callable[[Profile], S3Store]


@pytest.fixture
def missing(s3_profile: Profile) -> Profile:
    """A profile that asks for its bucket, which is not there."""
    return replace(s3_profile, bucket=f"{s3_profile.bucket}-new", create_bucket=True)


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens stores and closes them."""
    with ExitStack() as stack:

        def make(profile: Profile) -> S3Store:
            store = S3Store(profile)
            stack.callback(store.close)
            return store

        yield make


def test_created(missing: Profile, opened: Open) -> None:
    """The first use makes it, the next one finds it."""
    opened(missing).put("jobs/1/a", b"x")
    assert [stored.key for stored in opened(missing).list("")] == ["jobs/1/a"]


def test_not_asked_for(missing: Profile, opened: Open) -> None:
    """Nothing is created by itself; the message says how."""
    with pytest.raises(BucketNotFoundError, match="create_bucket = true"):
        opened(replace(missing, create_bucket=False)).check()


def test_region(missing: Profile, opened: Open, s3_client: "S3Client") -> None:
    """It is made in the region of the profile."""
    opened(replace(missing, region="eu-west-1")).check()
    location = s3_client.get_bucket_location(Bucket=missing.bucket)
    assert location["LocationConstraint"] == "eu-west-1"


def test_several_at_once(missing: Profile, opened: Open) -> None:
    """Who comes second finds it made."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(S3Store.check, [opened(missing) for _ in range(4)]))


def test_vanished_later(missing: Profile, opened: Open, s3_client: "S3Client") -> None:
    """A bucket that was deleted meanwhile does not come back empty behind everybody's back."""
    store = opened(missing)
    store.check()
    s3_client.delete_bucket(Bucket=missing.bucket)
    with pytest.raises(BucketNotFoundError):
        store.check()


def test_vanished_before_a_login(
    missing: Profile,
    opened: Open,
    s3_client: "S3Client",
    fault_server: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nor does it when credentials are looked for again."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    from_chain = replace(missing, access_key_id=None, secret_access_key=None)
    store = opened(replace(from_chain, endpoint_url=fault_server.url))
    store.check()
    s3_client.delete_bucket(Bucket=missing.bucket)
    fault_server.plan(Fault("GET", "", before=lambda: refuse(400, "ExpiredToken")))
    with pytest.raises(BucketNotFoundError):
        store.check()


def test_not_allowed(missing: Profile, opened: Open, fault_server: FaultServer) -> None:
    """Where the credentials do not allow it, the permission is named."""
    fault_server.plan(Fault("PUT", "", before=lambda: refuse(403, "AccessDenied"), times=9))
    with pytest.raises(StoreAccessDeniedError, match="s3:CreateBucket"):
        opened(replace(missing, endpoint_url=fault_server.url)).check()


def test_name_is_taken(missing: Profile, opened: Open, fault_server: FaultServer) -> None:
    """The name of somebody else's bucket is not waited for."""
    fault_server.plan(Fault("PUT", "", before=lambda: refuse(409, "BucketAlreadyExists")))
    with pytest.raises(BucketNotFoundError, match="somebody else"):
        opened(replace(missing, endpoint_url=fault_server.url)).check()
    assert fault_server.count("PUT", "") == 1
