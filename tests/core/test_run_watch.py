"""The watch engine on real directories, pass by pass, with a clock that stands still."""

import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.finish.sentinel import SentinelRule
from core.ports.tree import Scan, TreeWatcher
from core.run_watch import RunWatch
from core.wording import describe
from storage.tree_scanner import FileTreeScanner
from tests.fakes.clock import FixedClock

if TYPE_CHECKING:
    from core.events import Event

QUIET = 10.0


class SilentWatcher(TreeWatcher):
    """Events that never come: a network file system."""

    def start(
        self, root: str, on_dirty: Callable[[str], None], on_trouble: Callable[[str], None]
    ) -> None:
        self.on_dirty, self.on_trouble = on_dirty, on_trouble

    def stop(self) -> None:
        pass


class CountingScanner(FileTreeScanner):
    """Counts looks per run."""

    def __init__(self) -> None:
        self.looks: list[str] = []

    def scan(self, run_directory: str) -> Scan | None:
        self.looks.append(Path(run_directory).name)
        return super().scan(run_directory)


class Bench:
    def __init__(self, root: Path) -> None:
        self.root, self.clock, self.scanner = root, FixedClock(), CountingScanner()
        self.events: list[Event] = []
        self.watch = RunWatch(
            self.scanner, SilentWatcher(), SentinelRule(["DONE"], ["FAILED"]), self.clock,
            self.events.append, quiet_seconds=QUIET,
        )  # fmt: skip
        self.watch.open(str(root))

    def write(self, name: str, text: str = "x") -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def passes(self, *seconds: float) -> None:
        """One pass after each pause."""
        for pause in seconds:
            self.clock.advance(pause)
            self.watch.tick()

    def states(self) -> dict[str, str]:
        return {view.name: view.state.value for view in self.watch.views()}

    def story(self) -> list[str]:
        return [describe(event) for event in self.events]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_run_from_its_directory_to_the_end(bench: Bench) -> None:
    """Detected, new, running, settling, finished: each said once."""
    (bench.root / "OUT/RUN1").mkdir(parents=True)
    bench.passes(0)
    bench.write("OUT/RUN1/data")
    bench.passes(2)
    bench.write("OUT/RUN1/DONE")
    bench.passes(2, 2, 2, 2, 2, 2, 2)
    assert bench.states() == {"RUN1": "finished"}
    words = [type(event).__name__ for event in bench.events]
    assert words == ["RunDetected"] + 3 * ["RunStateChanged"]
    assert [line.split()[1].rstrip(":") for line in bench.story()[1:]] == [
        "running",
        "settling",
        "finished",
    ]


def test_settles_after_the_quiet_period_and_not_before(bench: Bench) -> None:
    """The countdown ends where the state changes, at most one look later."""
    bench.write("RUN1/DONE")
    bench.passes(0, 2, 7.9)
    (view,) = bench.watch.views()
    assert view.state == "settling"
    assert round(view.settles_in, 6) == 0.1
    bench.passes(0.1)
    assert bench.states() == {"RUN1": "finished"}


def test_settled_runs_are_left_alone(bench: Bench) -> None:
    """A finished run costs nothing until something happens to it."""
    bench.write("RUN1/DONE")
    bench.passes(*[2] * 7)
    bench.scanner.looks.clear()
    bench.passes(*[10] * 5)
    assert bench.scanner.looks == []
    bench.write("RUN1/data")
    bench.watch.mark_dirty(str(bench.root / "RUN1"))
    bench.passes(1)
    assert bench.scanner.looks == ["RUN1"]
    assert bench.states() == {"RUN1": "settling"}


def test_new_runs_are_found_without_events(bench: Bench) -> None:
    """Discovery looks at the directories every ten seconds."""
    bench.passes(0)
    bench.write("late/OUT/RUN2/data")
    bench.passes(5)
    assert bench.states() == {}
    bench.passes(5)
    assert bench.states() == {"RUN2": "writing"}


