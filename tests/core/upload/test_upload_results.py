"""The saga of one upload, and what is left when any of its steps fails."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from core.errors import (
    BucketNotFoundError,
    CatalogError,
    ConflictError,
    InvalidResultsDirectoryError,
    JobNotFoundError,
    ResultsMetadataError,
    ResultsPackagingError,
    ResultsStorageError,
    RunNotFoundError,
    SourceChangedError,
    StateError,
    StoreAccessDeniedError,
    StoreConnectionError,
    TransferCancelledError,
)
from core.model import ArtifactKind, Run, RunStatus
from core.ports.object_store import StoredObject
from core.progress import Progress
from core.stored.job_s3_prefix import JobS3Prefix
from core.stored.manifests import WRITE_TOKEN
from core.stored.results_versions import ResultsVersions
from core.upload.upload_request import UploadRequest
from core.upload.upload_result import UploadOutcome
from tests.core.bench import RUN4, Bench
from tests.core.care.care_bench import PREFIX, RESULTS, CareBench
from tests.core.overtaken_store import OvertakenStore
from tests.fakes.journal import FakeStateFile
from tests.fakes.object_store import FakeObjectStore

LATER = timedelta(hours=1)
"""Nobody can be about to commit what was stored that long ago."""


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_first_upload(bench: Bench) -> None:
    """Content and manifest in the store, rows in the catalog, nothing open in the journal."""
    result = bench.ferry()
    stored = result.manifest
    assert (result.outcome, stored.version, stored.files, stored.raw_bytes) == (
        "uploaded",
        1,
        2,
        12,
    )
    assert bench.keys() == ["run_4_results.v0001.json", "run_4_results.zip"]
    assert bench.content(stored.key) == b"RUN4/LOG\nlogRUN4/out.csv\nDay,Date\n"
    assert bench.sent == stored.stored_bytes == len(bench.content(stored.key))
    assert bench.known(stored) == Run(1, 4, RunStatus.DONE, result.url, stored.stored_at, "RUN4")
    (artifact,) = bench.catalog.artifacts(1, 4)
    assert (artifact.kind, artifact.sha256) == (ArtifactKind.RUN_RESULTS, stored.sha256)
    assert bench.journal.intents(1, 4) == []
    assert bench.store.open_uploads == 0


def test_same_again_sends_nothing(bench: Bench) -> None:
    """Equal content is recognised before a byte is sent."""
    first, again = bench.ferry(), bench.ferry()
    assert (again.outcome, bench.sent) == (UploadOutcome.UNCHANGED, 0)
    assert again.manifest == first.manifest
    assert len(bench.keys()) == 2


def test_same_again_after_all_caches_are_lost(bench: Bench) -> None:
    """The store alone is enough to recognise what is in it."""
    bench.ferry()
    other = Bench(store=bench.store)
    assert other.ferry(job_id=1).outcome is UploadOutcome.UNCHANGED
    assert other.catalog.artifacts(1, 4) == bench.catalog.artifacts(1, 4)


def test_changed_run_becomes_a_version(bench: Bench) -> None:
    """The latest is where it always is; the older content is kept and still listed."""
    bench.ferry()
    before = bench.content("jobs/1/2026/11/20/140731/run_4_results.zip")
    bench.contents[RUN4]["LOG"] = b"log of a second run"
    result = bench.ferry()
    assert (result.outcome, result.manifest.version) == (UploadOutcome.UPLOADED, 2)
    assert bench.keys() == [
        "run_4_results.v0001.json",
        "run_4_results.v0002.json",
        "run_4_results.zip",
        "versions/run_4_results.v0001.zip",
    ]
    old, new = bench.catalog.artifacts(1, 4)
    assert (old.version, bench.content(old.key)) == (1, before)
    assert (new.version, new.key) == (2, result.manifest.key)


def test_several_run_directories_as_one_run() -> None:
    """A results directory with runs in it is packed with their names at the root."""
    bench = Bench({"/w/run_9/RUN11998": {"a": b"1"}, "/w/run_9/RUN11999": {"b": b"2"}})
    result = bench.ferry("/w/run_9", run_id=9)
    assert bench.content(result.manifest.key) == b"RUN11998/a\n1RUN11999/b\n2"


def test_unknown_job(bench: Bench) -> None:
    """Nothing is sent to a job that does not exist."""
    with pytest.raises(JobNotFoundError, match="99"):
        bench.ferry(job_id=99)
    assert bench.keys() == []


def test_unknown_run(bench: Bench) -> None:
    """Run 4 of job 1 is not run 4 of job 2: nothing is stored, bound or shown of it."""
    bench.ferry()
    other = bench.register_job("other")
    before = [stored.key for stored in bench.store.list("")]
    request = UploadRequest(RUN4, other.id, 4, known_run=True)
    with pytest.raises(RunNotFoundError, match="no run 4") as caught:
        bench.ferry_run(request, Progress())
    assert "--new-run" in caught.value.todo
    assert [stored.key for stored in bench.store.list("")] == before
    assert bench.catalog.run(other.id, 4) is None
    assert bench.went_to() == (1, 4)


@pytest.mark.parametrize("name", ["run_4_config.json", "run_4_logs.zip", "run_4_results.zip"])
def test_known_run(bench: Bench, name: str) -> None:
    """Any artifact makes a run known, whoever stored it, and whatever this machine knows of it."""
    job = bench.register_job("flu")
    prefix = JobS3Prefix.from_job(job)
    bench.store.put(f"{prefix}run_44_results.zip", b"another run")
    bench.store.put(f"{prefix}run_4_notes.txt", b"no artifact")
    request = UploadRequest(RUN4, job.id, 4, known_run=True)
    with pytest.raises(RunNotFoundError):
        bench.ferry_run(request, Progress())
    bench.store.put(f"{prefix}{name}", b"{}")
    if name != "run_4_results.zip":
        assert bench.ferry_run(request, Progress()).manifest.version == 1
        return
    with pytest.raises(ConflictError, match="no version refers to it"):  # but it is known
        bench.ferry_run(request, Progress())


def test_run_directory_without_a_usable_number() -> None:
    """RUN0 gets the first id that is free."""
    bench = Bench({"/w/RUN0": {"a": b"1"}, "/w/RUN1": {"a": b"2"}})
    assert bench.ferry("/w/RUN0").manifest.run_id == 2


def test_empty_and_unreadable_runs(bench: Bench) -> None:
    """Refused whole, before anything is stored."""
    bench.contents["/data/flu/OUT/RUN5"] = {}
    bench.ferry_fails(InvalidResultsDirectoryError, "/data/flu/OUT/RUN5")
    bench.contents["/data/flu/OUT/RUN6"] = {"odd": b""}
    bench.ferry_fails(ResultsPackagingError, "/data/flu/OUT/RUN6")
    bench.scanner.problems = ("DAILY: Permission denied",)
    error = bench.ferry_fails(ResultsPackagingError)
    assert "DAILY: Permission denied" in str(error)
    assert list(bench.store.list("")) == []


@pytest.mark.parametrize("change", ["append", "vanish", "add"])
def test_source_changes_while_packed(bench: Bench, change: str) -> None:
    """No object is completed from a mixed tree; what was sent helps the next try."""

    def meddle() -> None:
        if change == "append":
            bench.contents[RUN4]["LOG"] += b"more"
        elif change == "vanish":
            del bench.contents[RUN4]["out.csv"]
        else:
            bench.contents[RUN4]["new"] = b"x"

    bench.packager.while_packing = meddle
    error = bench.ferry_fails(SourceChangedError)
    assert error.retryable
    assert (bench.keys(), bench.store.open_uploads) == ([], 1)
    bench.packager.while_packing = lambda: None
    assert bench.ferry().outcome is UploadOutcome.UPLOADED
    assert (bench.store.open_uploads, bench.journal.intents(1, 4)) == (0, [])


@pytest.mark.parametrize("step", ["start_upload", "write", "complete"])
def test_store_fails(bench: Bench, step: str) -> None:
    """The error says what was kept; the same upload works when the store does."""
    bench.store.fail_next(step, StoreConnectionError("No route to the store."))
    error = bench.ferry_fails(ResultsStorageError)
    assert (error.retryable, error.exit_code) == (True, 3)
    assert error.kept
    assert ("next try goes on there" in error.kept) == (step == "complete")
    assert bench.keys() == []
    assert bench.ferry().outcome is UploadOutcome.UPLOADED
    assert (bench.store.open_uploads, bench.journal.intents(1, 4)) == (0, [])


def _die() -> None:
    raise Killed


PARTS = {RUN4: {name: name.encode() * 10 for name in ("a", "b", "c", "d")}}
PART = len(b"RUN4/a\n") + 10


@pytest.mark.parametrize("sent", range(4))
def test_goes_on_where_it_failed(sent: int) -> None:
    """Parts that the store has are not sent again, and the object is the same."""
    whole = Bench(PARTS)
    whole.ferry()
    bench = Bench(PARTS)
    bench.store.fail_next("write", StoreConnectionError("Gone."), skip=sent)
    bench.ferry_fails(ResultsStorageError)
    bench.ferry()
    assert bench.sent == (4 - sent) * PART
    (key,) = (stored.key for stored in bench.store.list("jobs/") if stored.key.endswith(".zip"))
    assert bench.content(key) == whole.content(key)


def test_goes_on_after_a_kill() -> None:
    """What was written down is enough for another process."""
    file = FakeStateFile()
    first = Bench(PARTS, state=file)
    first.packager.while_packing = _die
    with pytest.raises(Killed):
        first.ferry()
    later = Bench(PARTS, store=first.store, state=file)
    later.ferry()
    assert later.sent == 3 * PART
    assert later.store.open_uploads == 0


def test_goes_on_with_what_is_still_true() -> None:
    """A part whose source was written again is sent again."""
    bench = Bench({RUN4: dict(PARTS[RUN4])})
    bench.store.fail_next("write", StoreConnectionError("Gone."), skip=3)
    bench.ferry_fails(ResultsStorageError)
    bench.contents[RUN4]["b"] = b"B" * 10
    bench.ferry()
    assert bench.sent == 2 * PART


def test_the_store_forgot_the_upload() -> None:
    """A lifecycle rule took the parts away: everything is sent anew."""
    bench = Bench(PARTS)
    bench.store.fail_next("write", StoreConnectionError("Gone."), skip=3)
    bench.ferry_fails(ResultsStorageError)
    bench.store.kept_parts.clear()
    bench.ferry()
    assert bench.sent == 4 * PART


def test_stopped_is_gone_on_with_and_cancelled_is_not() -> None:
    """Quitting keeps what was sent; the user's cancel frees it."""
    for end, kept in ((Progress.stop, 3), (Progress.cancel, 4)):
        bench = Bench(PARTS)
        bench.packager.while_packing = lambda bench=bench, end=end: end(bench.progress)
        with pytest.raises(TransferCancelledError):
            bench.ferry()
        bench.packager.while_packing = lambda: None
        assert bench.store.open_uploads == (end is Progress.stop)
        bench.ferry()
        assert bench.sent == kept * PART


