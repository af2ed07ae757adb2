"""Content that the store has under another key is copied there: no byte is sent twice."""

from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest

from core.errors import (
    ConflictError,
    ResultsMetadataError,
    ResultsStorageError,
    SourceChangedError,
    StoreAccessDeniedError,
    StoreConnectionError,
    StoreError,
)
from core.model import Manifest
from core.ports.object_store import Excerpt, StoredObject
from core.stored.manifests import WRITE_TOKEN
from core.upload.upload_result import UploadOutcome, UploadResult
from tests.core.bench import RUN4, Bench
from tests.core.care.care_bench import CareBench
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.results import Contents

OTHER = "/data/measles/OUT/RUN4"
RUN = {"LOG": b"log", "out.csv": b"Day,Date\n"}
FIRST = "jobs/1/2026/11/20/140731/run_4_results.zip"


class Killed(BaseException):
    """Stands for the end of the process: nobody handles it."""


def two_alike() -> Contents:
    """One run in two places, as the same simulation makes it twice."""
    return {RUN4: dict(RUN), OTHER: dict(RUN)}


@pytest.fixture
def bench() -> Bench:
    """Job 1 has RUN4; job 2 is to have the same."""
    bench = Bench(two_alike())
    bench.ferry()
    bench.register_job("measles", job_id=2)
    return bench


def ferry_other(bench: Bench) -> UploadResult:
    return bench.ferry(OTHER, job_id=2)


def token_of(bench: Bench, manifest: Manifest) -> str:
    head = bench.store.head(manifest.key)
    assert head
    return head.metadata[WRITE_TOKEN]


def test_run_of_another_job(bench: Bench) -> None:
    """The copy is a version like any other, with a token of its own; nothing was sent."""
    result = ferry_other(bench)
    copy, original = result.manifest, bench.ferry().manifest
    assert (result.outcome, bench.sent) == (UploadOutcome.COPIED, 0)
    assert result.describe() == "copied in the store"
    assert (copy.job_id, copy.run_id, copy.version) == (2, 4, 1)
    assert bench.content(copy.key) == bench.content(FIRST)
    told = ("content_id", "sha256", "files", "raw_bytes", "stored_bytes", "encoder")
    assert [getattr(copy, name) for name in told] == [getattr(original, name) for name in told]
    assert token_of(bench, copy) == copy.write_token != original.write_token
    assert bench.known(copy)
    assert bench.journal.intents(2, 4) == []
    assert len(bench.packager.compressions) == 1


def test_progress_of_a_copy(bench: Bench) -> None:
    """What is copied in parts has come as far as these; nothing of it was sent."""
    copied = ferry_other(bench).manifest
    assert bench.progress.total == copied.stored_bytes
    assert bench.progress.counts() == (copied.stored_bytes, 0)


def test_copy_of_a_copy(bench: Bench) -> None:
    """A copy stands on its own feet: its original may go."""
    ferry_other(bench)
    bench.store.delete(FIRST)
    bench.register_job("again", job_id=3)
    assert bench.ferry(OTHER, job_id=3).outcome is UploadOutcome.COPIED


def test_back_to_an_older_version(bench: Bench) -> None:
    """What a run held before is taken from where it was kept."""
    bench.contents[RUN4]["LOG"] = b"a second run"
    bench.ferry()
    bench.contents[RUN4]["LOG"] = RUN["LOG"]
    result = bench.ferry()
    assert (result.outcome, result.manifest.version) == (UploadOutcome.COPIED, 3)
    assert result.describe() == "copied in the store as version 3"
    assert bench.content(FIRST) == b"RUN4/LOG\nlogRUN4/out.csv\nDay,Date\n"
    assert [artifact.version for artifact in bench.catalog.artifacts(1, 4)] == [1, 2, 3]
    assert b"a second run" in bench.content(bench.catalog.artifacts(1, 4)[1].key)


def test_files_are_read_only_if_something_is_alike(bench: Bench) -> None:
    """A new run is read once, while it is sent; one that may be stored, once to compare it."""
    bench.contents["/data/measles/OUT/RUN5"] = {"LOG": b"longer than the others"}
    bench.ferry("/data/measles/OUT/RUN5", job_id=2)
    assert bench.packager.compared == 0
    bench.contents[OTHER]["LOG"] = b"gol"
    assert ferry_other(bench).outcome is UploadOutcome.UPLOADED
    assert bench.packager.compared == 1


def _vanish(bench: Bench) -> None:
    bench.store.delete(FIRST)


