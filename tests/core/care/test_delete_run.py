"""Deleting a run, or one version of it, takes exactly that, and can be gone on with."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

import pytest

from core.care.clean_orphans import GRACE
from core.errors import (
    ArtifactNotFoundError,
    ConflictError,
    RunFerryError,
    RunNotFoundError,
    StoreConnectionError,
)
from core.model import ArtifactKind
from core.ports.journal.bindings import StoredSource
from core.ports.journal.queue import TransferRecord
from core.stored.manifests import WRITE_TOKEN
from core.stored.orphans import OrphanKind
from core.waiting.patient_turns import run_matter
from tests.catalog_dump import dump
from tests.core.bench import RUN4
from tests.core.care.care_bench import PREFIX, RESULTS, CareBench
from tests.core.overtaken_store import OvertakenStore
from tests.fakes.object_store import FakeObjectStore

RUN5 = "/data/flu/OUT/RUN5"
FIRST, SECOND = b"first", b"second"


def lost() -> StoreConnectionError:
    return StoreConnectionError("Gone.")


def a_bench(store: FakeObjectStore | None = None) -> CareBench:
    """Job 1 has two versions of run 4 with logs, and run 5."""
    bench = CareBench({RUN4: {"LOG": FIRST}, RUN5: {"LOG": b"five"}}, store=store)
    bench.contents.beside["/data/flu/OUT"] = {"flu.fred": b"fred"}
    bench.ferry(sidecars=True)
    bench.contents[RUN4]["LOG"] = SECOND
    bench.ferry()
    bench.ferry(RUN5)
    return bench


@pytest.fixture
def bench() -> CareBench:
    return a_bench()


def delete(bench: CareBench, version: int | None = None) -> None:
    bench.care.delete_run(bench.care.delete_run.contents(1, 4, version))


def versions(bench: CareBench) -> list[int]:
    return [a.version for a in bench.catalog.artifacts(1, 4) if a.is_version]


def of_run_4(bench: CareBench) -> list[str]:
    names = bench.keys()
    return [name for name in names if "run_4_" in name]


def whole(bench: CareBench) -> None:
    """Every version that a manifest tells of has its content; the catalog is what the store says."""
    bench.refresh()
    assert dump(bench.catalog) == bench.rebuilt()
    for artifact in bench.catalog.artifacts(1):
        if artifact.is_version:
            content = bench.content(artifact.key)
            assert (FIRST in content) != (SECOND in content) or b"five" in content


def test_all_of_it(bench: CareBench) -> None:
    """It is listed first; then it goes, and the rest of its job stays."""
    contents = bench.care.delete_run.contents(1, 4)
    assert [(a.kind, a.version) for a in contents.artifacts] == [
        (ArtifactKind.RUN_LOGS, 0),
        (ArtifactKind.RUN_RESULTS, 1),
        (ArtifactKind.RUN_RESULTS, 2),
    ]
    assert contents.stored_bytes == sum(a.size for a in contents.artifacts)
    assert (contents.sources, contents.again, contents.stays) == ([RUN4], None, [])
    assert len(of_run_4(bench)) == 5
    assert bench.care.delete_run(contents) == []
    assert of_run_4(bench) == []
    assert bench.keys() == ["run_5_results.v0001.json", "run_5_results.zip"]
    assert [run.run_id for run in bench.catalog.runs(1)] == [5]
    assert (bench.journal.orphans(), [*bench.journal.stored()]) == ([], [RUN5])
    whole(bench)
    with pytest.raises(RunNotFoundError):
        bench.care.delete_run.contents(1, 4)


def test_older_version(bench: CareBench) -> None:
    """The latest one stays what it is, and so does what is known of the directory."""
    contents = bench.care.delete_run.contents(1, 4, 1)
    assert (contents.again, [a.version for a in contents.artifacts]) == (None, [1])
    before = bench.journal.stored()
    bench.care.delete_run(contents)
    assert versions(bench) == [2]
    assert SECOND in bench.content(RESULTS)
    assert bench.journal.stored() == before
    whole(bench)


def test_latest_version(bench: CareBench) -> None:
    """The content before it becomes the latest again, as a version of its own, without a byte sent."""
    contents = bench.care.delete_run.contents(1, 4, 2)
    assert contents.again is not None
    assert contents.again.version == 1
    bench.care.delete_run(contents)
    assert versions(bench) == [1, 3]
    assert [a.directory for a in bench.catalog.artifacts(1, 4) if a.is_version] == ["RUN4"] * 2
    assert FIRST in bench.content(RESULTS)
    names = bench.names()
    assert not any(SECOND in bench.content(f"{PREFIX}{key}") for key in names)
    assert (bench.orphans(), bench.journal.all_intents()) == ([], [])
    whole(bench)


def test_only_version(bench: CareBench) -> None:
    """Then the run has no results; its logs stay."""
    delete(bench, 1)
    delete(bench, 2)
    assert of_run_4(bench) == ["run_4_logs.zip"]
    assert bench.catalog.artifacts(1, 4)[0].kind is ArtifactKind.RUN_LOGS
    whole(bench)


def test_not_claimed_any_more(bench: CareBench) -> None:
    """What the directory holds is not in the store any more, but as which run it goes is known."""
    delete(bench, 2)
    stored = bench.journal.stored_as(RUN4)
    assert stored is not None
    assert (stored.fingerprint, stored.job_id, stored.run_id) == ("", 1, 4)
    assert bench.ferry().manifest.version == 4


def test_same_content_in_another_version(bench: CareBench) -> None:
    """A directory whose content another version still holds is stored as before."""
    bench.contents[RUN4]["LOG"] = FIRST
    bench.ferry()
    assert versions(bench) == [1, 2, 3]
    before = bench.journal.stored_as(RUN4)
    delete(bench, 1)
    assert bench.journal.stored_as(RUN4) == before


def test_not_written_down(bench: CareBench) -> None:
    """Of a state of earlier RunFerrys nobody knows which version a directory holds."""
    bench.journal.put_stored(RUN4, StoredSource("f", 1, 4))
    delete(bench, 1)
    assert bench.journal.stored_as(RUN4) == StoredSource("f", 1, 4)
    delete(bench, 2)
    assert bench.journal.stored_as(RUN4) == StoredSource("", 1, 4)


def steps() -> Iterator[tuple[str, int, bool]]:
    """The store fails at each call of each method, before or after it did what it does."""
    for method, most in (("delete", 6), ("copy", 2), ("put", 2), ("head", 14), ("excerpt", 10)):
        for skip in range(most):
            yield method, skip, False
            yield method, skip, True


@pytest.mark.parametrize("version", [None, 1, 2])
@pytest.mark.parametrize(("method", "skip", "after"), steps())
def test_interrupted(version: int | None, method: str, skip: int, after: bool) -> None:
    """At each moment what was to stay is whole; the next call goes on, and leaves nothing behind."""
    bench, straight = a_bench(), a_bench()
    delete(straight, version)
    contents = bench.care.delete_run.contents(1, 4, version)
    bench.store.fail_next(method, lost(), skip=skip, after=after)
    with suppress(RunFerryError):
        bench.care.delete_run(contents)
        return  # so many calls it does not make
    whole(CareBench(store=bench.store))
    with suppress(RunNotFoundError, ArtifactNotFoundError):  # all had happened
        delete(bench, version)
    whole(bench)
    assert of_run_4(bench) == of_run_4(straight)
    assert (bench.orphans(), bench.journal.all_intents()) == ([], [])
    assert bench.journal.stored() == straight.journal.stored()


def test_what_was_kept(bench: CareBench) -> None:
    """A store that is lost in the middle of it leaves nobody in doubt about the rest."""
    contents = bench.care.delete_run.contents(1, 4, 2)
    for method, said in (("copy", "Nothing was deleted."), ("delete", "the same command goes on")):
        bench.store.fail_next(method, lost())
        with pytest.raises(RunFerryError) as caught:
            bench.care.delete_run(contents)
        assert said in caught.value.kept


def test_left_behind_here(bench: CareBench) -> None:
    """What an upload of this machine stored, and could not record, goes at once."""
    bench.contents[RUN4]["LOG"] = b"third"
    bench.store.fail_next("put", lost())
    bench.ferry_fails(RunFerryError)
    assert [kind for kind, _ in bench.orphans()] == ["orphan"]
    delete(bench)
    assert of_run_4(bench) == []
    assert (bench.journal.orphans(), bench.journal.all_intents()) == ([], [])


def test_left_behind_elsewhere(bench: CareBench) -> None:
    """Another machine may be about to record what it stored: that goes when it is old enough."""
    other = CareBench({RUN4: {"LOG": b"third"}}, store=bench.store)
    other.refresh()
    other.store.fail_next("put", lost())
    with pytest.raises(RunFerryError):
        other.ferry(job_id=1)
    contents = bench.care.delete_run.contents(1, 4)
    (stays,) = contents.stays
    assert (stays.orphan.kind, stays.orphan.key) == (OrphanKind.ORPHAN, RESULTS)
    bench.care.delete_run(contents)
    assert of_run_4(bench) == ["run_4_results.zip"]
    assert b"third" in bench.content(RESULTS)
    bench.store.later = GRACE + timedelta(hours=1)
    delete(bench)
    assert of_run_4(bench) == []


@pytest.mark.parametrize("moment", ["excerpt", "copy"])
def test_overtaken(moment: str) -> None:
    """Somebody stores the next version right before the older content comes back: nothing is deleted."""
    store = OvertakenStore()
    bench = a_bench(store)
    other = CareBench({RUN4: {"LOG": b"third"}}, store=store)
    other.refresh()
    contents = bench.care.delete_run.contents(1, 4, 2)
    store.before[moment] = lambda: other.ferry(job_id=1)
    with pytest.raises(ConflictError) as caught:
        bench.care.delete_run(contents)
    assert "Nothing was" in caught.value.kept
    bench.refresh()
    assert versions(bench) == [1, 2, 3]
    assert bench.journal.all_intents() == []
    stored = [bench.content(a.key) for a in bench.catalog.artifacts(1, 4) if a.is_version]
    assert [FIRST in stored[0], SECOND in stored[1], b"third" in stored[2]] == [True] * 3


def test_foreign(bench: CareBench) -> None:
    """What is no artifact stays, and is named; an artifact of another tool goes."""
    bench.store.put(f"{PREFIX}run_4_notes.txt", b"mine")
    bench.store.put(f"{PREFIX}run_4_config.json", b"{}")
    contents = bench.care.delete_run.contents(1, 4)
    assert contents.foreign == [f"{PREFIX}run_4_notes.txt"]
    assert [found.key for found in contents.what.unmanaged] == [f"{PREFIX}run_4_config.json"]
    bench.care.delete_run(contents)
    assert of_run_4(bench) == ["run_4_notes.txt"]


def test_damaged(bench: CareBench) -> None:
    """Content that is not what was stored cannot become the latest again: the latest stays."""
    older = f"{PREFIX}versions/run_4_results.v0001.zip"
    bench.store.put(older, b"damaged", metadata={WRITE_TOKEN: "other"})
    before = bench.keys()
    with pytest.raises(ConflictError, match="cannot become the latest") as caught:
        delete(bench, 2)
    assert (bench.keys(), caught.value.kept) == (before, "Nothing was deleted.")


def test_no_such_version(bench: CareBench) -> None:
    with pytest.raises(ArtifactNotFoundError, match="no version 7") as caught:
        bench.care.delete_run.contents(1, 4, 7)
    assert "1, 2" in caught.value.todo


@pytest.mark.parametrize("known", ["run", "request", "source"])
def test_busy(bench: CareBench, known: str) -> None:
    """What is about to be stored as the run is waited for, or given up before."""
    listed = bench.care.delete_run.contents(1, 4)
    transfer = TransferRecord(
        id=0,
        job_id=1,
        run_id=4 if known == "run" else 0,
        source=RUN4 if known == "source" else "/elsewhere/RUN4",
        state="queued",
        message="",
        queued_at=bench.clock.now(),
        request={"source": RUN4, "job_id": 1, "run_id": 4} if known == "request" else {},
    )
    number, before = bench.journal.put_transfer(transfer), bench.keys()
    for attempt in (
        lambda: bench.care.delete_run.contents(1, 4),
        lambda: bench.care.delete_run(listed),
    ):
        with pytest.raises(ConflictError, match="queued or under way") as caught:
            attempt()
        assert f"queue cancel {number}" in caught.value.todo
    assert bench.keys() == before
    assert bench.care.delete_run.contents(1, 5).artifacts


def test_being_stored(bench: CareBench) -> None:
    """An upload in another process, which no queue knows of, is not waited for."""
    contents, before = bench.care.delete_run.contents(1, 4), bench.keys()
    with (
        bench.turns.turn(run_matter(1, 4), lambda: None),
        pytest.raises(ConflictError, match="being stored") as caught,
    ):
        bench.care.delete_run(contents)
    assert (bench.keys(), caught.value.kept) == (before, "Nothing was deleted.")
