"""The files beside a run, which are stored after its results."""

from collections.abc import Callable

import pytest

from core.errors import (
    CatalogError,
    ConflictError,
    InvalidResultsDirectoryError,
    ResultsMetadataError,
    ResultsStorageError,
    SourceChangedError,
    StoreAccessDeniedError,
    StoreConnectionError,
    TransferCancelledError,
)
from core.model import Artifact, ArtifactKind, FileId
from core.ports.tree import EntryType, TreeEntry
from core.upload.upload_result import UploadOutcome
from tests.core.bench import RUN4, Bench
from tests.core.upload.test_upload_results import Killed
from tests.fakes.catalog import FakeCatalog

OUT = "/data/flu/OUT"
PREFIX = "jobs/1/2026/11/20/140731/"
KEY = f"{PREFIX}run_4_logs.zip"
WITH_LOGS = ["run_4_logs.zip", "run_4_results.v0001.json", "run_4_results.zip"]


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.contents.beside[OUT] = {
        "COMMAND_LINE": b"run_fred",
        "pop-4.txt": b"four",
        "pop-14.txt": b"fourteen",
        "snapshot.tgz": b"large",
    }
    return bench


class FullForLogs(FakeCatalog):
    """Takes results but not logs."""

    error: BaseException | None = None

    def put_artifact(self, artifact: Artifact) -> FileId:
        if self.error and artifact.kind is ArtifactKind.RUN_LOGS:
            raise self.error
        return super().put_artifact(artifact)


def while_sending(bench: Bench, happens: Callable[[], object]) -> None:
    """Logs are packed twice: to know what they will be, and to send them."""
    times = iter(range(9))

    def second_time() -> None:
        if next(times) == 1:
            happens()

    bench.packager.while_packing = second_time


def logs(bench: Bench) -> Artifact | None:
    found = (a for a in bench.catalog.artifacts(1, 4) if a.kind is ArtifactKind.RUN_LOGS)
    return next(found, None)


def rebuilt(bench: Bench) -> Bench:
    other = Bench(store=bench.store)
    other.refresh()
    return other


def test_only_when_asked(bench: Bench) -> None:
    """They are not part of the results."""
    assert bench.ferry().logs is None
    assert bench.keys() == WITH_LOGS[1:]


def test_what_is_in_it(bench: Bench) -> None:
    """Files of the directory above at the root, the log below the run's name."""
    assert bench.ferry(sidecars=True).logs is UploadOutcome.UPLOADED
    assert bench.keys() == WITH_LOGS
    assert bench.content(KEY) == b"/COMMAND_LINE\nrun_fred/pop-4.txt\nfourRUN4/LOG\nlog"
    assert bench.journal.intents(1, 4) == []


def test_row(bench: Bench) -> None:
    """The catalog lists them, the same whether it was written along the way or from the store."""
    bench.ferry(sidecars=True)
    row = logs(bench)
    assert row
    assert (row.key, row.size, row.version, row.managed) == (KEY, len(bench.content(KEY)), 0, True)
    assert rebuilt(bench).catalog.artifacts(1) == bench.catalog.artifacts(1)


def test_again(bench: Bench) -> None:
    """Equal content sends nothing, although every cache is lost."""
    bench.ferry(sidecars=True)
    before = bench.store.head(KEY)
    assert bench.ferry(sidecars=True).logs is UploadOutcome.UNCHANGED
    other = Bench(dict(bench.contents), bench.store)
    other.contents.beside = bench.contents.beside
    assert other.ferry(sidecars=True, job_id=1).logs is UploadOutcome.UNCHANGED
    assert bench.store.head(KEY) == before
    assert logs(other) == logs(bench)


def test_changed(bench: Bench) -> None:
    """Other content takes the place of the old one; the results are not touched."""
    bench.ferry(sidecars=True)
    bench.contents.beside[OUT]["errors.txt"] = b"FRED Error"
    result = bench.ferry(sidecars=True)
    assert (result.outcome, result.logs) == (UploadOutcome.UNCHANGED, UploadOutcome.UPLOADED)
    assert b"FRED Error" in bench.content(KEY)
    assert rebuilt(bench).catalog.artifacts(1) == bench.catalog.artifacts(1)
    assert bench.keys() == WITH_LOGS


