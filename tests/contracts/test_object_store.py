"""The contract of the object store on the fake, on a directory, and on S3 over HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.settings import Acl, Encryption, Profile
from storage.local.store import LocalStore
from storage.prefixed_store import PrefixedStore
from storage.s3.store import S3Store, S3Tuning
from storage.settings.places import Places
from tests.contracts.object_store_contract import KEY, MIB, OTHER, ObjectStoreContract
from tests.fakes.object_store import FakeObjectStore
from tests.servers.access_point import ARN, ENDPOINT, AccessPointProxy
from tests.servers.moto_server import MotoServer

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectTypeDef

PREFIX = "teams/epi one/"


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


class TestDemandingBucket(TestS3Store):
    """All that a bucket may demand of requests goes along with each of them, and changes nothing."""

    @pytest.fixture
    def s3_profile(self, s3_profile: Profile) -> Profile:
        return replace(
            s3_profile,
            encryption=Encryption.KMS,
            kms_key_id="alias/lab",
            bucket_key=True,
            acl=Acl.OWNER_HAS_ALL,
            request_payer=True,
            storage_class="INTELLIGENT_TIERING",
            object_tags=True,
        )


class TestPrefixedLocalStore(ObjectStoreContract):
    """A folder of a directory, as a profile with a prefix has it."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> LocalStore:
        profile = Profile("local", path=str(tmp_path / "store"), prefix=PREFIX)
        return LocalStore(Places.find({"RUNFERRY_HOME": str(tmp_path)}).directory(profile))


class TestPrefixedS3Store(ObjectStoreContract):
    """A part of a bucket, in which others have objects of the same names, before and behind it."""

    @pytest.fixture
    def store(self, s3_profile: Profile, s3_client: "S3Client") -> Iterator[PrefixedStore]:
        others = ["", "teams/", "teams/epi", "teams/epi one", "teams/epi one-b/", "teams/epj/"]
        theirs = {f"{begin}{key}" for begin in others for key in (KEY, OTHER)}
        for key in theirs:
            s3_client.put_object(Bucket=s3_profile.bucket, Key=key, Body=b"theirs")
        before = whole_bucket(s3_client, s3_profile.bucket, theirs)
        whole = S3Store(
            replace(s3_profile, prefix=PREFIX), S3Tuning(part_bytes=5 * MIB, page_keys=3)
        )
        store = PrefixedStore(whole, PREFIX)
        yield store
        store.close()
        assert whole_bucket(s3_client, s3_profile.bucket, theirs) == before
        keys = {found.get("Key", "") for found in listed(s3_client, s3_profile.bucket)}
        assert all(key.startswith(PREFIX) for key in keys - theirs)


class TestAccessPoint(ObjectStoreContract):
    """A part of a bucket that is known by the ARN of an access point only."""

    @pytest.fixture
    def store(
        self,
        s3_profile: Profile,
        moto_server: MotoServer,
        monkeypatch: pytest.MonkeyPatch,
    ) -> Iterator[PrefixedStore]:
        with AccessPointProxy(moto_server.url, s3_profile.bucket) as proxy:
            monkeypatch.setenv("HTTP_PROXY", proxy.url)
            profile = replace(s3_profile, bucket=ARN, endpoint_url=ENDPOINT, prefix=PREFIX)
            whole = S3Store(profile, S3Tuning(part_bytes=5 * MIB, page_keys=3))
            store = PrefixedStore(whole, PREFIX)
            yield store
            store.close()


def listed(client: "S3Client", bucket: str) -> "list[ObjectTypeDef]":
    pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    return [found for page in pages for found in page.get("Contents", [])]


def whole_bucket(client: "S3Client", bucket: str, keys: set[str]) -> dict[str, str]:
    """When which of these was written."""
    return {
        found.get("Key", ""): f"{found.get('LastModified')} {found.get('ETag')}"
        for found in listed(client, bucket)
        if found.get("Key") in keys
    }