def test_stored_by_somebody_else_meanwhile() -> None:
    """What was sent for nothing is freed."""
    bench = Bench(PARTS)
    bench.register_job("flu", job_id=1)
    bench.store.fail_next("write", StoreConnectionError("Gone."), skip=3)
    with pytest.raises(ResultsStorageError):
        bench.ferry(job_id=1)
    Bench(PARTS, store=bench.store).ferry(job_id=1)
    assert bench.ferry().outcome is UploadOutcome.UNCHANGED
    assert (bench.store.open_uploads, bench.journal.intents(1, 4)) == (0, [])


def test_overtaken_and_not_freed() -> None:
    """What was sent for nothing and cannot be freed is not forgotten: the next upload frees it."""
    store = OvertakenStore()
    bench, other = Bench(PARTS, store=store), Bench({RUN4: {"LOG": b"other"}}, store=store)
    bench.register_job("flu", job_id=1)
    other.refresh()
    store.before["complete"] = lambda: other.ferry(job_id=1)
    store.fail_next("abort", StoreConnectionError("Gone."), skip=0)
    with pytest.raises(ConflictError) as caught:
        bench.ferry(job_id=1)
    assert "could not be freed" in caught.value.kept
    assert (store.open_uploads, len(bench.journal.intents(1, 4))) == (1, 1)
    bench.ferry(job_id=1)
    assert (store.open_uploads, bench.journal.intents(1, 4)) == (0, [])