def test_nothing_there() -> None:
    """No such file, no object."""
    bench = Bench({RUN4: {"out.csv": b"Day"}})
    assert bench.ferry(sidecars=True).logs is None
    assert len(bench.keys()) == 2


def test_links_and_directories(bench: Bench) -> None:
    """Only regular files; what a link leads to is not ours to publish."""
    bench.contents.beside[OUT] = {}
    del bench.contents[RUN4]["LOG"]
    kinds = zip(("errors.txt", "model.fred", "pop-4.txt"), list(EntryType)[1:], strict=True)
    bench.folders.odd[OUT] = [TreeEntry(name, kind, 9, 0, 0) for name, kind in kinds]
    bench.folders.odd[RUN4] = [TreeEntry("LOG", EntryType.SYMLINK, 9, 0, 0)]
    assert bench.ferry(sidecars=True).logs is None


def test_folder_of_a_run() -> None:
    """In `run_17/RUN5` the files beside the run end in its number, not in its id."""
    run = "/w/OUT/run_17/RUN5"
    bench = Bench({run: {"a": b"1"}})
    bench.contents.beside["/w/OUT/run_17"] = {"pop-5.txt": b"5", "pop-17.txt": b"17"}
    bench.ferry(run, sidecars=True)
    assert bench.content(f"{PREFIX}run_17_logs.zip") == b"/pop-5.txt\n5"


def test_several_directories_as_one_run() -> None:
    """Files that they share are packed once."""
    bench = Bench({"/w/run_9/RUN5": {"LOG": b"five"}, "/w/run_9/RUN6": {"LOG": b"six"}})
    bench.contents.beside["/w/run_9"] = {"COMMAND_LINE": b"c", "pop-5.txt": b"5", "pop-6.txt": b"6"}
    bench.ferry("/w/run_9", run_id=9, sidecars=True)
    assert bench.content(f"{PREFIX}run_9_logs.zip") == (
        b"/COMMAND_LINE\nc/pop-5.txt\n5/pop-6.txt\n6RUN5/LOG\nfiveRUN6/LOG\nsix"
    )


