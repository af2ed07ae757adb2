"""The contract of the object store on the fake, on a directory, and on S3 over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import Profile
from storage.local.store import LocalStore
from storage.s3.store import S3Store, S3Tuning
from tests.contracts.object_store_contract import MIB, ObjectStoreContract
from tests.fakes.object_store import FakeObjectStore


class TestFakeObjectStore(ObjectStoreContract):
    """The fake does what the real ones do."""

    @pytest.fixture
    def store(self) -> FakeObjectStore:
        return FakeObjectStore()


class TestLocalStore(ObjectStoreContract):
    """A directory that does not exist yet."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> LocalStore:
        return LocalStore(str(tmp_path / "state" / "store"))


class TestS3Store(ObjectStoreContract):
    """An empty bucket of moto's server; small parts and pages, so that there are several."""

    @pytest.fixture
    def store(self, s3_profile: Profile) -> Iterator[S3Store]:
        store = S3Store(s3_profile, S3Tuning(part_bytes=5 * MIB, page_keys=3))
        yield store
        store.close()
