"""Uploads to S3 that another process goes on with, over real HTTP: nothing is sent twice."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core.errors import StoreConnectionError, StoreError
from core.ports.object_store import OpenUpload, SentPart, UploadSession
from core.ports.send_pace import SendPace
from core.settings import Profile
from storage.s3.backoff import Backoff
from storage.s3.store import S3Store, S3Tuning
from tests.contracts.object_store_contract import KEY, MIB, content, noise, token
from tests.fakes.send_pace import CountingPace
from tests.servers.fault_server import Fault, FaultServer, lost, refuse

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DATA = noise(22 * MIB)
PART, CREATE, ABORT, LIST = r"partNumber=", r"\?uploads", r"\?uploadId=", r"\?uploadId="


class MemorySession(UploadSession):
    """What was written down, and what was said."""

    def __init__(self, before: OpenUpload | None = None) -> None:
        self.open = before
        self.left: list[str] = []
        self.known: dict[int, SentPart] = {}
        self.kept_bytes = self.sent_bytes = 0

    @property
    def before(self) -> OpenUpload | None:
        return self.open

    @property
    def parts(self) -> Mapping[int, SentPart]:
        return self.known

    @property
    def repeated(self) -> bool:
        return self.open is not None

    def unfreed(self, upload: OpenUpload) -> None:
        self.left.append(upload.upload_id)

    def opened(self, upload: OpenUpload) -> None:
        self.open = upload
        self.known.clear()

    def sent(self, part: SentPart) -> None:
        self.known[part.number] = part

    def kept(self, count: int) -> None:
        self.kept_bytes += count

    def in_next_process(self) -> "MemorySession":
        """Nothing but what is durable."""
        later = MemorySession(self.open)
        later.known = dict(self.known)
        return later


@pytest.fixture
def tuning() -> S3Tuning:
    return S3Tuning(
        part_bytes=5 * MIB, threads=1, backoff=Backoff(attempts=1, base_seconds=0, slow_seconds=0)
    )


def send(
    store: S3Store,
    session: MemorySession,
    data: bytes = DATA,
    *,
    metadata: dict[str, str] | None = None,
    pace: SendPace | None = None,
) -> None:
    """One try. A failed one is suspended, as a process that is killed would leave it."""

    def on_sent(count: int) -> None:
        session.sent_bytes += count

    upload = store.start_upload(
        KEY,
        size_bound=len(data),
        metadata=metadata or token(),
        on_sent=on_sent,
        session=session,
        pace=pace,
    )
    try:
        for start in range(0, len(data), MIB):
            upload.write(data[start : start + MIB])
        upload.complete()
    except StoreError:
        upload.suspend()
        raise


def interrupted(store: S3Store, server: FaultServer, parts: int) -> MemorySession:
    """What is written down after so many parts."""
    session = MemorySession()
    server.plan(Fault("PUT", PART, after=lost, skip=parts))
    with pytest.raises(StoreConnectionError):
        send(store, session)
    return session.in_next_process()


@pytest.mark.parametrize("parts", range(5))
def test_only_what_is_missing(
    store: S3Store, fault_server: FaultServer, open_uploads: Callable[[], int], parts: int
) -> None:
    """After k parts the rest is sent, as counted at the server; the object is what it would be."""
    session = interrupted(store, fault_server, parts)
    assert sorted(session.parts) == list(range(1, parts + 1))
    before = fault_server.count("PUT", PART)
    send(store, session)
    assert fault_server.count("PUT", PART) - before == 5 - parts
    assert session.kept_bytes == parts * 5 * MIB
    assert session.kept_bytes + session.sent_bytes == len(DATA)
    assert content(store, KEY) == DATA
    assert (fault_server.count("POST", CREATE), open_uploads()) == (1, 0)


def test_comparing_does_not_wait_for_the_limit(store: S3Store, fault_server: FaultServer) -> None:
    """Of what is kept nothing is sent, and nobody is asked whether it may be."""
    session, pace = interrupted(store, fault_server, 3), CountingPace(1 << 20)
    send(store, session, pace=pace)
    assert session.kept_bytes == 3 * 5 * MIB
    assert sum(pace.allowed) == session.sent_bytes == len(DATA) - session.kept_bytes


@pytest.mark.parametrize("parts", [0, 2])
def test_checksums_switched_off(
    store: S3Store, s3_profile: Profile, tuning: S3Tuning, fault_server: FaultServer, parts: int
) -> None:
    """Where no part arrived with one, none is sent with one again; what arrived is gone on with."""
    session = interrupted(store, fault_server, parts)
    before = fault_server.count("PUT", PART)
    profile = replace(s3_profile, endpoint_url=fault_server.url, checksums=False)
    with closing(S3Store(profile, tuning)) as without:
        send(without, session)
    sent = fault_server.requests("PUT", PART)[before:]
    assert len(sent) == 5 - parts
    assert {"x-amz-checksum-crc32" in request.headers for request in sent} == {parts > 0}
    assert content(store, KEY) == DATA


def test_changed_meanwhile(store: S3Store, fault_server: FaultServer) -> None:
    """Every part is compared by content: what differs is sent again, wherever it is."""
    session = interrupted(store, fault_server, 4)
    changed = bytearray(DATA)
    changed[7 * MIB] ^= 1
    send(store, session, bytes(changed))
    assert session.kept_bytes == 3 * 5 * MIB
    assert content(store, KEY) == changed


def test_shorter_now(store: S3Store, fault_server: FaultServer) -> None:
    """Parts beyond the end are not part of the object."""
    session = interrupted(store, fault_server, 4)
    send(store, session, DATA[: 12 * MIB])
    assert content(store, KEY) == DATA[: 12 * MIB]


def test_written_down_but_not_there(
    store: S3Store, fault_server: FaultServer, s3_client: "S3Client", bucket: str
) -> None:
    """The store's own list decides: somebody else wrote the part again."""
    session = interrupted(store, fault_server, 3)
    assert session.open
    s3_client.upload_part(
        Bucket=bucket, Key=KEY, UploadId=session.open.upload_id, PartNumber=2,
        Body=bytes(5 * MIB), ChecksumAlgorithm="CRC32",
    )  # fmt: skip
    send(store, session)
    assert session.kept_bytes == 2 * 5 * MIB
    assert content(store, KEY) == DATA