def test_events_find_new_runs_at_once(bench: Bench) -> None:
    """A path outside of all known runs means: look for new ones."""
    bench.passes(0)
    bench.write("OUT/RUN3/data")
    bench.watch.mark_dirty(str(bench.root / "OUT"))
    bench.passes(0.3)
    assert bench.states() == {"RUN3": "writing"}


def test_a_run_that_goes_away(bench: Bench) -> None:
    """Said once; the others stay."""
    bench.write("RUN1/data")
    bench.write("RUN2/data")
    bench.passes(0)
    shutil.rmtree(bench.root / "RUN1")
    bench.passes(2, 2, 2)
    assert bench.states() == {"RUN2": "writing"}
    assert bench.story().count("RUN1     is gone from the tree") == 1


def test_the_whole_tree_goes_away_and_comes_back(bench: Bench, tmp_path: Path) -> None:
    """Frozen as offline, nothing is said to be gone; then the runs settle anew."""
    bench.write("RUN1/DONE")
    bench.passes(*[2] * 7)
    hidden = tmp_path.parent / "hidden"
    bench.root.rename(hidden)
    bench.passes(10, 10)
    assert bench.states() == {"RUN1": "offline"}
    assert "offline" in bench.story()[-1]
    hidden.rename(bench.root)
    bench.passes(10)
    assert bench.states() == {"RUN1": "settling"}
    bench.passes(2, 2, 2, 2, 2)
    assert bench.states() == {"RUN1": "finished"}
    assert not any("gone" in line for line in bench.story())


def test_changed_after_upload(bench: Bench) -> None:
    """What was stored stays finished; what was written since is changed, once settled."""
    bench.write("RUN1/DONE")
    bench.passes(*[2] * 7)
    (view,) = bench.watch.views()
    bench.watch.mark_uploaded(view.path, view.fingerprint)
    bench.write("RUN1/DONE", "again")
    bench.watch.rescan()
    bench.passes(*[2] * 7)
    assert bench.states() == {"RUN1": "changed"}


def test_stored_in_an_earlier_session(bench: Bench) -> None:
    """A run that was stored before the app was started is compared with what was stored."""
    bench.write("RUN1/DONE")
    bench.watch.mark_uploaded(str(bench.root / "RUN1"), "as it was then")
    bench.passes(*[2] * 7)
    assert bench.states() == {"RUN1": "changed"}


def test_growth_is_shown(bench: Bench) -> None:
    """Files, bytes, and how much each look found more."""
    for size in (100, 400, 400):
        bench.write("RUN1/data", "x" * size)
        bench.passes(2)
    (view,) = bench.watch.views()
    assert (view.files, view.bytes, view.activity) == (1, 400, (0, 300, 0))


def test_live_runs_cost_a_bounded_share(bench: Bench) -> None:
    """When looking is slow, looks become rare: at most a twentieth of the time."""
    for number in range(1, 5):
        bench.write(f"RUN{number}/data")
    looked = bench.scanner.scan

    def slow(run_directory: str) -> Scan | None:
        bench.clock.advance(0.5)
        return looked(run_directory)

    bench.scanner.scan = slow
    start = bench.clock.monotonic()
    while bench.clock.monotonic() < start + 600:
        bench.clock.advance(max(0.25, bench.watch.tick()))
    assert 0.5 * len(bench.scanner.looks) < 600 / 20 * 1.3


def test_thread_starts_and_stops(tmp_path: Path) -> None:
    """On its own thread, woken by marks, gone after stop."""
    bench = Bench(tmp_path)
    bench.write("RUN1/data")
    seen = threading.Event()
    bench.watch.stop()
    watch = RunWatch(
        FileTreeScanner(), SilentWatcher(), SentinelRule(["DONE"]), FixedClock(),
        lambda _: seen.set(), quiet_seconds=QUIET,
    )  # fmt: skip
    watch.open(str(tmp_path))
    watch.start()
    assert seen.wait(10)
    watch.stop()
    assert not any(thread.name == "run-watch" for thread in threading.enumerate())
