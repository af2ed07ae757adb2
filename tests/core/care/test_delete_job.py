"""Deleting a job takes all that RunFerry stored of it, can be gone on with, and frees no id."""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Any
from unittest import mock

import pytest

from core.care.delete_job import DeleteJob
from core.care.empty_job import EmptyJob
from core.care.job_contents import FindJobContents
from core.care.runs_at_rest import BusyTransfers
from core.errors import (
    ConflictError,
    JobNotFoundError,
    ResultsStorageError,
    StoreConnectionError,
    StoreError,
)
from core.jobs.change_job import ChangeJob, JobChange
from core.jobs.retire_job import RetireJob
from core.model import ArtifactKind
from core.ports.journal.queue import TransferRecord
from core.ports.object_store import StoredObject
from core.stored.job_s3_prefix import job_record_key
from core.stored.manifests import WRITE_TOKEN
from core.stored.refresh_job import RefreshJob
from core.transfer_view import TransferState
from core.upload.create_artifact import ArtifactProducer
from tests.core.bench import RUN4
from tests.core.care.care_bench import PREFIX, CareBench
from tests.fakes.object_store import FakeObjectStore

OTHER = "/data/flu/OUT/RUN5"
ROOT = "/data/flu/OUT"
DELETIONS = 7  # three manifests with their contents, and one log


class DeletingBench(CareBench):
    """Job 1 has two versions of run 4 with logs, and run 5."""

    def _wire(self) -> None:
        super()._wire()
        parts = self.store, self.catalog, self.journal
        self.delete_job = DeleteJob(
            BusyTransfers(self.journal),
            FindJobContents(*parts, RefreshJob(self.catalog, self.store, self.clock)),
            EmptyJob(*parts, ArtifactProducer(self.store, self.journal, self.clock)),
            RetireJob(*parts),
        )

    def delete(self) -> None:
        self.delete_job(self.delete_job.contents(1))

    def gone(self) -> bool:
        """Nothing is left, here or for anybody else, but the claim on the id."""
        self.refresh()
        known = (self.catalog.jobs(), self.catalog.runs(1), self.catalog.artifacts(1))
        records = [(s.key, s.size) for s in self.store.list("")]
        remembered = (self.journal.bound_job(ROOT), [*self.journal.stored()])
        return (known, records, remembered) == (
            ([], [], []),
            [(job_record_key(1), 0)],
            (None, []),
        )


@pytest.fixture
def bench() -> DeletingBench:
    bench = DeletingBench({RUN4: {"LOG": b"first"}, OTHER: {"LOG": b"five"}})
    bench.contents.beside[ROOT] = {"flu.fred": b"fred"}
    bench.ferry(sidecars=True)
    bench.contents[RUN4]["LOG"] = b"second"
    bench.ferry()
    bench.ferry(OTHER)
    return bench


def test_everything(bench: DeletingBench) -> None:
    """It is listed first, with the number of runs and bytes; then it goes."""
    contents = bench.delete_job.contents(1)
    kinds = [(a.run_id, a.kind, a.version) for a in contents.artifacts]
    assert kinds == [
        (4, ArtifactKind.RUN_LOGS, 0),
        (4, ArtifactKind.RUN_RESULTS, 1),
        (4, ArtifactKind.RUN_RESULTS, 2),
        (5, ArtifactKind.RUN_RESULTS, 1),
    ]
    assert (contents.runs, contents.orphans, contents.foreign) == (2, [], [])
    assert contents.stored_bytes == sum(a.size for a in contents.artifacts)
    assert len(bench.keys()) == DELETIONS
    bench.delete_job(contents)
    assert bench.gone()


@pytest.mark.parametrize("done", range(DELETIONS))
@pytest.mark.parametrize("after", [False, True])
def test_interrupted(bench: DeletingBench, done: int, after: bool) -> None:
    """Until all is gone the job is listed; the next call goes on, even after a new start."""
    bench.store.fail_next("delete", StoreConnectionError("Gone."), skip=done, after=after)
    with pytest.raises(StoreConnectionError) as caught:
        bench.delete()
    assert "the same command goes on" in caught.value.kept
    other = DeletingBench(store=bench.store)
    other.refresh()
    assert [job.id for job in other.catalog.jobs()] == [1]
    left = bench.keys()
    manifests = [key for key in left if key.endswith(".json")]
    contents = [key for key in left if "results" in key and key.endswith(".zip")]
    assert len(contents) >= len(manifests)  # no version without its content
    bench.delete()
    assert bench.gone()