def test_settings_errors_of_the_store_are_not_retried(bench: Bench) -> None:
    """A missing bucket does not appear by trying again."""
    bench.store.fail_next("start_upload", BucketNotFoundError("No bucket."))
    error = bench.ferry_fails(ResultsStorageError)
    assert (error.retryable, error.exit_code) == (False, 2)


def test_reply_to_complete_is_lost_and_so_is_the_store(bench: Bench) -> None:
    """What was stored without our knowing is adopted by the next upload; nothing is sent twice."""
    bench.store.fail_next("complete", StoreConnectionError("Gone."), after=True)
    bench.ferry_fails(ResultsStorageError)
    assert bench.keys() == ["run_4_results.zip"]
    again = bench.ferry()
    assert (again.outcome, bench.sent) == (UploadOutcome.UNCHANGED, 0)
    assert bench.keys() == ["run_4_results.v0001.json", "run_4_results.zip"]


def test_manifest_is_refused(bench: Bench) -> None:
    """The error carries the orphan's URL, the orphan is recorded, and the next upload adopts it."""
    bench.register_job("flu", job_id=1)
    bench.store.fail_next("put", StoreAccessDeniedError("Not allowed."))
    with pytest.raises(ResultsMetadataError) as caught:
        bench.ferry(job_id=1)
    (orphan,) = bench.journal.orphans()
    assert (
        caught.value.orphaned_s3_url
        == orphan.url
        == "s3://fake/jobs/1/2026/11/20/140731/run_4_results.zip"
    )
    assert "Not allowed" in orphan.reason
    again = bench.ferry()
    assert (again.outcome, bench.sent) == (UploadOutcome.UNCHANGED, 0)
    assert bench.journal.orphans() == []
    assert bench.journal.intents(1, 4) == []


