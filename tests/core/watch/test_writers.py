"""Who writes where, and when that is looked at."""

from pathlib import Path

import pytest

from core.finish.finish_rules import FinishRules
from core.finish.running import run_finder
from core.finish.sentinel import SentinelRule
from core.ports.processes import Process
from core.settings import RuleKind, RuleSettings
from core.watch.writers import Writers
from storage.tree.tree_scanner import FileTreeScanner
from tests.fakes.clock import FixedClock
from tests.fakes.processes import FakeProcesses

RULE = SentinelRule(RuleSettings("mine", RuleKind.SENTINEL, program="sim"))
RUN_AT = run_finder({"/data/OUT/RUN4": "/data/OUT/RUN4"})


class CountingProcesses(FakeProcesses):
    """Counts full looks."""

    looks = 0

    def running(self, program: str) -> tuple[Process, ...]:
        self.looks += 1
        return tuple(self.found)


class Bench:
    def __init__(self) -> None:
        self.processes, self.clock = CountingProcesses(), FixedClock()
        self.writers = Writers(
            self.processes, FinishRules.only(RULE), self.clock, FileTreeScanner()
        )

    def refresh(self, after: float = 0.0) -> list[str]:
        self.clock.advance(after)
        return list(self.writers.refresh(RUN_AT))


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.mark.parametrize(
    ("directory", "run"),
    [
        ("/data/OUT/RUN4", "/data/OUT/RUN4"),
        ("/data/OUT/RUN4/work", "/data/OUT/RUN4"),
        ("/data/OUT", None),
        ("/data", None),
        ("/data2/RUN4", None),
        ("/", None),
    ],
)
def test_writers(bench: Bench, directory: str, run: str | None) -> None:
    """A process counts for the run it works in; one that works beside them counts for none."""
    assert bench.refresh() == []
    process = Process(4711, (), directory)
    bench.processes.found = [process]
    assert bench.refresh(after=10) == ([run] if run else [])
    assert bench.writers.of("/data/OUT/RUN4") == ((process,) if run else ())
    assert bench.refresh(after=10) == []


def test_writers_are_looked_for_from_time_to_time(bench: Bench) -> None:
    """Reading all processes at every pass would cost more than the passes."""
    bench.refresh()
    bench.processes.found = [Process(4711, (), "/data/OUT/RUN4")]
    assert bench.refresh(after=1) == []
    assert bench.refresh(after=4) == ["/data/OUT/RUN4"]


def test_the_end_of_one_is_seen_soon(bench: Bench) -> None:
    """Those that are known are looked at each second; who follows them is looked for at once."""
    bench.processes.found = [Process(4711, (), "/data/OUT/RUN4"), Process(4712, (), "/x")]
    bench.refresh()
    assert not bench.writers.one_has_ended()
    bench.clock.advance(1)
    assert not bench.writers.one_has_ended()
    assert bench.processes.looks == 1
    bench.processes.found = [Process(4712, (), "/x"), Process(4713, (), "/data/OUT/RUN4/work")]
    bench.clock.advance(1)
    assert bench.writers.one_has_ended()
    assert bench.refresh() == ["/data/OUT/RUN4"]
    assert [process.pid for process in bench.writers.of("/data/OUT/RUN4")] == [4713]
    assert bench.processes.looks == 2


def test_a_new_run(bench: Bench) -> None:
    """A run that is found after its process is known to be written at once."""
    bench.processes.found = [Process(4711, ("RUN5",), "/data/OUT")]
    assert bench.refresh() == []
    runs = run_finder({"/data/OUT/RUN5": "/data/OUT/RUN5"})
    assert list(bench.writers.refresh(runs)) == ["/data/OUT/RUN5"]
    assert bench.processes.looks == 1


def test_links_of_arguments_are_resolved(bench: Bench, tmp_path: Path) -> None:
    """`--out link/RUN1` writes into the run that the tree knows by another path."""
    (tmp_path / "scratch/RUN1").mkdir(parents=True)
    (tmp_path / "link").symlink_to("scratch")
    real = str((tmp_path / "scratch/RUN1").resolve())
    bench.processes.found = [Process(4711, ("--out", "link/RUN1"), str(tmp_path))]
    assert list(bench.writers.refresh(run_finder({real: "RUN1"}))) == ["RUN1"]