@pytest.mark.parametrize("after", [False, True])
def test_interrupted_at_the_record(bench: DeletingBench, after: bool) -> None:
    """The claim is emptied last; when only the answer was lost, it is gone already."""
    bench.store.fail_next("put", StoreConnectionError("Gone."), after=after)
    with pytest.raises(StoreConnectionError):
        bench.delete()
    with suppress(JobNotFoundError):
        bench.delete()
    assert bench.gone()


@pytest.mark.parametrize(
    ("state", "refused"),
    [("queued", True), ("active", True), ("paused", True), ("done", False), ("failed", False)],
)
@pytest.mark.parametrize("known", ["job", "request", "root"])
def test_busy(bench: DeletingBench, state: str, refused: bool, known: str) -> None:
    """What is about to be stored in the job is waited for, or given up before."""
    transfer = TransferRecord(
        id=0,
        job_id=1 if known == "job" else 0,
        run_id=0,
        source="/elsewhere/RUN1" if known != "root" else f"{ROOT}/RUN9",
        state=TransferState(state).value,
        message="",
        queued_at=bench.clock.now(),
        request={"source": "/x/RUN1", "job_id": 1} if known == "request" else {},
    )
    listed = bench.delete_job.contents(1)
    number = bench.journal.put_transfer(transfer)
    if not refused:
        bench.delete()
        assert bench.gone()
        return
    before = bench.keys()
    with pytest.raises(ConflictError, match="queued or under way") as caught:
        bench.delete_job.contents(1)
    assert f"queue cancel {number}" in caught.value.todo
    with pytest.raises(ConflictError):
        bench.delete_job(listed)
    assert bench.keys() == before


def test_transfers_of_others(bench: DeletingBench) -> None:
    """What goes to another job is in nobody's way."""
    transfer = TransferRecord(0, 2, 1, f"{ROOT}/RUN1", "queued", "", bench.clock.now())
    bench.journal.put_transfer(transfer)
    bench.delete()
    assert bench.gone()


def test_uploads_that_were_cut_off(bench: DeletingBench) -> None:
    """Of this machine and of others: what they sent is freed."""
    bench.contents[RUN4]["LOG"] = b"third"
    bench.store.fail_next("complete", StoreConnectionError("Gone."))
    bench.ferry_fails(ResultsStorageError)
    elsewhere = CareBench({OTHER: {"LOG": b"else"}}, store=bench.store)
    elsewhere.store.fail_next("complete", StoreConnectionError("Gone."))
    with pytest.raises(ResultsStorageError):
        elsewhere.ferry(OTHER, job_id=1, run_id=9)
    assert bench.store.open_uploads == 2
    bench.delete()
    assert bench.store.open_uploads == 0
    assert bench.journal.all_intents() == []
    assert bench.gone()


def test_other_tools(bench: DeletingBench) -> None:
    """Their artifacts go, too, below whatever prefix of the job; what is none stays, and is shown."""
    for name in ("run_7_results.zip", "run_8_results.zip", "notes.txt", "job_config.json"):
        bench.store.put(f"{PREFIX}{name}", name.encode())
    bench.store.put("jobs/1/2020/01/01/000000/run_1_results.zip", b"old")
    bench.care.adopt(f"{PREFIX}run_7_results.zip")
    contents = bench.delete_job.contents(1)
    bench.delete_job(contents)
    left = [stored.key for stored in bench.store.list("jobs/")]
    assert left == list(contents.foreign)
    assert [key.rpartition("/")[2] for key in left] == ["notes.txt"]
    names = [found.key.rpartition("/")[2] for found in contents.unmanaged]
    assert names == ["run_1_results.zip", "job_config.json", "run_8_results.zip"]
    assert bench.catalog.jobs() == []
    with pytest.raises(ConflictError):
        bench.register_job("x", job_id=1)


def _stored(bench: DeletingBench, key: str) -> StoredObject:
    stored = bench.store.head(key)
    assert stored
    return stored


def test_overwritten_by_another_tool(bench: DeletingBench) -> None:
    """What lies in an artifact's place goes as what it is: another tool's."""
    key = f"{PREFIX}run_5_results.zip"
    bench.store.put(key, b"theirs", if_match=_stored(bench, key).etag)
    contents = bench.delete_job.contents(1)
    assert [found.key for found in contents.unmanaged] == [key]
    assert [(a.run_id, a.version) for a in contents.artifacts] == [(4, 0), (4, 1), (4, 2)]
    assert (contents.runs, contents.orphans, contents.foreign) == (2, [], [])
    assert contents.stored_bytes == sum(a.size for a in contents.artifacts) + len(b"theirs")
    bench.delete_job(contents)
    assert bench.gone()