def test_catalog_fails_after_the_commit(bench: Bench) -> None:
    """The manifest is there, so the store is right; the rows are written by the next upload."""
    bench.ferry()
    bench.contents[RUN4]["LOG"] = b"new"
    bench.catalog.fail_next("put_artifact", CatalogError("Disk full."))
    with pytest.raises(ResultsMetadataError):
        bench.ferry()
    assert bench.ferry().outcome is UploadOutcome.UNCHANGED
    assert [artifact.version for artifact in bench.catalog.artifacts(1, 4)] == [1, 2]


def test_reply_to_the_manifest_is_lost(bench: Bench) -> None:
    """Our own manifest is recognised by its token."""
    bench.register_job("flu", job_id=1)
    bench.store.fail_next("put", StoreConnectionError("Gone."), after=True)
    with pytest.raises(ResultsMetadataError):
        bench.ferry(job_id=1)
    assert bench.ferry().outcome is UploadOutcome.UNCHANGED
    assert len(bench.keys()) == 2


def test_killed_between_content_and_manifest(bench: Bench) -> None:
    """A process that dies says nothing to anybody; the intent in the journal is enough."""
    bench.register_job("flu", job_id=1)
    bench.store.fail_next("put", Killed())  # pyright: ignore[reportArgumentType] - not an error
    with pytest.raises(Killed):
        bench.ferry(job_id=1)
    assert bench.journal.orphans() == []
    assert bench.ferry().outcome is UploadOutcome.UNCHANGED
    assert len(bench.keys()) == 2


class Killed(BaseException):
    """Stands for the end of the process: nobody handles it."""


def test_intent_is_durable_before_the_first_byte(bench: Bench) -> None:
    """When the journal cannot be written, nothing is sent at all."""
    bench.register_job("flu", job_id=1)
    bench.journal.fail_next("put_intent", StateError("Disk full."))
    with pytest.raises(StateError):
        bench.ferry(job_id=1)
    assert bench.keys() == []


def test_foreign_object_in_the_way(bench: Bench) -> None:
    """An object that no manifest of ours knows is never overwritten."""
    bench.register_job("flu", job_id=1)
    bench.store.put("jobs/1/2026/11/20/140731/run_4_results.zip", b"somebody else's")
    with pytest.raises(ConflictError, match="no version refers to it"):
        bench.ferry(job_id=1)
    assert bench.content("jobs/1/2026/11/20/140731/run_4_results.zip") == b"somebody else's"
    assert bench.journal.intents(1, 4) == []


def test_changed_behind_our_back(bench: Bench) -> None:
    """A current object that is not what its manifest says is not replaced."""
    key = bench.ferry().manifest.key
    bench.store.put(key, b"tampered")
    bench.contents[RUN4]["LOG"] = b"new"
    bench.ferry_fails(ConflictError)
    assert bench.content(key) == b"tampered"