def _overwrite(bench: Bench) -> None:
    bench.store.put(FIRST, b"?" * len(bench.content(FIRST)))


def _lose_manifest(bench: Bench) -> None:
    bench.store.delete(FIRST.replace(".zip", ".v0001.json"))


@pytest.mark.parametrize("harm", [_vanish, _overwrite, _lose_manifest])
def test_the_catalog_is_not_believed(bench: Bench, harm: Callable[[Bench], None]) -> None:
    """What is not proven to be the content is not copied: it is sent."""
    harm(bench)
    result = ferry_other(bench)
    assert result.outcome is UploadOutcome.UPLOADED
    assert bench.content(result.manifest.key) == b"RUN4/LOG\nlogRUN4/out.csv\nDay,Date\n"


@pytest.mark.parametrize(("step", "skip"), [("head", 1), ("copy", 0)])
def test_store_that_does_not_copy(bench: Bench, step: str, skip: int) -> None:
    """What is not allowed for a copy does not keep the run from being stored."""
    # Before the original is looked at, the record of the job is.
    bench.store.fail_next(step, StoreAccessDeniedError("Not yours."), skip=skip)
    result = ferry_other(bench)
    assert result.outcome is UploadOutcome.UPLOADED
    assert bench.journal.intents(2, 4) == []


class Swaps(Bench):
    """Replaces the original just before it is copied."""

    def arm(self) -> None:
        copy = self.store.copy

        def swapped(*args: str, **conditions: object) -> object:
            self.store.put(FIRST, b"somebody else's, of any length")
            return copy(*args, **conditions)  # pyright: ignore[reportArgumentType, reportCallIssue]

        self.store.copy = swapped  # pyright: ignore[reportAttributeAccessIssue]


def test_original_is_replaced_meanwhile() -> None:
    """Only the version that was looked at is copied."""
    bench = Swaps(two_alike())
    bench.ferry()
    bench.register_job("measles", job_id=2)
    bench.arm()
    result = ferry_other(bench)
    assert result.outcome is UploadOutcome.UPLOADED
    assert bench.content(result.manifest.key).startswith(b"RUN4/LOG")


def test_foreign_object_in_the_way(bench: Bench) -> None:
    """A copy overwrites nothing either."""
    key = "jobs/2/2026/11/20/140731/run_4_results.zip"
    bench.store.put(key, b"somebody else's")
    with pytest.raises(ConflictError):
        ferry_other(bench)
    assert bench.content(key) == b"somebody else's"
    assert bench.journal.intents(2, 4) == []


def test_overwritten_as_soon_as_it_was_copied(bench: Bench) -> None:
    """What somebody else has put there in that moment is not taken for the copy."""
    copy, key = bench.store.copy, "jobs/2/2026/11/20/140731/run_4_results.zip"

    def overtaken(source: str, target: str, **conditions: Any) -> StoredObject:
        copy(source, target, **conditions)
        return bench.store.put(target, b"somebody else's")

    with mock.patch.object(bench.store, "copy", overtaken), pytest.raises(ConflictError):
        ferry_other(bench)
    assert [stored.key for stored in bench.store.list("jobs/2/")] == [key]
    assert bench.content(key) == b"somebody else's"
    assert bench.journal.intents(2, 4) == []


def test_source_changes_meanwhile(bench: Bench) -> None:
    """What was compared is what is recorded, or nothing is."""
    bench.packager.while_comparing = lambda: bench.contents[OTHER].update({"LOG": b"new"})
    with pytest.raises(SourceChangedError):
        bench.ferry(OTHER, job_id=2, run_id=4)
    assert [s.key for s in bench.store.list("jobs/2/")] == []
    assert bench.journal.intents(2, 4) == []


@pytest.mark.parametrize("made", [False, True])
def test_connection_is_lost(bench: Bench, made: bool) -> None:
    """Whether the copy was made or not, the next try ends with one version and sends nothing."""
    bench.store.fail_next("copy", StoreConnectionError("Gone."), after=made)
    with pytest.raises(ResultsStorageError) as caught:
        ferry_other(bench)
    assert caught.value.retryable
    again = ferry_other(bench)
    assert bench.sent == 0
    assert again.outcome is (UploadOutcome.UNCHANGED if made else UploadOutcome.COPIED)
    assert len(list(bench.store.list("jobs/2/"))) == 2
    assert bench.journal.intents(2, 4) == []


