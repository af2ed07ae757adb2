"""Archiving moves what is large and old, and nothing that is not provably what was stored."""

from datetime import timedelta

import pytest

from core.care.archive_artifacts import ArchiveArtifacts, ArchiveScope
from core.errors import ConflictError, StoreConnectionError
from core.ports.object_store import StoredObject
from tests.core.bench import RUN4
from tests.core.care.care_bench import PREFIX, RESULTS, CareBench
from tests.fakes.object_store import FakeObjectStore

OTHER = "/data/measles/OUT/RUN5"
ALL = ArchiveScope()


class ColdBench(CareBench):
    """A workstation that archives."""

    def archive(self, scope: ArchiveScope = ALL, storage_class: str = "GLACIER_IR") -> list[str]:
        """The names of what was moved."""
        archive = ArchiveArtifacts(self.store, self.catalog, storage_class)
        return [a.key.rpartition("/")[2] for a in archive.candidates(scope) if archive(a)]

    def classes(self) -> dict[str, str]:
        return {s.key.removeprefix(PREFIX): s.storage_class for s in self.store.list("jobs/")}


@pytest.fixture
def bench() -> ColdBench:
    """Job 1 has two versions of run 4 with logs; job 2 one run."""
    bench = ColdBench({RUN4: {"LOG": b"first"}, OTHER: {"LOG": b"five"}})
    bench.contents.beside["/data/flu/OUT"] = {"flu.fred": b"fred"}
    bench.ferry(sidecars=True)
    bench.contents[RUN4]["LOG"] = b"second"
    bench.ferry()
    bench.ferry(OTHER)
    return bench


def test_kinds(bench: ColdBench) -> None:
    """All contents, older versions too; never what has to be at hand."""
    moved = bench.archive()
    assert moved == [
        *("run_5_results.zip", "run_4_logs.zip"),
        *("run_4_results.v0001.zip", "run_4_results.zip"),
    ]
    assert not any(c for key, c in bench.classes().items() if key.endswith(".json"))
    assert bench.findings() == []
    assert bench.ferry().outcome == "unchanged"
    assert bench.archive() == []


@pytest.mark.parametrize(
    ("scope", "count"),
    [
        (ArchiveScope(1), 3),
        (ArchiveScope(2), 1),
        (ArchiveScope(2, 5), 1),
        (ArchiveScope(2, 4), 0),
        (ArchiveScope(3), 0),
    ],
)
def test_scope(bench: ColdBench, scope: ArchiveScope, count: int) -> None:
    """Only the job or run that was named."""
    assert len(bench.archive(scope)) == count


def test_age(bench: ColdBench) -> None:
    """Told by the clock of the store; exactly old enough is old enough."""
    bench.store.later = timedelta(days=30)
    age = bench.store.now() - bench.clock.now().replace(microsecond=0)
    assert bench.archive(ArchiveScope(older_than=age + timedelta(seconds=1))) == []
    assert len(bench.archive(ArchiveScope(older_than=age))) == 4


def test_interrupted(bench: ColdBench) -> None:
    """The next call goes on."""
    bench.store.fail_next("change_class", StoreConnectionError("Gone."), skip=2)
    with pytest.raises(StoreConnectionError):
        bench.archive()
    assert len(bench.archive()) == 2


def test_colder(bench: ColdBench) -> None:
    """What would have to be restored before it can be moved stays where it is."""
    bench.archive(storage_class="GLACIER")
    assert bench.archive() == []
    assert bench.archive(storage_class="DEEP_ARCHIVE") == []


def test_other_class(bench: ColdBench) -> None:
    """What is at hand can be moved on."""
    bench.archive()
    assert len(bench.archive(storage_class="COLD")) == 4


def test_what_other_tools_stored(bench: ColdBench) -> None:
    """It is as old as its object; what was replaced since it was listed stays."""
    bench.archive()
    bench.store.put(f"{PREFIX}run_7_results.zip", b"theirs")
    bench.store.put(f"{PREFIX}run_7_logs.log", b"theirs")
    bench.store.put(f"{PREFIX}job_config.json", b"{}")
    bench.refresh()
    assert bench.archive(ArchiveScope(1, older_than=timedelta(days=1))) == []
    assert bench.archive() == ["run_7_logs.log", "run_7_results.zip"]
    assert bench.findings() == []


def test_replaced_since_it_was_listed(bench: ColdBench) -> None:
    """Somebody else's content is not moved for ours."""
    bench.store.put(RESULTS, b"somebody else's")
    with pytest.raises(ConflictError, match="is not what was stored"):
        bench.archive(ArchiveScope(1, 4))
    assert bench.classes()["run_4_results.zip"] == ""


def test_logs_replaced_since_they_were_listed(bench: ColdBench) -> None:
    """Nor what another tool put in the place of an object that has no versions."""
    logs = f"{PREFIX}run_4_logs.zip"
    bench.store.put(logs, b"somebody else's")
    with pytest.raises(ConflictError, match="is not what was stored"):
        bench.archive(ArchiveScope(1, 4))
    assert bench.classes()["run_4_logs.zip"] == ""


def test_replaced_at_that_moment(bench: ColdBench) -> None:
    """Nor what came between the last look and the move."""
    archive = ArchiveArtifacts(Swapping(bench.store), bench.catalog, "GLACIER_IR")
    (*_, latest) = archive.candidates(ArchiveScope(1))
    with pytest.raises(ConflictError, match="replaced meanwhile"):
        archive(latest)
    assert bench.classes()["run_4_results.zip"] == ""


class Swapping(FakeObjectStore):
    """Another machine writes right before each move."""

    def __init__(self, store: FakeObjectStore) -> None:
        self.__dict__ = store.__dict__

    def change_class(self, key: str, storage_class: str, *, if_match: str) -> StoredObject:
        self.put(key, b"somebody else's")
        return super().change_class(key, storage_class, if_match=if_match)


def test_archived_copy_is_no_orphan(bench: ColdBench) -> None:
    """Another etag does not make content loose, here or on another machine."""
    bench.archive()
    other = ColdBench(store=bench.store)
    other.refresh()
    assert other.orphans() == []
    assert other.findings() == []
    assert other.archive() == []