def test_other_content_in_place_of_ours(bench: Bench) -> None:
    """A run that did not change is not said to be stored; moved away, the thing is out of the way."""
    key = bench.ferry().manifest.key
    bench.store.put(key, b"tampered")
    assert "store check --repair" in bench.ferry_fails(ConflictError).todo
    assert bench.content(key) == b"tampered"
    bench.store.delete(key)
    assert bench.ferry().outcome is UploadOutcome.UPLOADED


@pytest.mark.parametrize("log", [b"log", b"new"])
def test_object_was_deleted_by_hand(log: bytes) -> None:
    """The run, changed or not, becomes the next version; the old one does not claim its content."""
    bench = CareBench()
    first = bench.ferry().manifest
    bench.store.delete(first.key)
    bench.contents[RUN4]["LOG"] = log
    result = bench.ferry()
    assert (result.outcome, result.manifest.version) == (UploadOutcome.UPLOADED, 2)
    assert log in bench.content(first.key)
    assert bench.ferry().outcome is UploadOutcome.UNCHANGED
    old = "run_4_results.v0001.zip"
    places = [(a.version, a.key.rpartition("/")[2]) for a in bench.catalog.artifacts(1, 4)]
    assert places == [(1, old), (2, "run_4_results.zip")]
    assert bench.problems() == [("MISSING", f"versions/{old}")]


def test_object_was_deleted_while_a_copy_is_aside(bench: Bench) -> None:
    """What is kept of the version is copied: nothing is sent."""
    first = bench.ferry().manifest
    aside = first.key.replace("run_4", "versions/run_4").replace(".zip", ".v0001.zip")
    bench.store.copy(first.key, aside)
    bench.store.delete(first.key)
    other = Bench(store=bench.store)
    other.refresh()
    assert other.ferry(job_id=1).outcome is UploadOutcome.COPIED
    assert other.content(first.key) == other.content(aside)


@pytest.mark.parametrize("log", [b"log", b"new"])
def test_left_by_a_machine_that_died(log: bytes) -> None:
    """Nobody else can know whose it is: the error says how it becomes a version, and that helps."""
    lost = CareBench()
    lost.register_job("flu", job_id=1)
    lost.store.fail_next("put", Killed())  # pyright: ignore[reportArgumentType] - not an error
    with pytest.raises(Killed):
        lost.ferry(job_id=1)
    bench = CareBench(store=lost.store)
    bench.store.later = LATER
    bench.contents[RUN4]["LOG"] = log
    with pytest.raises(ConflictError) as caught:
        bench.ferry(job_id=1)
    assert f"store orphans adopt {RESULTS}`" in caught.value.todo
    bench.care.adopt(RESULTS)
    assert bench.ferry().manifest.version == (1 if log == b"log" else 2)


@pytest.mark.parametrize("log", [b"log", b"new"])
def test_second_version_left_by_a_machine_that_died(log: bytes) -> None:
    """The repair that the error names adopts it; then any upload goes on."""
    bench = CareBench()
    bench.ferry()
    lost = CareBench({RUN4: {"LOG": b"other"}}, store=bench.store)
    lost.store.fail_next("put", Killed())  # pyright: ignore[reportArgumentType] - not an error
    with pytest.raises(Killed):
        lost.ferry(job_id=1)
    bench.store.later = LATER
    bench.contents[RUN4]["LOG"] = log
    assert "store check --repair" in bench.ferry_fails(ConflictError).todo
    bench.findings(repair=True)
    assert bench.ferry().manifest.version == 3
    assert bench.problems() == []


@pytest.mark.parametrize("log", [b"log", b"new"])
def test_faster_machine_has_not_committed_yet(log: bytes) -> None:
    """Between its object and its manifest lies a moment, for which the slower one waits."""
    faster = CareBench()
    faster.register_job("flu", job_id=1)
    faster.store.fail_next("put", Killed())  # pyright: ignore[reportArgumentType] - not an error
    with pytest.raises(Killed):
        faster.ferry(job_id=1)

    class Patience(Progress):
        def wait(self, seconds: float) -> None:
            faster.ferry(job_id=1)

    bench = CareBench(store=faster.store)
    bench.contents[RUN4]["LOG"] = log
    upload = partial(bench.ferry_run, UploadRequest(RUN4, job_id=1), Patience())
    if log == b"log":
        assert upload().outcome is UploadOutcome.UNCHANGED
        return
    with pytest.raises(ConflictError, match="Somebody else stored"):
        upload()
    assert bench.ferry(job_id=1).manifest.version == 2


