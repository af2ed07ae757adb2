"""Servers that refuse conditional writes, or let several writers through."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core.errors import PreconditionFailedError
from core.settings import Profile
from storage.s3.answers import is_lenient
from storage.s3.store import S3Store
from tests.servers.fault_server import Answer, Fault, FaultServer, refuse

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY = "_runferry/jobs/0000000007.json"
OPENSTACK = "tx0c3593c9163c453ab08f8-006b01c15b"


@pytest.fixture
def store(s3_profile: Profile, fault_server: FaultServer) -> Iterator[S3Store]:
    store = S3Store(replace(s3_profile, endpoint_url=fault_server.url))
    yield store
    store.close()


def as_openstack(answer: Answer) -> Answer:
    return replace(answer, headers={**answer.headers, "x-amz-request-id": OPENSTACK})


def not_implemented() -> Answer:
    return refuse(501, "NotImplemented")


def create(store: S3Store, way: str) -> None:
    if way == "put":
        store.put(KEY, b"ours", if_absent=True)
        return
    upload = store.start_upload(
        KEY, size_bound=4, metadata={"write-token": "1"}, on_sent=lambda _: None
    )
    upload.write(b"ours")
    upload.complete()


@pytest.mark.parametrize(
    ("request_id", "lenient"),
    [
        (OPENSTACK, True),
        ("tx00000000000000000001a-006566f5c3-1032-default", True),
        ("4442587FB7D0A2F9", False),
        ("bc56daf5-5698-49b2-990e-a374465e26ba", False),
    ],
)
def test_request_ids(request_id: str, lenient: bool) -> None:
    """Swift and Ceph are told by their request ids, others are taken at their word."""
    assert is_lenient({"X-Amz-Request-Id": request_id}) == lenient


def test_if_match_is_refused(store: S3Store, fault_server: FaultServer) -> None:
    """A server that refuses the header gets the write without it, and is looked at afterwards."""
    first = store.put(KEY, b"first")
    fault_server.plan(Fault("PUT", KEY, before=not_implemented))
    store.put(KEY, b"second", if_match=first.etag)
    assert b"".join(store.read(KEY)) == b"second"
    conditions = [seen.headers.get("if-match") for seen in fault_server.requests("PUT", KEY)]
    assert conditions[-1] is None
    assert fault_server.count("HEAD", KEY) == 2
    with pytest.raises(PreconditionFailedError):
        store.put(KEY, b"third", if_match=first.etag)


def test_refused_with_and_without(store: S3Store, fault_server: FaultServer) -> None:
    """What is refused without condition and checksum too is reported, not repeated for ever."""
    fault_server.plan(Fault("PUT", KEY, before=not_implemented, times=9))
    with pytest.raises(Exception, match="does not support PutObject"):
        store.put(KEY, b"first", if_absent=True)
    sent = [
        ("if-none-match" in seen.headers, "x-amz-checksum-crc32" in seen.headers)
        for seen in fault_server.requests("PUT", KEY)
    ]
    assert sent == [(True, True), (True, False), (False, True), (False, False)]


@pytest.mark.parametrize("way", ["put", "upload"])
def test_overwritten_by_another(
    store: S3Store, fault_server: FaultServer, s3_client: "S3Client", s3_profile: Profile, way: str
) -> None:
    """A writer who was let through too and came later wins, and the first one is told."""

    def overwrite(answer: Answer) -> Answer:
        s3_client.put_object(Bucket=s3_profile.bucket, Key=KEY, Body=b"theirs")
        return as_openstack(answer)

    fault_server.plan(Fault("PUT", KEY, after=overwrite))
    with pytest.raises(PreconditionFailedError, match="at the same moment"):
        create(store, way)
    assert b"".join(store.read(KEY)) == b"theirs"


def test_delete_without_condition(store: S3Store, fault_server: FaultServer) -> None:
    """Where a conditional delete is refused, the version that was looked at is deleted."""
    stored = store.put(KEY, b"x")
    fault_server.plan(Fault("DELETE", KEY, before=not_implemented))
    with pytest.raises(PreconditionFailedError):
        store.delete(KEY, if_match="other")
    store.delete(KEY, if_match=stored.etag)
    assert store.head(KEY) is None
