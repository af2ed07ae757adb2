"""A job that another machine deletes while something is stored in it."""

from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest

from core.care.archive_artifacts import ArchiveArtifacts, ArchiveScope
from core.errors import (
    ConflictError,
    JobNotFoundError,
    ResultsMetadataError,
    ResultsStorageError,
    ResultsUploadError,
    StoreAccessDeniedError,
    StoreConnectionError,
)
from core.jobs.change_job import ChangeJob, JobChange
from core.model import JobStatus
from core.ports.object_store import StoredObject
from core.stored.job_s3_prefix import job_record_key
from core.stored.record_format import DELETED_JOB
from tests.core.bench import RUN4
from tests.core.care.test_delete_job import ROOT, DeletingBench
from tests.core.upload.test_submit_artifact import JOB_CONFIG, RUN_CONFIG, Desk
from tests.fakes.object_store import FakeObjectStore

if TYPE_CHECKING:
    from core.care.job_contents import JobContents
    from core.upload.upload_request import ArtifactUpload

_CALLS = 30
"""More calls than an upload or a deletion makes."""


class RacedStore(FakeObjectStore):
    """Lets somebody else do something right before the call with a number."""

    def __init__(self) -> None:
        super().__init__()
        self.races: dict[int, Callable[[], None]] = {}
        self._calls = 0

    def race(self, number: int, act: Callable[[], None]) -> None:
        """Numbers count from now on."""
        self._calls = 0
        self.races[number] = act

    @contextmanager
    def step(self, method: str) -> Generator[None]:
        self._calls += 1
        if act := self.races.pop(self._calls, None):
            act()
        with super().step(method):
            yield


class Deleting:
    """Another machine. `listed` is what it was shown before it agreed."""

    def __init__(self, store: RacedStore) -> None:
        self._bench = DeletingBench(store=store)
        self.listed: JobContents | None = None
        self.refused = False

    def look(self) -> None:
        self.listed = self._bench.delete_job.contents(1)

    def delete(self) -> None:
        if self.listed is None:
            self.look()
        assert self.listed
        try:
            self._bench.delete_job(self.listed)
        except ConflictError:
            self.refused = True


def delete_record(store: FakeObjectStore) -> None:
    """What is left of a job in the moment in which it is deleted."""
    record = store.head(job_record_key(1))
    assert record
    store.put(record.key, DELETED_JOB, if_match=record.etag)


def first(bench: DeletingBench) -> None:
    bench.ferry(job_id=1)


def next_version(bench: DeletingBench) -> None:
    bench.contents[RUN4]["LOG"] = b"second"
    bench.ferry(job_id=1)


def with_logs(bench: DeletingBench) -> None:
    bench.ferry(job_id=1, sidecars=True)


def copied(bench: DeletingBench) -> None:
    bench.contents[RUN4]["LOG"] = b"of job 2"
    bench.ferry(job_id=1)


def prepared(uploads: Callable[[DeletingBench], None]) -> tuple[RacedStore, DeletingBench]:
    store = RacedStore()
    bench = DeletingBench({RUN4: {"LOG": b"first"}}, store=store)
    bench.contents.beside[ROOT] = {"flu.fred": b"fred"}
    bench.register_job("flu")
    if uploads is next_version:
        bench.ferry(job_id=1)
    if uploads is copied:
        elsewhere = DeletingBench({RUN4: {"LOG": b"of job 2"}}, store=store)
        elsewhere.register_job("other", job_id=2)
        elsewhere.ferry(job_id=2)
        bench.refresh()
    return store, bench


def test_a_deleted_job_is_not_replaced_unasked() -> None:
    """An upload to the job that its root is bound to ends; after a new answer the next one goes there."""
    store, bench = prepared(next_version)
    Deleting(store).delete()
    for _ in range(2):
        with pytest.raises(JobNotFoundError, match="belonged to was deleted"):
            bench.ferry(bound=True)
    assert bench.plan_upload(RUN4).job is None
    assert left_of_job_1(store) == []
    bench.register_job("another")
    bench.bind_job(ROOT, job_id=2)
    assert bench.ferry(bound=True).manifest.job_id == 2


def test_few_calls() -> None:
    """The numbers below cover all of them."""
    for uploads in (first, next_version, with_logs, copied):
        store, bench = prepared(uploads)
        store.race(_CALLS, lambda: None)
        uploads(bench)
        assert store.races  # it was over before
    store, _ = prepared(next_version)
    other = Deleting(store)
    other.look()
    store.race(_CALLS, lambda: None)
    other.delete()
    assert store.races