def test_same_bytes_at_the_same_moment() -> None:
    """Where a server lets both complete, the manifest of one is that of both."""
    one = Bench()
    first = one.ferry()
    manifest = replace(first.manifest, write_token="another")
    versions = ResultsVersions(one.store, one.catalog)
    versions.commit(JobS3Prefix.from_job(one.get_job(1)), manifest)
    assert one.catalog.artifacts(1, 4)[0].sha256 == first.manifest.sha256


def test_two_machines_same_run_other_content() -> None:
    """Both contents are kept, as two versions."""
    first = Bench()
    first.ferry()
    second = Bench({RUN4: {"LOG": b"other"}}, store=first.store)
    assert second.ferry(job_id=1).manifest.version == 2
    assert first.ferry().manifest.version == 3


def test_committed_while_the_versions_were_looked_for() -> None:
    """A version that the listing did not tell of yet is not taken for one that cannot be read."""
    store = OvertakenStore()
    bench, other = CareBench(store=store), Bench({RUN4: {"LOG": b"other"}}, store=store)
    bench.ferry()
    bench.ferry()  # by now nothing but manifests is read
    bench.contents[RUN4]["LOG"] = b"second"
    store.before["excerpt"] = lambda: other.ferry(job_id=1)
    bench.ferry_fails(ConflictError)
    assert b"other" in bench.content(RESULTS)
    bench.refresh()
    assert (bench.problems(), bench.orphans()) == ([], [])
    assert bench.ferry().manifest.version == 3


def test_killed_while_a_version_was_set_aside(bench: Bench) -> None:
    """The extra copy of the old content is recognised; the new version is stored."""
    bench.ferry()
    bench.contents[RUN4]["LOG"] = b"new"
    bench.store.fail_next("start_upload", StoreConnectionError("Gone."))
    bench.ferry_fails(ResultsStorageError)
    assert bench.ferry().manifest.version == 2


def test_cancel(bench: Bench) -> None:
    """Stops at the next block; nothing is stored."""

    def cancel() -> None:
        bench.progress.cancel()

    bench.packager.while_packing = cancel
    bench.ferry_fails(TransferCancelledError)
    assert (bench.keys(), bench.store.open_uploads) == ([], 0)
    assert bench.journal.intents(1, 4) == []


def test_cancel_without_an_answer() -> None:
    """What could not be freed is not forgotten: the next upload uses it."""
    bench = Bench(PARTS)
    bench.packager.while_packing = lambda: bench.progress.cancel()  # noqa: PLW0108 - that of the moment
    bench.store.fail_next("abort", StoreConnectionError("No answer."))
    bench.ferry_fails(TransferCancelledError)
    (intent,) = bench.journal.intents(1, 4)
    assert intent.session
    bench.packager.while_packing = lambda: None
    assert bench.ferry().outcome is UploadOutcome.UPLOADED
    assert (bench.store.open_uploads, bench.journal.intents(1, 4)) == (0, [])


class CancelsAfterComplete(FakeObjectStore):
    """The user presses the key while the store completes the object."""

    cancel: Callable[[], None]

    def commit(
        self, key: str, data: bytes, metadata: Mapping[str, str], if_match: str | None
    ) -> StoredObject:
        stored = super().commit(key, data, metadata, if_match)
        self.cancel()
        return stored


def test_cancel_comes_too_late() -> None:
    """Once the content is complete it is committed: cancelling then would leave an orphan."""
    store = CancelsAfterComplete()
    bench = Bench(store=store)
    store.cancel = lambda: bench.progress.cancel()  # noqa: PLW0108 - the progress of that moment
    assert bench.ferry().outcome is UploadOutcome.UPLOADED
    assert bench.keys() == ["run_4_results.v0001.json", "run_4_results.zip"]


def test_damaged_manifest_is_no_version(bench: Bench) -> None:
    """What is not a valid manifest is ignored, never trusted and never overwritten."""
    result = bench.ferry()
    bench.store.put("jobs/1/2026/11/20/140731/run_4_results.v0007.json", b"[red]{")
    again = bench.ferry()
    assert (again.outcome, again.manifest) == (UploadOutcome.UNCHANGED, result.manifest)


