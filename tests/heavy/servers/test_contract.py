"""The contract of the object store on real servers."""

from collections.abc import Iterator

import pytest

from core.settings import Profile
from storage.s3.store import S3Store, S3Tuning
from tests.contracts.object_store_contract import MIB, ObjectStoreContract


class TestRealServers(ObjectStoreContract):
    """An empty bucket; small parts and pages, so that there are several."""

    @pytest.fixture
    def store(self, profile: Profile) -> Iterator[S3Store]:
        store = S3Store(profile, S3Tuning(part_bytes=5 * MIB, page_keys=3))
        yield store
        store.close()
