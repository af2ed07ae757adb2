"""Uploads in parts that were begun and that nobody heard of, over real HTTP."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core.errors import StoreConnectionError
from core.ports.object_store import OpenUpload, Upload
from storage.s3.store import S3Store, S3Tuning
from tests.contracts.object_store_contract import KEY, MIB, content, noise, token, upload
from tests.fakes.upload_session import NewSession
from tests.servers.fault_server import Fault, FaultServer, lost, refuse
from tests.storage.at_once import AT_ONCE

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DATA = noise(6 * MIB)
CREATE, LIST, ABORT = r"\?uploads", r"\?uploads", r"\?uploadId="


class KilledError(BaseException):
    """In place of kill -9."""


class Forgetful(NewSession):
    """Dies when it is to write down what was begun."""

    def opened(self, upload: OpenUpload) -> None:
        raise KilledError


@pytest.fixture
def tuning() -> S3Tuning:
    return replace(AT_ONCE, copy_bytes=5 * MIB)


def send(
    store: S3Store,
    session: NewSession,
    data: bytes = DATA,
    metadata: dict[str, str] | None = None,
    if_match: str | None = None,
) -> None:
    """One try."""
    begin(store, session, data, metadata).complete(if_match=if_match)


def begin(
    store: S3Store,
    session: NewSession,
    data: bytes = DATA,
    metadata: dict[str, str] | None = None,
) -> Upload:
    started = store.start_upload(
        KEY,
        size_bound=len(data),
        metadata=metadata or token(),
        on_sent=lambda _: None,
        session=session,
    )
    started.write(data)
    return started


@pytest.fixture
def foreign(s3_client: "S3Client", bucket: str) -> Callable[..., str]:
    """Another machine begins an upload; its id."""

    def begin(key: str = KEY, *, part: bytes = b"") -> str:
        upload_id = s3_client.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
        if part:
            s3_client.upload_part(
                Bucket=bucket, Key=key, UploadId=upload_id, PartNumber=1, Body=part
            )
        return upload_id

    return begin


def pending(store: S3Store) -> set[str]:
    return {found.upload_id for found in store.pending_uploads("")}


def test_reply_lost(store: S3Store, fault_server: FaultServer) -> None:
    """Within a try: the upload that nobody heard of is gone when the object is there."""
    fault_server.plan(Fault("POST", CREATE, after=lost))
    send(store, NewSession())
    assert fault_server.count("POST", CREATE) == 2
    assert pending(store) == set()
    assert content(store, KEY) == DATA


def test_without_a_session(store: S3Store, fault_server: FaultServer) -> None:
    """So it is with an upload that could not be gone on with."""
    fault_server.plan(Fault("POST", CREATE, after=lost))
    upload(store, DATA)
    assert pending(store) == set()


def test_killed_before_it_was_written_down(store: S3Store) -> None:
    """The next try frees it, whether it is one in parts itself or not."""
    for size in (len(DATA), 1000):
        with pytest.raises(KilledError):
            begin(store, Forgetful())
        assert len(pending(store)) == 1
        send(store, NewSession(repeated=True), DATA[:size])
        assert pending(store) == set()
        assert content(store, KEY) == DATA[:size]
        store.delete(KEY)


def test_every_reply_lost(store: S3Store, fault_server: FaultServer) -> None:
    """A try that fails frees nothing of what may be another machine's; the next one does."""
    fault_server.plan(Fault("POST", CREATE, after=lost, times=AT_ONCE.backoff.attempts))
    with pytest.raises(StoreConnectionError):
        begin(store, NewSession())
    assert len(pending(store)) == AT_ONCE.backoff.attempts
    assert fault_server.count("DELETE", ABORT) == 0
    send(store, NewSession(repeated=True))
    assert pending(store) == set()


def test_others_stay(store: S3Store, foreign: Callable[..., str]) -> None:
    """What holds a part, and what is about another key, is somebody's work."""
    others = {
        foreign(part=b"somebody's"),
        foreign(KEY + ".v2"),
        foreign("jobs/8/other"),
    }
    with pytest.raises(KilledError):
        begin(store, Forgetful())
    send(store, NewSession(repeated=True))
    assert pending(store) == others


def test_given_up(store: S3Store, fault_server: FaultServer, foreign: Callable[..., str]) -> None:
    """Without an object in its way a live upload of another machine cannot be told from a lost one."""
    live = foreign()
    fault_server.plan(Fault("POST", CREATE, after=lost))
    started = begin(store, NewSession())
    started.abort()
    assert live in pending(store)
    assert fault_server.count("GET", LIST) == 1  # that of the line above


def test_replaced(store: S3Store, fault_server: FaultServer, foreign: Callable[..., str]) -> None:
    """Who has seen the new object may be replacing it already."""
    first = store.put(KEY, b"first")
    live = foreign()
    fault_server.plan(Fault("POST", CREATE, after=lost))
    send(store, NewSession(repeated=True), if_match=first.etag)
    assert live in pending(store)


def test_costs_nothing(store: S3Store, fault_server: FaultServer) -> None:
    """Without doubt nobody asks."""
    send(store, NewSession())
    send(store, NewSession(), DATA[:1000], if_match=etag(store))
    upload(store, DATA, "other")
    assert fault_server.count("GET", LIST) == 0


def etag(store: S3Store) -> str:
    found = store.head(KEY)
    assert found
    return found.etag


@pytest.mark.parametrize(
    "fault",
    [
        Fault("GET", LIST, before=lambda: refuse(403, "AccessDenied")),
        Fault("GET", ABORT, before=lambda: refuse(403, "AccessDenied")),
        Fault("DELETE", ABORT, before=lambda: refuse(403, "AccessDenied")),
        Fault("GET", LIST, after=lost, times=99),
    ],
    ids=["list", "parts", "abort", "no connection"],
)
def test_cannot_be_freed(store: S3Store, fault_server: FaultServer, fault: Fault) -> None:
    """The upload has succeeded nevertheless."""
    with pytest.raises(KilledError):
        begin(store, Forgetful())
    fault_server.plan(replace(fault))
    send(store, NewSession(repeated=True))
    assert content(store, KEY) == DATA


def test_completed_by_the_try_before(store: S3Store) -> None:
    """What was sent for nothing is freed."""
    metadata = token()
    send(store, NewSession(), metadata=metadata)
    send(store, NewSession(repeated=True), metadata=metadata)
    assert pending(store) == set()


def test_copy(store: S3Store, fault_server: FaultServer) -> None:
    """A copy in parts frees what its own lost reply left."""
    upload(store, DATA)
    fault_server.plan(Fault("POST", CREATE, after=lost))
    store.copy(KEY, "copy", metadata=token())
    assert pending(store) == set()