def left_of_job_1(store: RacedStore) -> list[str]:
    return [stored.key for stored in store.list("jobs/1/")]


@pytest.mark.parametrize("uploads", [first, next_version, with_logs, copied])
@pytest.mark.parametrize("number", range(1, _CALLS))
def test_at_every_moment(uploads: Callable[[DeletingBench], None], number: int) -> None:
    """Either the deletion has listed what was stored, or the upload ends and leaves nothing."""
    store, bench = prepared(uploads)
    other = Deleting(store)
    store.race(number, other.delete)
    stored = False
    with suppress(JobNotFoundError):
        uploads(bench)
        stored = True
    if store.races:
        return
    assert other.listed
    listed = len(other.listed.artifacts) > (uploads is next_version)
    assert not stored or other.refused or listed
    if other.refused:
        bench.delete()
    assert left_of_job_1(store) == []
    assert store.open_uploads == 0
    assert bench.journal.all_intents() == []
    assert bench.journal.orphans() == []


@pytest.mark.parametrize("look", range(1, 40, 3))
@pytest.mark.parametrize("later", range(1, 12))
def test_between_list_and_deletion(look: int, later: int) -> None:
    """What was stored after the list was shown keeps the job, or is gone with an error."""
    store, bench = prepared(first)
    other = Deleting(store)

    def look_first() -> None:
        other.look()
        store.race(later, other.delete)

    store.race(look, look_first)
    with suppress(JobNotFoundError):
        first(bench)
    if not store.races and other.refused:
        bench.refresh()
        assert [job.id for job in bench.catalog.jobs()] == [1]
        bench.delete()
    if not store.races:
        assert left_of_job_1(store) == []


@pytest.mark.parametrize("number", range(1, _CALLS))
def test_upload_in_the_midst_of_a_deletion(number: int) -> None:
    """Nothing is stored without being listed or told; repeated, the deletion leaves nothing."""
    store, bench = prepared(next_version)
    other = Deleting(store)
    other.look()
    outcomes: list[str] = []

    def upload() -> None:
        try:
            next_version(bench)
            outcomes.append("stored")
        except JobNotFoundError:
            outcomes.append("job gone")
        except ConflictError:
            outcomes.append("conflict")

    store.race(number, upload)
    other.delete()
    if outcomes == ["stored"]:
        assert other.refused
    with suppress(JobNotFoundError):
        other.look()
        other.delete()
    assert left_of_job_1(store) == []
    assert store.head(job_record_key(1))


def test_overtaken_and_deleted() -> None:
    """That somebody else has stored the same is no success when the job is gone in that moment."""
    store, bench = prepared(first)
    elsewhere = DeletingBench({RUN4: {"LOG": b"first"}}, store=store)
    commit = store.commit

    def late(*what: Any) -> StoredObject:
        with mock.patch.object(store, "commit", commit):
            elsewhere.ferry(job_id=1)
        delete_record(store)
        return commit(*what)

    with (
        mock.patch.object(store, "commit", late),
        pytest.raises(JobNotFoundError, match="was deleted"),
    ):
        first(bench)
    assert bench.journal.all_intents() == []


def test_without_the_right_to_delete() -> None:
    """What is complete when the job goes is recorded as an orphan, and a deletion finds it."""
    store, bench = prepared(first)
    store.race(_steps_to_the_manifest(), lambda: delete_record(store))
    store.fail_next("delete", StoreAccessDeniedError("Not allowed."))
    with pytest.raises(JobNotFoundError, match="was deleted"):
        first(bench)
    assert bench.keys() == ["run_4_results.zip"]
    (orphan,) = bench.journal.orphans()
    assert orphan.reason == "its job was deleted during the upload"
    assert bench.journal.all_intents() == []
    with suppress(JobNotFoundError):
        bench.delete()
    assert left_of_job_1(store) == []


def _steps_to_the_manifest() -> int:
    """The call after the object is complete."""
    store, bench = prepared(first)
    for number in range(1, _CALLS):
        store, bench = prepared(first)
        seen: list[int] = []
        store.race(number, lambda store=store, seen=seen: seen.append(len(left_of_job_1(store))))
        first(bench)
        if seen == [1]:
            return number
    raise AssertionError("no moment with an object and no manifest")


@pytest.mark.parametrize("number", range(1, _CALLS))
@pytest.mark.parametrize("upload", [JOB_CONFIG, RUN_CONFIG])
def test_submitted_meanwhile(upload: "ArtifactUpload", number: int) -> None:
    """A configuration has no manifest: the object itself is looked after."""
    store = RacedStore()
    desk = Desk(store)
    desk.register_job("flu")
    other = Deleting(store)
    store.race(number, other.delete)
    stored = False
    with suppress(JobNotFoundError):
        desk.submit(upload, "/w/job.json")
        stored = True
    if store.races:
        assert stored
        return
    assert other.listed
    assert not stored or other.listed.artifacts
    assert left_of_job_1(store) == []
    assert desk.journal.all_intents() == []


