"""Answers that something on the way compresses, and objects that are stored compressed."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core.errors import StoreEndpointError
from core.settings import Profile
from storage.s3.store import S3Store
from tests.contracts.object_store_contract import KEY, content
from tests.servers.strict.quirks import compressed
from tests.servers.strict.server import StrictServer

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PACKED = gzip.compress(b"once upon a time", mtime=0)


@pytest.fixture
def store(s3_profile: Profile, strict_server: StrictServer) -> Iterator[S3Store]:
    store = S3Store(replace(s3_profile, endpoint_url=strict_server.url))
    yield store
    store.close()


def test_on_the_way(store: S3Store, strict_server: StrictServer) -> None:
    """Nothing of it is believed, by whichever way it is read; it is said who is to ask."""
    store.put(KEY, b"once upon a time")
    strict_server.rules.append(compressed)
    with pytest.raises(StoreEndpointError, match="arrived compressed") as caught:
        content(store, KEY)
    assert "nginx" in caught.value.todo
    with pytest.raises(StoreEndpointError):
        content(store, KEY, start=5)
    with pytest.raises(StoreEndpointError):
        store.excerpt(KEY, start=0, length=5)


def test_stored_so(store: S3Store, s3_client: "S3Client", bucket: str) -> None:
    """Another tool said how it is coded: it is read as it is stored."""
    s3_client.put_object(Bucket=bucket, Key=KEY, Body=PACKED, ContentEncoding="gzip")
    assert content(store, KEY) == PACKED
    assert store.excerpt(KEY, start=0, length=1000).data == PACKED