@pytest.mark.parametrize(
    ("step", "after"), [("copy", False), ("copy", True), ("put", False), ("put", True)]
)
def test_killed(bench: Bench, step: str, after: bool) -> None:
    """Wherever the process ends, the next one adopts what is there, with what it was made of."""
    bench.store.fail_next(step, Killed(), after=after)  # pyright: ignore[reportArgumentType]
    with pytest.raises(Killed):
        ferry_other(bench)
    again = ferry_other(bench)
    assert bench.sent == 0
    assert again.manifest.encoder == bench.ferry().manifest.encoder
    assert [s.key.rpartition("/")[2] for s in bench.store.list("jobs/2/")] == [
        "run_4_results.v0001.json",
        "run_4_results.zip",
    ]
    assert bench.journal.intents(2, 4) == []


def test_manifest_is_refused(bench: Bench) -> None:
    """A copy without manifest is an orphan like any other, and adopted like any other."""
    bench.store.fail_next("put", StoreAccessDeniedError("Not allowed."))
    with pytest.raises(ResultsMetadataError):
        ferry_other(bench)
    assert [orphan.key for orphan in bench.journal.orphans()] == [
        "jobs/2/2026/11/20/140731/run_4_results.zip"
    ]
    assert ferry_other(bench).outcome is UploadOutcome.UNCHANGED
    assert bench.journal.orphans() == []


def test_upload_begun_before(bench: Bench) -> None:
    """Parts that were sent before somebody else stored the content are freed."""
    state = bench.store
    late = Bench({OTHER: dict(RUN)}, store=state)
    state.fail_next("write", StoreConnectionError("Gone."), skip=1)
    with pytest.raises(ResultsStorageError):
        late.ferry(OTHER, job_id=2)
    assert state.open_uploads == 1
    late.refresh()
    assert late.ferry(OTHER, job_id=2).outcome is UploadOutcome.COPIED
    assert (state.open_uploads, late.journal.intents(2, 4)) == (0, [])


def test_logs_of_another_job(bench: Bench) -> None:
    """Kinds without versions are copied when the very bytes are there, under any key."""
    for out in ("/data/flu/OUT", "/data/measles/OUT"):
        bench.contents.beside[out] = {"COMMAND_LINE": b"run_fred"}
    bench.ferry(sidecars=True)
    packed = len(bench.packager.compressions)
    assert bench.ferry(OTHER, job_id=2, sidecars=True).logs is UploadOutcome.COPIED
    first, second = (f"jobs/{number}/2026/11/20/140731/run_4_logs.zip" for number in (1, 2))
    assert bench.content(first) == bench.content(second)
    assert len(bench.packager.compressions) == packed + 1  # to know what they are
    bench.contents.beside["/data/measles/OUT"] = {"COMMAND_LINE": b"other"}
    assert bench.ferry(OTHER, job_id=2, sidecars=True).logs is UploadOutcome.UPLOADED
    bench.contents.beside["/data/measles/OUT"] = {"COMMAND_LINE": b"run_fred"}
    assert bench.ferry(OTHER, job_id=2, sidecars=True).logs is UploadOutcome.COPIED
    assert bench.content(first) == bench.content(second)


@pytest.mark.parametrize("replaced", [False, True])
def test_content_of_another_tool(replaced: bool) -> None:
    """Once it was adopted, it is copied as any other, as long as nobody has touched it."""
    bench = CareBench(two_alike())
    bench.register_job("flu")
    archive = b"RUN4/LOG\nlogRUN4/out.csv\nDay,Date\n"
    bench.store.put(FIRST, archive)
    bench.care.adopt(FIRST)
    if replaced:
        bench.store.put(FIRST, bytes(len(archive)))
    bench.register_job("measles", job_id=2)
    outcome = UploadOutcome.UPLOADED if replaced else UploadOutcome.COPIED
    result = ferry_other(bench)
    assert result.outcome is outcome
    assert bench.content(result.manifest.key) == archive


class SecretiveStore(FakeObjectStore):
    """Does not tell what the manifests of job 1 say."""

    def excerpt(self, key: str, *, start: int, length: int) -> Excerpt:
        if key.startswith("jobs/1/"):
            raise StoreError("Odd.")
        return super().excerpt(key, start=start, length=length)


def test_error_while_proving() -> None:
    """A store that does not let the original be looked at is not asked for a copy."""
    bench = Bench(two_alike(), SecretiveStore())
    bench.ferry()
    bench.register_job("measles", job_id=2)
    assert ferry_other(bench).outcome is UploadOutcome.UPLOADED