def test_replaced_by_another_tool(bench: DeletingBench) -> None:
    """What is not what was listed stays, and the job with it."""
    key = f"{PREFIX}run_8_results.zip"
    bench.store.put(key, b"theirs")
    contents = bench.delete_job.contents(1)
    bench.store.put(key, b"new", if_match=_stored(bench, key).etag)
    with pytest.raises(ConflictError, match="was replaced meanwhile"):
        bench.delete_job(contents)
    assert bench.content(key) == b"new"


def test_job_of_another_tool(bench: DeletingBench) -> None:
    """It has no record: without its artifacts there is no such job."""
    for day in ("01", "02"):
        bench.store.put(f"jobs/9/2020/01/{day}/000000/run_1_config.json", b"{}")
    contents = bench.delete_job.contents(9)
    assert (contents.job.name, len(contents.unmanaged), contents.runs) == ("job 9", 2, 1)
    bench.delete_job(contents)
    assert list(bench.store.list("jobs/9/")) == []
    bench.refresh()
    assert [job.id for job in bench.catalog.jobs()] == [1]


def test_something_in_the_place_of_the_latest(bench: DeletingBench) -> None:
    """It is listed once, and older versions are no obstacle."""
    key = f"{PREFIX}run_4_results.zip"
    stored = _stored(bench, key)
    metadata = {**stored.metadata, WRITE_TOKEN: "another"}
    bench.store.put(key, b"an orphan", if_match=stored.etag, metadata=metadata)
    contents = bench.delete_job.contents(1)
    assert [(a.run_id, a.version) for a in contents.artifacts] == [(4, 0), (4, 1), (5, 1)]
    assert [orphan.key for orphan in contents.orphans] == [key]
    assert contents.foreign == []
    bench.delete_job(contents)
    assert bench.gone()


def test_something_new(bench: DeletingBench) -> None:
    """What nobody has seen in the list is not deleted, nor is the job."""
    elsewhere = CareBench({OTHER: {"LOG": b"new"}}, bench.store)
    with (
        when_run_5_goes(bench, lambda: elsewhere.ferry(OTHER, job_id=1) and None),
        pytest.raises(ConflictError, match="Something new"),
    ):
        bench.delete()
    assert bench.keys() == ["run_5_results.v0001.json", "run_5_results.zip"]
    assert bench.get_job(1).name
    bench.delete()
    assert bench.gone()


def test_new_and_overwritten_at_once(bench: DeletingBench) -> None:
    """A manifest whose content another tool has replaced is something new as well."""
    elsewhere = CareBench({OTHER: {"LOG": b"new"}}, bench.store)

    def stored_and_overwritten() -> None:
        elsewhere.ferry(OTHER, job_id=1)
        bench.store.put(f"{PREFIX}run_5_results.zip", b"theirs")

    with (
        when_run_5_goes(bench, stored_and_overwritten),
        pytest.raises(ConflictError, match="Something new"),
    ):
        bench.delete()
    assert bench.get_job(1).name
    bench.delete()
    assert bench.gone()


def test_orphan(bench: DeletingBench) -> None:
    """Content whose manifest was never stored is of the job, too."""
    bench.contents[RUN4]["LOG"] = b"third"
    bench.store.fail_next("put", StoreError("No."))
    with pytest.raises(Exception, match="could not be recorded"):
        bench.ferry()
    contents = bench.delete_job.contents(1)
    assert [orphan.key for orphan in contents.orphans] == [f"{PREFIX}run_4_results.zip"]
    kept_aside = [artifact.version for artifact in contents.artifacts if artifact.run_id == 4]
    assert kept_aside == [0, 1, 2]
    bench.delete_job(contents)
    assert bench.gone()
    assert bench.journal.orphans() == []


def test_id_stays_taken(bench: DeletingBench) -> None:
    """Whoever remembers the job learns that it is gone; nobody gets its id."""
    elsewhere = CareBench({RUN4: {"LOG": b"third"}}, store=bench.store)
    elsewhere.ferry(job_id=1)
    bench.delete()
    for machine in (bench, elsewhere):
        result = machine.ferry()
        assert result.manifest.job_id > 1
        with pytest.raises(JobNotFoundError, match="was deleted"):
            machine.ferry(job_id=1)
        with pytest.raises(JobNotFoundError, match="was deleted"):
            ChangeJob(machine.catalog, machine.store)(1, JobChange("x"))
        with pytest.raises(ConflictError):
            machine.register_job("x", job_id=1)
    assert not any(stored.key.startswith(PREFIX) for stored in bench.store.list("jobs/"))


def test_deleted_jobs_cost_nothing(bench: DeletingBench) -> None:
    """Listings tell that there is nothing to be read."""
    bench.delete()
    bench.store.fail_next("excerpt", StoreError("Nobody reads it."))
    bench.refresh()
    assert bench.catalog.jobs() == []