def test_the_upload_is_gone(
    store: S3Store, fault_server: FaultServer, s3_client: "S3Client", bucket: str
) -> None:
    """A lifecycle rule ended it: begun anew, and written down as that."""
    session = interrupted(store, fault_server, 3)
    assert session.open
    gone = session.open.upload_id
    s3_client.abort_multipart_upload(Bucket=bucket, Key=KEY, UploadId=gone)
    send(store, session)
    assert session.kept_bytes == 0
    assert session.open.upload_id != gone
    assert content(store, KEY) == DATA


@pytest.mark.parametrize("why", ["not allowed", "other parts"])
def test_cannot_be_gone_on_with(
    store: S3Store, fault_server: FaultServer, open_uploads: Callable[[], int], why: str
) -> None:
    """The old upload is freed and a new one begun."""
    session = interrupted(store, fault_server, 3)
    assert session.open
    if why == "other parts":
        session.open = replace(session.open, part_bytes=6 * MIB)
    else:
        refusal = refuse(403, "AccessDenied")
        fault_server.plan(Fault("GET", LIST, before=lambda: refusal))
    send(store, session)
    assert session.kept_bytes == 0
    assert content(store, KEY) == DATA
    assert open_uploads() == 0


def test_what_cannot_be_gone_on_with_cannot_be_freed(
    store: S3Store, fault_server: FaultServer, open_uploads: Callable[[], int]
) -> None:
    """It is told, so that it does not pass into oblivion with its id."""
    session = interrupted(store, fault_server, 3)
    assert session.open
    old = session.open.upload_id
    session.open = replace(session.open, part_bytes=6 * MIB)
    fault_server.plan(Fault("DELETE", ABORT, before=lambda: refuse(403, "AccessDenied")))
    send(store, session)
    assert content(store, KEY) == DATA
    assert (session.left, open_uploads()) == ([old], 1)


def test_no_connection_to_ask(
    store: S3Store, fault_server: FaultServer, open_uploads: Callable[[], int]
) -> None:
    """Nothing is given up because the store does not answer."""
    session = interrupted(store, fault_server, 3)
    fault_server.plan(Fault("GET", LIST, after=lost))
    with pytest.raises(StoreConnectionError):
        send(store, session.in_next_process())
    send(store, session)
    assert session.kept_bytes == 3 * 5 * MIB
    assert open_uploads() == 0


def test_completed_without_our_knowing(store: S3Store, fault_server: FaultServer) -> None:
    """The reply to Complete was lost with the process: the token says that it is ours."""
    session, metadata = MemorySession(), token()
    fault_server.plan(Fault("POST", r"\?uploadId=", after=lost))
    fault_server.plan(Fault("HEAD", KEY, after=lost, skip=1))
    with pytest.raises(StoreConnectionError):
        send(store, session, metadata=metadata)
    later = session.in_next_process()
    send(store, later, metadata=metadata)
    assert content(store, KEY) == DATA


def test_small_uploads_leave_nothing_behind(
    store: S3Store, open_uploads: Callable[[], int]
) -> None:
    """Less than one part goes in one request: there is nothing to go on with."""
    session = MemorySession()
    send(store, session, b"x" * 1000)
    assert (session.open, open_uploads()) == (None, 0)


def test_discard(
    store: S3Store, fault_server: FaultServer, open_uploads: Callable[[], int]
) -> None:
    """Frees what was sent; one that is gone is fine."""
    session = interrupted(store, fault_server, 2)
    assert session.open
    assert open_uploads() == 1
    store.discard_upload(KEY, session.open.upload_id)
    store.discard_upload(KEY, session.open.upload_id)
    assert open_uploads() == 0
