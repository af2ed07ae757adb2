"""A part of a bucket: what is said of it is whole, and nothing beside it is ever asked for."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from core.errors import ObjectArchivedError, StoreAccessDeniedError, StoreError
from core.ports.object_store import PendingUpload, StoredObject
from core.ports.presigned_url import LinkMethod
from core.settings import Profile
from storage.prefixed_store import PrefixedStore
from storage.s3.probe.store_probe import S3StoreProbe
from storage.s3.store import S3Store
from tests.contracts.object_store_contract import KEY, MIB, OTHER, noise, start, upload, write
from tests.fakes.object_store import FakeObjectStore
from tests.servers.fault_server import Fault, FaultServer, Seen, answering, refuse
from tests.servers.follow import follow
from tests.storage.at_once import AT_ONCE

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "teams/epi/"
DENIED = refuse(403, "AccessDenied")


@pytest.fixture
def profile(s3_profile: Profile, fault_server: FaultServer) -> Profile:
    return replace(s3_profile, endpoint_url=fault_server.url, prefix=PREFIX)


@pytest.fixture
def store(profile: Profile) -> Iterator[PrefixedStore]:
    store = PrefixedStore(S3Store(profile, AT_ONCE), PREFIX)
    yield store
    store.close()


def outside(seen: Seen) -> bool:
    """Whether a request is about more of the bucket than what is below the prefix."""
    url = urlsplit(seen.target)
    key = unquote(url.path).lstrip("/").partition("/")[2]
    listed = parse_qs(url.query).get("prefix", [""])[0]
    return not (key or listed).startswith(PREFIX)


def test_names(store: PrefixedStore, bucket: str) -> None:
    """Location and URLs are those of the part, links those of the objects in it."""
    stored = store.put(KEY, b"content")
    assert stored.key == KEY
    assert store.location == f"s3://{bucket}/teams/epi"
    assert store.url(KEY) == f"s3://{bucket}/teams/epi/{KEY}"
    link = store.presign(KEY, LinkMethod.GET, expires_seconds=60)
    assert urlsplit(link.address).path == f"/{bucket}/teams/epi/{KEY}"
    assert follow("GET", link.reveal()) == b"content"


def test_link_to_store(store: PrefixedStore) -> None:
    """What comes by it is one of the part's objects."""
    link = store.presign(KEY, LinkMethod.PUT, expires_seconds=60)
    follow("PUT", link.reveal(), b"content")
    assert [found.key for found in store.list("jobs/")] == [KEY]


def test_pending_uploads(store: PrefixedStore, s3_client: "S3Client", bucket: str) -> None:
    """Those of others are not told of."""
    theirs = s3_client.create_multipart_upload(Bucket=bucket, Key=KEY)["UploadId"]
    ours = start(store, 6 * MIB)
    write(ours, noise(6 * MIB))
    (pending,) = store.pending_uploads("")
    assert pending.key == KEY
    store.discard_upload(pending.key, pending.upload_id)
    ours.abort()
    (left,) = s3_client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    assert left.get("UploadId") == theirs


def test_nothing_outside_is_asked_for(
    store: PrefixedStore, profile: Profile, fault_server: FaultServer
) -> None:
    """Not by what tells time, access or why a request was refused either."""
    store.check()
    store.now()
    big = upload(store, noise(11 * MIB))
    copied = store.copy(KEY, OTHER)
    store.change_class(OTHER, "GLACIER_IR", if_match=copied.etag)
    assert store.head("jobs/8") is None
    fault_server.plan(Fault("HEAD", OTHER, before=answering(refuse(403, "")), times=-1))
    with pytest.raises(StoreAccessDeniedError):
        store.head(OTHER)
    fault_server.forget_faults()
    assert list(store.list("")) != []
    assert list(store.list_prefixes("")) == ["jobs/"]
    store.delete(KEY, if_match=big.etag)
    probe = S3StoreProbe(profile)
    answers = [found.answer for found in probe.observations("_runferry/probe/x/")]
    probe.close()
    assert answers
    beside = [seen for seen in fault_server.seen if outside(seen)]
    assert {seen.target.partition("?")[2] for seen in beside} == {"versioning"}
    sources = [seen.headers["x-amz-copy-source"] for seen in fault_server.requests("PUT", ".")
              if "x-amz-copy-source" in seen.headers]  # fmt: skip
    assert sources
    assert all(PREFIX in source for source in sources)


@pytest.mark.parametrize("listed", ["", "_runferry/jobs/"])
def test_denied_listing(store: PrefixedStore, fault_server: FaultServer, listed: str) -> None:
    """It says what may not be listed, and where to ask for it."""
    fault_server.plan(Fault("GET", "list-type=2", before=answering(DENIED), times=-1))
    with pytest.raises(StoreAccessDeniedError) as caught:
        list(store.list(listed))
    assert f"ListObjectsV2 on {store.location}/{listed}" in caught.value.what
    assert f"prefix {PREFIX}{listed}" in caught.value.todo


def test_errors_show_whole_keys(store: PrefixedStore) -> None:
    """As whoever runs the bucket knows them; a command to copy names the job as RunFerry does."""
    stored = store.put(KEY, b"content")
    with pytest.raises(StoreError, match=f"{PREFIX}jobs/nothing"):
        b"".join(store.read("jobs/nothing"))
    with pytest.raises(StoreError, match=re.escape(f"{PREFIX}{KEY}")):
        store.put(KEY, b"another", if_absent=True)
    store.change_class(KEY, "DEEP_ARCHIVE", if_match=stored.etag)
    with pytest.raises(ObjectArchivedError) as caught:
        b"".join(store.read(KEY))
    assert f"{PREFIX}{KEY} is archived" in caught.value.what
    assert "`runferry jobs uploads restore --job-id 7 --run-id 4`" in caught.value.todo


class Careless(FakeObjectStore):
    """Lists more than was asked for, as servers do that ignore the parameter."""

    def list(self, prefix: str, *, after: str = "") -> Iterator[StoredObject]:
        return super().list("", after=after)

    def list_prefixes(self, prefix: str) -> Iterator[str]:
        return super().list_prefixes("")

    def pending_uploads(self, prefix: str) -> Iterator[PendingUpload]:
        return iter([PendingUpload("teams/flu/jobs/2", "1", self.now())])


def test_server_that_ignores_prefixes() -> None:
    """What it lists of others is not taken for ours: keys are not cut, nothing can be deleted."""
    careless = Careless()
    careless.put("teams/flu/jobs/1", b"theirs")
    store = PrefixedStore(careless, PREFIX)
    for listing in (store.list(""), store.list_prefixes("jobs/"), store.pending_uploads("")):
        with pytest.raises(StoreError, match="does not keep to prefixes"):
            next(listing)