def test_adoption_of_what_was_stored_in_it() -> None:
    """An upload that was cut off before its manifest ends with its job, whoever goes on with it."""
    store, bench = prepared(first)
    store.fail_next("put", StoreConnectionError("Gone."))
    with pytest.raises(ResultsMetadataError):
        first(bench)
    delete_record(store)
    (failure,) = bench.care.sync().failures
    assert isinstance(failure, JobNotFoundError)
    assert left_of_job_1(store) == []
    assert bench.journal.all_intents() == []
    assert bench.care.sync().failures == []
    assert bench.went_to() == (2, 4)


def cut_off(step: str) -> tuple[RacedStore, DeletingBench]:
    """An upload to job 1, to which the root is bound, that has to go on later."""
    store, bench = prepared(first)
    store.fail_next(step, StoreConnectionError("Gone."))
    with pytest.raises(ResultsUploadError):
        first(bench)
    assert len(bench.journal.all_intents()) == 1
    return store, bench


@pytest.mark.parametrize("step", ["write", "put"])
@pytest.mark.parametrize("job_id", [1, None])
def test_deleted_while_its_upload_waits(job_id: int | None, step: str) -> None:
    """Whoever goes on with it is told, nothing is left of it, nothing goes elsewhere unasked."""
    store, bench = cut_off(step)
    delete_record(store)
    with pytest.raises(JobNotFoundError, match="Job 1 was deleted while this upload to it waited"):
        bench.ferry(job_id=job_id)
    assert left_of_job_1(store) == []
    assert (store.open_uploads, bench.journal.all_intents()) == (0, [])
    assert len(bench.catalog.jobs()) == 0
    assert bench.went_to() == (2, 4)  # asked once more, it is an upload like any other


def test_of_the_waiting_uploads_each_is_told() -> None:
    """The first one to learn that the job is gone does not take that from the others."""
    run5 = f"{ROOT}/RUN5"
    store, bench = prepared(first)
    bench.contents[run5] = {"LOG": b"five"}
    for source in (RUN4, run5):
        store.fail_next("write", StoreConnectionError("Gone."))
        with pytest.raises(ResultsStorageError):
            bench.ferry(source, job_id=1)
    delete_record(store)
    for source in (RUN4, run5):
        with pytest.raises(JobNotFoundError, match="was deleted while"):
            bench.ferry(source)
    assert (store.open_uploads, bench.journal.all_intents()) == (0, [])


@pytest.mark.parametrize("number", range(1, _CALLS))
@pytest.mark.parametrize("uploads", [first, next_version])
def test_changed_meanwhile(uploads: Callable[[DeletingBench], None], number: int) -> None:
    """Another name, other tags, another status: none of them is in the way of an upload."""
    store, bench = prepared(uploads)
    elsewhere = DeletingBench(store=store)
    change = JobChange("renamed", JobStatus.CANCELLED, ["stage=end"])
    store.race(number, lambda: ChangeJob(elsewhere.catalog, store)(1, change) and None)
    uploads(bench)
    assert bench.journal.all_intents() == []
    changed = not store.races
    store.races.clear()
    bench.refresh()
    (job,) = bench.catalog.jobs()
    (run,) = bench.catalog.runs(1)
    assert (job.id, run.run_id) == (1, 4)
    if changed:
        assert (job.name, job.status, job.tags) == ("renamed", JobStatus.CANCELLED, ("stage=end",))


@pytest.mark.parametrize("number", range(1, _CALLS))
def test_archived_meanwhile(number: int) -> None:
    """What is there already is moved to another class under the next version."""
    store, bench = prepared(next_version)
    elsewhere = DeletingBench(store=store)
    elsewhere.refresh()
    archive = ArchiveArtifacts(store, elsewhere.catalog, "GLACIER")

    def archive_all() -> None:
        for artifact in archive.candidates(ArchiveScope(1)):
            with suppress(ConflictError):  # replaced in that moment
                archive(artifact)

    store.race(number, archive_all)
    next_version(bench)
    assert bench.journal.all_intents() == []
    assert bench.went_to() == (1, 4)
    versions = [a.version for a in bench.catalog.artifacts(1) if a.run_id == 4]
    assert sorted(versions) == [1, 2]
