"""The runs of a root, one by one."""

from core.ports.tree import Scan
from core.source.find_results import FindResults
from core.source.run_directories import RunDirectories
from core.source.storable_runs import StorableRuns
from tests.fakes.folders import MemoryFolders, MemoryTree
from tests.fakes.results import FakePackager, MemoryScanner

OUT = "/data/OUT"
RUNS = [f"{OUT}/RUN{number}" for number in (4, 5, 6)]


class NotingScanner(MemoryScanner):
    """Keeps what was scanned."""

    def __init__(self, tree: MemoryTree) -> None:
        super().__init__(tree)
        self.scanned: list[str] = []

    def scan(self, run_directory: str) -> Scan | None:
        self.scanned.append(run_directory)
        return super().scan(run_directory)


class Workbench:
    def __init__(self) -> None:
        self.tree = MemoryTree({run: {"LOG": b"log"} for run in RUNS})
        self.scanner = NotingScanner(self.tree)
        directories = RunDirectories(MemoryFolders(self.tree))
        self.find_results = FindResults(self.scanner, FakePackager(self.tree), directories)
        self.storable_runs = StorableRuns(self.find_results, directories)


def test_each_when_it_is_asked_for() -> None:
    """Whoever has found enough has not read the others."""
    bench = Workbench()
    found = bench.storable_runs(OUT)
    assert (next(found).path, bench.scanner.scanned) == (RUNS[0], RUNS[:1])
    assert [results.path for results in found] == RUNS[1:]


def test_one_that_was_scanned_already() -> None:
    """Comes first, and not again."""
    bench = Workbench()
    first = bench.find_results.scan([RUNS[1]])
    found = [*bench.storable_runs(OUT, first)]
    assert found[0] is first
    assert [results.path for results in found[1:]] == [RUNS[0], RUNS[2]]
    assert bench.scanner.scanned == [RUNS[1], RUNS[0], RUNS[2]]


def test_what_cannot_be_stored() -> None:
    """Is passed over: empty, or of a kind that cannot be packed."""
    bench = Workbench()
    bench.tree[RUNS[0]] = {}
    bench.tree[RUNS[1]] = {"odd": b""}
    assert [results.path for results in bench.storable_runs(OUT)] == RUNS[2:]
