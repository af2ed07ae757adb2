"""Uploads that are cancelled while the store fails for a moment: what has to be done is done."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from core.errors import JobNotFoundError, ResultsStorageError, TransferCancelledError
from core.model import ArtifactKind, FileId
from core.ports.journal.uploads import Intent
from core.ports.object_store import StoredObject
from core.progress import Progress
from core.upload.artifact_draft import ArtifactDraft
from core.upload.create_artifact import ArtifactProducer
from core.waiting.giving_up import on_behalf_of
from storage.s3.backoff import Backoff
from storage.s3.store import S3Store, S3Tuning
from tests.contracts.object_store_contract import KEY, MIB, noise
from tests.fakes.clock import FixedClock
from tests.fakes.journal import FakeJournal
from tests.fakes.source_files import MemoryFiles
from tests.servers.fault_server import Answer, Fault, FaultServer, lost, refuse

RUN, MANIFEST = "/data/OUT/RUN4", f"{KEY}.json"
DATA = noise(12 * MIB)


@pytest.fixture
def tuning() -> S3Tuning:
    """Somebody who gives up is heard in the pauses, so there have to be some."""
    return S3Tuning(part_bytes=5 * MIB, backoff=Backoff(base_seconds=0.01, fraction=lambda: 1.0))


@dataclass
class Desk:
    """One upload, in the hands of a transfer."""

    store: S3Store
    journal: FakeJournal = field(default_factory=FakeJournal)
    progress: Progress = field(default_factory=Progress)
    files: MemoryFiles = field(default_factory=lambda: MemoryFiles({RUN: {"LOG": DATA}}))

    def upload(self) -> None:
        producer = ArtifactProducer(self.store, self.journal, FixedClock())
        with on_behalf_of(self.progress):
            producer.create_artifact(
                self.files.stream(f"{RUN}/LOG", self.progress.add_read),
                ArtifactDraft(ArtifactKind.RUN_RESULTS, 1, 4, 1, KEY, len(DATA)),
                confirm=lambda: None,
                commit=self.commit,
                progress=self.progress,
            )

    def upload_until_cancelled(self, server: FaultServer) -> None:
        """When its first part has arrived."""
        server.plan(Fault("PUT", "partNumber=1", after=self.cancelled))
        self.files.while_reading = lambda: self.progress.wait(30)
        self.upload()

    def commit(self, intent: Intent, stored: StoredObject) -> FileId:
        self.store.put(MANIFEST, b"{}", if_absent=True)
        return FileId(1)

    def cancelled(self, answer: Answer) -> Answer:
        """For `after`."""
        self.progress.cancel()
        return answer


@pytest.fixture
def desk(store: S3Store) -> Desk:
    return Desk(store)


def not_now(method: str, target: str) -> Fault:
    """Once."""
    return Fault(method, target, before=lambda: refuse(503, "SlowDown"))


def test_what_was_sent_is_freed(
    desk: Desk, fault_server: FaultServer, open_uploads: Callable[[], int]
) -> None:
    fault_server.plan(not_now("DELETE", "uploadId="))
    with pytest.raises(TransferCancelledError) as caught:
        desk.upload_until_cancelled(fault_server)
    assert (open_uploads(), desk.journal.intents(1, 4)) == (0, [])
    assert caught.value.kept == "Nothing was changed in the store."


def test_what_was_sent_cannot_be_freed(
    desk: Desk, fault_server: FaultServer, open_uploads: Callable[[], int]
) -> None:
    """It is not forgotten: whoever looks at the intents frees it."""
    fault_server.plan(Fault("DELETE", "uploadId=", before=lambda: refuse(500, "No"), times=-1))
    with pytest.raises(TransferCancelledError) as caught:
        desk.upload_until_cancelled(fault_server)
    assert open_uploads() == 1
    assert "could not be freed and may still be in the store" in caught.value.kept
    fault_server.forget_faults()
    ArtifactProducer(desk.store, desk.journal, FixedClock()).give_up(1, 4, KEY)
    assert (open_uploads(), desk.journal.intents(1, 4)) == (0, [])


def test_what_is_complete_is_committed(desk: Desk, fault_server: FaultServer) -> None:
    """A cancel that comes too late breaks nothing off."""
    fault_server.plan(Fault("POST", "uploadId=", after=desk.cancelled))
    fault_server.plan(not_now("PUT", MANIFEST))
    desk.upload()
    assert desk.store.head(MANIFEST)
    assert desk.journal.intents(1, 4) == []


class GoneDesk(Desk):
    """The job was deleted meanwhile."""

    def commit(self, intent: Intent, stored: StoredObject) -> FileId:
        raise JobNotFoundError("There is no job 1.")


def test_what_nobody_would_look_for_is_deleted(store: S3Store, fault_server: FaultServer) -> None:
    desk = GoneDesk(store)
    fault_server.plan(Fault("POST", "uploadId=", after=desk.cancelled))
    fault_server.plan(not_now("DELETE", KEY))
    with pytest.raises(JobNotFoundError):
        desk.upload()
    assert store.head(KEY) is None
    assert (desk.journal.intents(1, 4), desk.journal.orphans()) == ([], [])


@pytest.fixture
def begun(desk: Desk, fault_server: FaultServer) -> Desk:
    """The same run with parts of another size, one of which an earlier process had sent."""
    fault_server.plan(Fault("PUT", "partNumber=2", after=lost, times=-1))
    with pytest.raises(ResultsStorageError):
        desk.upload()
    fault_server.forget_faults()
    (intent,) = desk.journal.intents(1, 4)
    assert intent.session
    other = replace(intent.session, part_bytes=6 * MIB)
    desk.journal.put_intent(replace(intent, session=other))
    return Desk(desk.store, desk.journal)


def test_what_an_earlier_try_sent_is_freed_in_the_end(
    begun: Desk, fault_server: FaultServer, open_uploads: Callable[[], int]
) -> None:
    """Not when the new upload began, but when it was committed."""
    fault_server.plan(Fault("DELETE", "uploadId=", before=lambda: refuse(403, "AccessDenied")))
    begun.upload()
    assert (open_uploads(), begun.journal.intents(1, 4)) == (0, [])


def test_what_an_earlier_try_sent_stays_known(
    begun: Desk, fault_server: FaultServer, open_uploads: Callable[[], int]
) -> None:
    """While it cannot be freed; the one that was begun instead is gone on with."""
    fault_server.plan(Fault("DELETE", "uploadId=", before=lambda: refuse(403, "AccessDenied")))
    fault_server.plan(Fault("PUT", "partNumber=2", after=lost, times=-1))
    with pytest.raises(ResultsStorageError):
        begun.upload()
    fault_server.forget_faults()
    assert open_uploads() == 2
    assert len(begun.journal.intents(1, 4)) == 2
    begun_uploads = fault_server.count("POST", r"\?uploads")
    Desk(begun.store, begun.journal).upload()
    assert fault_server.count("POST", r"\?uploads") == begun_uploads
    assert (open_uploads(), begun.journal.intents(1, 4)) == (0, [])


def test_what_an_earlier_try_sent_cannot_be_freed(
    begun: Desk, fault_server: FaultServer, open_uploads: Callable[[], int]
) -> None:
    """Once the run is stored nothing here needs it any more: it is an orphan, which may be cleaned."""
    fault_server.plan(Fault("DELETE", "uploadId=", before=lambda: refuse(500, "No"), times=-1))
    begun.upload()
    assert (open_uploads(), begun.journal.intents(1, 4)) == (1, [])
    assert [pending.key for pending in begun.store.pending_uploads(KEY)] == [KEY]


def test_what_an_earlier_try_sent_is_remembered_once(
    begun: Desk, fault_server: FaultServer, open_uploads: Callable[[], int]
) -> None:
    """While no other upload can be begun either: no try has more to free than the one before."""
    asked: list[int] = []
    for _ in range(3):
        for method, target in (("DELETE", "uploadId="), ("POST", r"\?uploads")):
            fault_server.plan(Fault(method, target, before=lambda: refuse(500, "No"), times=-1))
        before = fault_server.count("DELETE", "uploadId=")
        with pytest.raises(ResultsStorageError):
            Desk(begun.store, begun.journal).upload()
        asked.append(fault_server.count("DELETE", "uploadId=") - before)
        fault_server.forget_faults()
    assert asked[1] == asked[2]
    assert len(begun.journal.intents(1, 4)) == 2
    Desk(begun.store, begun.journal).upload()
    assert (open_uploads(), begun.journal.intents(1, 4)) == (0, [])