@pytest.fixture
def without_newest() -> CareBench:
    """Two versions, and the manifest of the second is damaged."""
    bench = CareBench()
    bench.ferry()
    bench.contents[RUN4]["LOG"] = b"second"
    bench.ferry()
    bench.store.put(f"{PREFIX}run_4_results.v0002.json", b"[red]{")
    return bench


@pytest.mark.parametrize("log", [b"second", b"third"])
@pytest.mark.parametrize("synced", [True, False])
def test_newest_manifest_is_damaged(without_newest: CareBench, log: bytes, *, synced: bool) -> None:
    """The run is stored as the next version; what the second one stored is kept as such."""
    bench = without_newest
    stored = bench.content(RESULTS)
    if synced:
        bench.care.sync()
    bench.contents[RUN4]["LOG"] = log
    for outcome in (UploadOutcome.UPLOADED, UploadOutcome.UNCHANGED):
        result = bench.ferry()
        assert (result.outcome, result.manifest.version) == (outcome, 3)
    assert log in bench.content(RESULTS)
    assert bench.content(f"{PREFIX}versions/run_4_results.v0002.zip") == stored
    bench.store.delete(f"{PREFIX}run_4_results.v0002.json")
    assert bench.orphans() == [("orphan", "versions/run_4_results.v0002.zip")]
    bench.findings(repair=True)
    assert bench.problems() == []
    assert [a.version for a in bench.catalog.artifacts(1, 4)] == [1, 2, 3]


def test_overwritten_while_it_was_set_aside() -> None:
    """What is no version is not kept as one."""
    store = OvertakenStore()
    bench = Bench(store=store)
    bench.ferry()
    bench.contents[RUN4]["LOG"] = b"second"
    store.before["copy"] = lambda: store.put(RESULTS, b"theirs")
    bench.ferry_fails(ConflictError)
    assert bench.content(RESULTS) == b"theirs"
    assert bench.keys() == ["run_4_results.v0001.json", "run_4_results.zip"]


def test_killed_while_the_unknown_was_set_aside(without_newest: CareBench) -> None:
    """The copy is recognised; another object in its place is not replaced."""
    bench = without_newest
    bench.contents[RUN4]["LOG"] = b"third"
    for _ in range(2):
        bench.store.fail_next("start_upload", StoreConnectionError("Gone."))
        assert "Gone." in bench.ferry_fails(ResultsStorageError).what
    aside = f"{PREFIX}versions/run_4_results.v0002.zip"
    kept = bench.content(aside)
    bench.store.put(aside, b"theirs")
    bench.ferry_fails(ConflictError)
    bench.store.delete(aside)
    assert bench.ferry().manifest.version == 3
    assert bench.content(aside) == kept


@pytest.mark.parametrize("ours", [True, False])
def test_not_of_the_damaged_version(without_newest: CareBench, *, ours: bool) -> None:
    """What came after that manifest, or from another tool, is somebody else's."""
    bench = without_newest
    bench.store.put(RESULTS, b"theirs", metadata={WRITE_TOKEN: "f00d"} if ours else {})
    if not ours:
        bench.store.put(f"{PREFIX}run_4_results.v0002.json", b"[red]{")
    bench.store.later = LATER
    bench.contents[RUN4]["LOG"] = b"third"
    bench.ferry_fails(ConflictError)
    assert bench.content(RESULTS) == b"theirs"


def test_locations() -> None:
    """The result's URL is the store's word for the key."""
    result = Bench(store=FakeObjectStore("s3://epi")).ferry()
    assert result.url == "s3://epi/" + result.manifest.key


def test_the_other_one_was_faster(bench: Bench) -> None:
    """Of two that send the same content at once, the second finds that it is stored."""
    bench.register_job("flu", job_id=1)
    other = Bench(store=bench.store)
    bench.packager.while_packing = lambda: other.ferry(job_id=1) and None
    result = bench.ferry(job_id=1)
    assert (result.outcome, result.manifest.version) == (UploadOutcome.UNCHANGED, 1)
    assert bench.keys() == ["run_4_results.v0001.json", "run_4_results.zip"]
    run = bench.known(result.manifest)
    assert run
    assert run.stored
