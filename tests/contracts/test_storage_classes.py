"""The contract of storage classes on the fake and on S3 over HTTP; and where there are none."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import StoreError
from core.ports.object_store import RestoreTier
from core.settings import Profile
from storage.local.store import LocalStore
from storage.prefixed_store import PrefixedStore
from storage.s3.store import S3Store, S3Tuning
from tests.contracts.object_store_contract import MIB
from tests.contracts.storage_class_contract import ARCHIVE, StorageClassContract
from tests.fakes.object_store import FakeObjectStore


class TestFakeObjectStore(StorageClassContract):
    """The fake does what S3 does."""

    @pytest.fixture
    def store(self) -> FakeObjectStore:
        return FakeObjectStore()


class TestS3Store(StorageClassContract):
    """An empty bucket of moto's server."""

    @pytest.fixture
    def store(self, s3_profile: Profile) -> Iterator[S3Store]:
        store = S3Store(s3_profile)
        yield store
        store.close()


class TestPrefixedS3Store(StorageClassContract):
    """A part of a bucket."""

    @pytest.fixture
    def store(self, s3_profile: Profile) -> Iterator[PrefixedStore]:
        store = PrefixedStore(S3Store(replace(s3_profile, prefix="teams/epi/")), "teams/epi/")
        yield store
        store.close()


class TestS3StoreInParts(StorageClassContract):
    """Where every object is too large to be copied at once."""

    @pytest.fixture
    def store(self, s3_profile: Profile) -> Iterator[S3Store]:
        store = S3Store(s3_profile, S3Tuning(part_bytes=5 * MIB, copy_bytes=1))
        yield store
        store.close()


def test_local_store_has_none(tmp_path: Path) -> None:
    """A directory says so, and changes nothing."""
    store = LocalStore(str(tmp_path))
    stored = store.put("jobs/1", b"content")
    with pytest.raises(StoreError, match="no archive"):
        store.check_classes()
    with pytest.raises(StoreError, match="no archive"):
        store.change_class("jobs/1", ARCHIVE, if_match=stored.etag)
    with pytest.raises(StoreError, match="no archive"):
        store.restore("jobs/1", tier=RestoreTier.STANDARD, days=1)
    assert store.head("jobs/1") == stored
