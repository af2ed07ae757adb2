"""A bucket that may be listed and written, and not read: what is there is nobody's, and stays."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core.errors import PreconditionFailedError, StoreAccessDeniedError
from core.settings import Profile
from storage.s3.store import S3Store
from tests.contracts.object_store_contract import KEY, MIB, noise, upload
from tests.servers.fault_server import Fault, lost
from tests.servers.strict.modes import MODES, within, without
from tests.servers.strict.server import StrictServer
from tests.storage.at_once import AT_ONCE

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

SIZES = [pytest.param(1000, id="small"), pytest.param(6 * MIB + 7, id="parts")]


@pytest.fixture
def store(s3_profile: Profile, strict_server: StrictServer) -> Iterator[S3Store]:
    store = S3Store(replace(s3_profile, endpoint_url=strict_server.url), AT_ONCE)
    yield store
    store.close()


@pytest.fixture
def drop_box(strict_server: StrictServer) -> StrictServer:
    strict_server.rules.append(MODES["noget"]())
    return strict_server


@pytest.mark.parametrize("size", SIZES)
def test_an_upload_is_what_was_sent_and_not_verified(
    drop_box: StrictServer, store: S3Store, size: int, s3_client: "S3Client", bucket: str
) -> None:
    stored = upload(store, noise(size))

    seen = s3_client.head_object(Bucket=bucket, Key=KEY)
    assert not stored.verified
    assert (stored.size, stored.etag) == (size, seen["ETag"].strip('"'))
    assert stored.metadata["write-token"] == seen["Metadata"]["write-token"]


@pytest.mark.parametrize("size", SIZES)
def test_what_can_be_read_back_is_verified(store: S3Store, size: int) -> None:
    assert upload(store, noise(size)).verified


@pytest.mark.parametrize("size", SIZES)
def test_what_is_there_is_never_replaced_nor_taken_for_ours(
    drop_box: StrictServer, store: S3Store, size: int, s3_client: "S3Client", bucket: str
) -> None:
    s3_client.put_object(Bucket=bucket, Key=KEY, Body=b"theirs")

    with pytest.raises(PreconditionFailedError, match=r"may not be read.*s3:GetObject"):
        upload(store, noise(size))

    assert s3_client.get_object(Bucket=bucket, Key=KEY)["Body"].read() == b"theirs"


def test_a_lost_reply_is_a_conflict(
    drop_box: StrictServer, store: S3Store, s3_client: "S3Client", bucket: str
) -> None:
    """It may be ours; nobody can tell."""
    drop_box.plan(Fault("PUT", KEY, after=lost))

    with pytest.raises(PreconditionFailedError):
        upload(store, noise(1000))

    assert s3_client.head_object(Bucket=bucket, Key=KEY)["ContentLength"] == 1000


def test_small_objects_are_created_likewise(drop_box: StrictServer, store: S3Store) -> None:
    store.put(KEY, b"claim", if_absent=True)
    with pytest.raises(PreconditionFailedError):
        store.put(KEY, b"claim", if_absent=True)


def test_replacing_takes_the_right_to_read(drop_box: StrictServer, store: S3Store) -> None:
    etag = store.put(KEY, b"claim", if_absent=True).etag
    with pytest.raises(StoreAccessDeniedError, match="s3:GetObject"):
        store.put(KEY, b"changed", if_match=etag)


def test_who_may_neither_list_nor_read_is_told_so_before_anything_is_written(
    strict_server: StrictServer, store: S3Store
) -> None:
    strict_server.rules.append(without("s3:GetObject", "s3:ListBucket"))
    with pytest.raises(StoreAccessDeniedError, match="s3:ListBucket"):
        store.put(KEY, b"claim", if_absent=True)
    assert not [request for request in strict_server.asked() if request.changes]


@pytest.mark.parametrize("strict", [False, True])
def test_a_missing_object_below_a_prefix_is_missing(
    strict_server: StrictServer, store: S3Store, strict: bool
) -> None:
    """There are servers that answer 403 there, although the place may be listed."""
    strict_server.rules.append(within("jobs/", strict=strict))
    assert store.head(KEY) is None
    assert upload(store, noise(1000)).verified
    assert store.head(KEY)