def test_record_that_was_changed(bench: DeletingBench) -> None:
    """Somebody who works with the job is not overruled."""
    put = bench.store.put

    def racing(key: str, data: bytes, *, if_match: str | None = None) -> StoredObject:
        put(key, b"{}")
        return put(key, data, if_match=if_match)

    with (
        mock.patch.object(bench.store, "put", racing),
        pytest.raises(ConflictError, match="was changed meanwhile"),
    ):
        bench.delete()


def upload_that_stops(store: FakeObjectStore, source: str, run_id: int) -> None:
    """On another machine; its parts stay."""
    elsewhere = CareBench({source: {"LOG": b"else"}}, store=store)
    store.fail_next("complete", StoreConnectionError("Gone."))
    with pytest.raises(ResultsStorageError):
        elsewhere.ferry(source, job_id=1, run_id=run_id)


def when_run_5_goes(
    bench: DeletingBench, then: Callable[[], None]
) -> AbstractContextManager[object]:
    """Calls `then` once the last artifact is deleted."""
    delete = bench.store.delete

    def racing(key: str, *, if_match: str | None = None) -> None:
        delete(key, if_match=if_match)
        if key.endswith("run_5_results.zip"):
            then()

    return mock.patch.object(bench.store, "delete", racing)


def test_upload_that_began_meanwhile(bench: DeletingBench) -> None:
    """Its parts are something new as well: the job stays until they were seen."""
    with (
        when_run_5_goes(bench, lambda: upload_that_stops(bench.store, OTHER, 5)),
        pytest.raises(ConflictError, match="Something new"),
    ):
        bench.delete()
    assert bench.store.open_uploads == 1
    bench.delete()
    assert bench.gone()


def test_upload_at_the_last_moment(bench: DeletingBench) -> None:
    """Parts are no contents: who sends them learns that the job is gone."""
    put = bench.store.put

    def racing(key: str, data: bytes, **kwargs: Any) -> StoredObject:
        upload_that_stops(bench.store, OTHER, 5)
        return put(key, data, **kwargs)

    with mock.patch.object(bench.store, "put", racing):
        bench.delete()
    assert bench.store.open_uploads == 1


@pytest.mark.parametrize("committed", [True, False])
def test_contents_at_the_last_moment(bench: DeletingBench, *, committed: bool) -> None:
    """An object without manifest is told of like one with it, and stays."""
    names = ["run_5_results.zip", "run_5_results.v0001.json"][: 1 + committed]
    metadata = {name: _stored(bench, PREFIX + name).metadata for name in names}
    data = {name: b"".join(bench.store.read(PREFIX + name)) for name in names}
    put = bench.store.put

    def racing(key: str, emptied: bytes, **kwargs: Any) -> StoredObject:
        for name in names:
            put(PREFIX + name, data[name], metadata=metadata[name])
        return put(key, emptied, **kwargs)

    with (
        mock.patch.object(bench.store, "put", racing),
        pytest.raises(ConflictError, match="at the last moment"),
    ):
        bench.delete()
    assert sorted(bench.keys()) == sorted(names)


def test_uploads_to_other_jobs(bench: DeletingBench) -> None:
    """What was begun for another job can still be gone on with."""
    bench.register_job("other")
    bench.store.fail_next("complete", StoreConnectionError("Gone."))
    bench.contents["/data/other/RUN1"] = {"LOG": b"one"}
    with pytest.raises(ResultsStorageError):
        bench.ferry("/data/other/RUN1", job_id=2)
    bench.delete()
    assert bench.store.open_uploads == 1
    assert [intent.job_id for intent in bench.journal.all_intents()] == [2]


def test_manifest_that_cannot_be_read(bench: DeletingBench) -> None:
    """Nobody knows what it refers to: it and what may be its content stay, as of somebody else."""
    manifest = f"{PREFIX}run_5_results.v0001.json"
    bench.store.put(manifest, b"{", if_match=_stored(bench, manifest).etag)
    other = DeletingBench(store=bench.store)  # this one still has the row
    contents = other.delete_job.contents(1)
    assert contents.foreign == [manifest, f"{PREFIX}run_5_results.zip"]
    assert (contents.orphans, contents.runs) == ([], 1)
    other.delete_job(contents)
    assert bench.keys() == ["run_5_results.v0001.json", "run_5_results.zip"]


def test_orphan_is_not_foreign(bench: DeletingBench) -> None:
    """What goes is not said to stay."""
    bench.store.delete(f"{PREFIX}run_5_results.v0001.json")
    other = DeletingBench(store=bench.store)  # this one never had the row
    contents = other.delete_job.contents(1)
    assert [orphan.key for orphan in contents.orphans] == [f"{PREFIX}run_5_results.zip"]
    assert contents.foreign == []