class TestFailures:
    """The results are stored by then; the error says so, and the next upload goes on."""

    def completes(self, bench: Bench) -> None:
        result = bench.ferry(sidecars=True)
        assert result.outcome is UploadOutcome.UNCHANGED
        assert logs(bench)
        assert bench.keys() == WITH_LOGS
        assert bench.journal.intents(1, 4) == []
        assert bench.journal.orphans() == []

    def test_store(self, bench: Bench) -> None:
        """As retryable as its cause."""
        bench.store.fail_next("complete", StoreConnectionError("Gone."), skip=1)
        error = bench.ferry_fails(ResultsStorageError, sidecars=True)
        assert (error.retryable, error.exit_code) == (True, 3)
        assert error.what == "The files beside the run were not stored: Gone."
        assert error.kept == "The results are stored as version 1 of run 4."
        assert bench.journal.stored()[RUN4].run_id == 4
        assert [a.kind for a in bench.catalog.artifacts(1, 4)] == [ArtifactKind.RUN_RESULTS]
        self.completes(bench)

    def test_not_allowed_to_look(self, bench: Bench) -> None:
        """An error of the store itself keeps its kind."""
        bench.ferry()
        bench.store.fail_next("head", StoreAccessDeniedError("Not allowed."), skip=2)
        assert bench.ferry_fails(StoreAccessDeniedError, sidecars=True).kept
        self.completes(bench)

    def test_lost_reply(self, bench: Bench) -> None:
        """What was stored without our knowing is adopted."""
        bench.store.fail_next("complete", StoreConnectionError("Gone."), after=True, skip=1)
        bench.ferry_fails(ResultsStorageError, sidecars=True)
        self.completes(bench)

    @pytest.mark.parametrize("step", ["start_upload", "write", "complete"])
    def test_killed(self, bench: Bench, step: str) -> None:
        """A process that dies between results and logs says nothing to anybody."""
        skip = 2 if step == "write" else 1  # the results have two blocks
        bench.store.fail_next(step, Killed(), skip=skip)  # pyright: ignore[reportArgumentType]
        with pytest.raises(Killed):
            bench.ferry(sidecars=True)
        self.completes(bench)

    @pytest.mark.parametrize("error", [CatalogError("Disk full."), Killed()])
    def test_row(self, error: BaseException) -> None:
        """As for results: recorded by the next upload, which sends nothing."""
        catalog = FullForLogs()
        bench = Bench(catalog=catalog)
        catalog.error = error
        with pytest.raises(ResultsMetadataError if isinstance(error, CatalogError) else Killed):
            bench.ferry(sidecars=True)
        catalog.error = None
        sent = bench.store.head(KEY)
        assert sent
        self.completes(bench)
        assert bench.store.head(KEY) == sent

    def test_results_intent_is_left_alone(self, bench: Bench) -> None:
        """Logs that were not recorded are never taken for results, nor results for logs."""
        bench.store.fail_next("complete", StoreConnectionError("Gone."), after=True, skip=1)
        bench.ferry_fails(ResultsStorageError, sidecars=True)
        assert bench.ferry().outcome is UploadOutcome.UNCHANGED
        assert [i.key for i in bench.journal.intents(1, 4)] == [KEY]
        assert bench.keys() == WITH_LOGS
        self.completes(bench)

    def test_vanishing(self, bench: Bench) -> None:
        """A file that goes while it is packed is not left out silently."""
        bench.ferry()

        def vanish() -> None:
            bench.contents.beside[OUT].pop("pop-4.txt", None)

        bench.packager.while_packing = vanish
        assert bench.ferry_fails(SourceChangedError, sidecars=True).retryable
        self.completes(bench)

    def test_changing(self, bench: Bench) -> None:
        """What was sent must be what the metadata says."""
        bench.ferry()
        line = iter(range(9))

        def grow() -> None:
            bench.contents.beside[OUT]["COMMAND_LINE"] = b"%d" % next(line)

        bench.packager.while_packing = grow
        bench.ferry_fails(SourceChangedError, sidecars=True)
        assert (bench.store.head(KEY), bench.store.open_uploads) == (None, 0)
        bench.packager.while_packing = lambda: None
        self.completes(bench)

    def test_unreadable(self, bench: Bench) -> None:
        """A directory that cannot be listed may hide files."""
        bench.folders.unreadable.add(OUT)
        bench.ferry_fails(InvalidResultsDirectoryError, sidecars=True)
        bench.folders.unreadable.clear()
        self.completes(bench)

    def test_cancel(self, bench: Bench) -> None:
        """Stops the logs; what is kept is said."""
        bench.ferry()
        bench.packager.while_packing = lambda: bench.progress.cancel()  # noqa: PLW0108 - of then
        error = bench.ferry_fails(TransferCancelledError, sidecars=True)
        assert error.kept == "The results are stored as version 1 of run 4."
        bench.packager.while_packing = lambda: None
        self.completes(bench)


def test_foreign_object(bench: Bench) -> None:
    """What another tool stored there is never overwritten; it is listed as not ours."""
    bench.ferry()
    bench.store.put(KEY, b"somebody else's")
    error = bench.ferry_fails(ConflictError, sidecars=True)
    assert "was not stored by RunFerry" in error.what
    assert bench.content(KEY) == b"somebody else's"
    row = logs(rebuilt(bench))
    assert row
    assert (row.managed, row.sha256) == (False, "")


def test_replaced_meanwhile(bench: Bench) -> None:
    """Only what was looked at is replaced."""
    bench.ferry(sidecars=True)
    bench.contents.beside[OUT]["errors.txt"] = b"mine"
    other = Bench(dict(bench.contents), bench.store)
    other.contents.beside[OUT] = {"errors.txt": b"theirs"}
    while_sending(bench, lambda: other.ferry(job_id=1, sidecars=True))
    bench.ferry_fails(ConflictError, sidecars=True)
    assert b"theirs" in bench.content(KEY)


def test_the_other_one_was_faster(bench: Bench) -> None:
    """Two that store the same at once: the second finds it stored."""
    bench.ferry()
    other = Bench(dict(bench.contents), bench.store)
    other.contents.beside = bench.contents.beside
    while_sending(bench, lambda: other.ferry(job_id=1, sidecars=True))
    assert bench.ferry(sidecars=True).logs is UploadOutcome.UNCHANGED
    assert logs(bench) == logs(other)
