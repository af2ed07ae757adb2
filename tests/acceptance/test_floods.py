"""However much happens at once: no run is lost, and then it is quiet."""

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from core.events import Event, RunStateChanged, WatchTroubled
from core.finish.finish_rules import FinishRules
from core.finish.run_state import RunState
from core.finish.sentinel import SentinelRule
from core.ports.clock import Clock
from core.ports.tree import FoundRuns, Scan
from core.run_view import RunView
from core.settings import Marker, RuleKind, RuleSettings
from core.watch.assembly import make_run_watch
from core.watch.auto_upload import AutoUpload
from core.watch.auto_upload_choices import AutoUploadChoices
from core.watch.judge_run import WatchPolicy
from storage.machine.system import SystemClock
from storage.tree.tree_scanner import FileTreeScanner
from storage.watching.event_watcher import EventWatcher
from tests.acceptance.flood_writer import LINE
from tests.fakes.clock import FixedClock, within
from tests.fakes.journal import FakeJournal
from tests.fakes.processes import FakeProcesses
from tests.portable.event_sources import has_inotify
from tests.storage.watch_marks import comes_to

pytestmark = pytest.mark.skipif(not has_inotify(), reason="no events that could flood")
_REPOSITORY = Path(__file__).parents[2]
_RULE = SentinelRule(RuleSettings("flooded", RuleKind.SENTINEL, (Marker("DONE"),)))


class CountingScanner(FileTreeScanner):
    """Counts how often each run, and the tree, is looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.looks: Counter[str] = Counter()
        self.discoveries = 0

    def scan(self, run_directory: str) -> Scan | None:
        self.looks[os.path.basename(run_directory)] += 1
        return super().scan(run_directory)

    def find_runs(self, root: str) -> FoundRuns:
        self.discoveries += 1
        return super().find_runs(root)


class HeardWatcher(EventWatcher):
    """Remembers what it marked."""

    def start(
        self, root: str, on_dirty: Callable[[str], None], on_trouble: Callable[[str], None]
    ) -> None:
        self.marks: set[str] = set()

        def heard(path: str) -> None:
            on_dirty(path)
            self.marks.add(path)

        super().start(root, heard, on_trouble)


class CountingAutoUpload(AutoUpload):
    """Counts the passes of the watch: each asks it once."""

    passes = 0

    def consider(self, runs: Iterable[RunView]) -> tuple[list[RunView], float]:
        self.passes += 1
        return super().consider(runs)


class Watched:
    """The watch engine at work on a tree, with the real watcher; a run settles in two looks."""

    def __init__(self, root: Path, clock: Clock) -> None:
        self.root, self.events = root, list[Event]()
        self.scanner, self.watcher = CountingScanner(), HeardWatcher()
        journal = FakeJournal()
        self.auto_upload = CountingAutoUpload(
            lambda _: None,
            AutoUploadChoices(journal),
            clock,
            self.events.append,
            countdown_seconds=0,
        )
        self.watch = make_run_watch(
            scanner=self.scanner,
            watcher_of=lambda _: self.watcher,
            rules=FinishRules.only(_RULE),
            processes=FakeProcesses(),
            auto_upload=self.auto_upload,
            journal=journal,
            clock=clock,
            publish=self.events.append,
            policy=WatchPolicy(quiet_seconds=0, stall_seconds=1e9),
        )
        self.watch.open([str(root)])
        self.watch.start()
        assert comes_to(lambda: str(root) in self.watcher.marks and self.watch.passed)

    def finished(self) -> dict[str, int | None]:
        """Files of each run that is finished, as far as was told."""
        views = self.watch.views()
        return {view.name: view.files for view in views if view.state is RunState.DONE}

    def troubles(self) -> set[str]:
        return {event.reason for event in self.events if isinstance(event, WatchTroubled)}

    def catch_up(self) -> None:
        """What has happened so far was marked."""
        last = self.root / f"last{len(self.watcher.marks)}"
        last.touch()
        assert comes_to(lambda: str(last) in self.watcher.marks)

    def go_on(self) -> None:
        """A whole pass, begun after this moment."""
        before, nothing = self.auto_upload.passes, str(self.root / ".nothing")

        def passed() -> bool:
            self.watch.mark_dirty(nothing)
            return self.auto_upload.passes >= before + 2

        assert comes_to(passed)

    def forget(self) -> None:
        self.scanner.looks.clear()
        self.scanner.discoveries = 0


New = Callable[..., Watched]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[New]:
    """Watches the tree, as the test finds it, until the test ends."""
    made: list[Watched] = []
    root = tmp_path / "tree"
    root.mkdir()

    def make(clock: Clock) -> Watched:
        made.append(Watched(root, clock))
        return made[-1]

    yield make
    for each in made:
        each.watch.close(within(10))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return tmp_path / "tree"


def fill(run: Path, files: int) -> None:
    """Files, then the sign that there are no more."""
    run.mkdir(parents=True, exist_ok=True)
    for number in range(files):
        os.close(os.open(run / f"file{number}", os.O_WRONLY | os.O_CREAT))
    (run / "DONE").write_text("")


def test_ten_thousand_appends_a_second(watched: New, tree: Path) -> None:
    """
    Given a simulator that appends 10,000 times a second to 200 files of four runs
    When it ends after three seconds
    Then each run is finished once, with every byte, and was looked at seldom meanwhile.
    """
    found = watched(SystemClock())
    appends, files = 30_000, 50
    flood = [*map(str, (tree, 4, files, 10_000, 3))]
    subprocess.run(
        [sys.executable, "-m", "tests.acceptance.flood_writer", *flood],
        cwd=_REPOSITORY,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    runs = {f"RUN{number}": files + 1 for number in range(1, 5)}
    assert comes_to(lambda: found.finished() == runs)
    assert {view.bytes for view in found.watch.views()} == {appends // 4 * len(LINE)}
    changes = [event for event in found.events if isinstance(event, RunStateChanged)]
    finished = [event.run.name for event in changes if event.run.state is RunState.DONE]
    assert sorted(finished) == sorted(runs)
    assert found.scanner.looks.total() < appends / 100


@pytest.fixture
def may_read(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """While it is not set, watchers leave events to the kernel, but for one reading under way."""
    from storage.watching.reporting_inotify import ReportingFD  # not on every system

    allowed = threading.Event()
    allowed.set()

    class HeldFD(ReportingFD):
        def _read_event_buffer(self, event_buffer_size: int) -> bytes:
            allowed.wait()
            return super()._read_event_buffer(event_buffer_size)

    monkeypatch.setattr("storage.watching.reporting_inotify.ReportingFD", HeldFD)
    yield allowed
    allowed.set()


def test_overflow(watched: New, tree: Path, may_read: threading.Event) -> None:
    """
    Given finished runs that nobody looks at any more, and a watcher that does not read for a while
    When 20,000 files appear in them, and new runs, so that the kernel drops events
    Then that is told, and every run ends with all its files.
    """
    runs = [tree / f"1/OUT/RUN{number}" for number in range(10, 20)]
    for run in runs:
        fill(run, 0)
    found = watched(FixedClock())
    assert comes_to(lambda: found.finished() == dict.fromkeys((run.name for run in runs), 1))
    found.catch_up()

    may_read.clear()
    for run in runs:
        fill(run, 2000)  # two events of each file: the kernel keeps 16,384
        fill(run.parent / f"late/{run.name}0", 100)
    may_read.set()
    assert comes_to(lambda: any("dropped" in trouble for trouble in found.troubles()))
    counts = dict.fromkeys((run.name for run in runs), 2001)
    counts |= dict.fromkeys((f"{run.name}0" for run in runs), 101)
    assert comes_to(lambda: found.finished() == counts)
    assert all("dropped" in trouble for trouble in found.troubles())


def test_ten_thousand_directories(watched: New, tree: Path) -> None:
    """
    Given a tree of 5,000 directories with runs in some of them
    When 5,000 more appear
    Then all runs are found, and from then on nothing is looked at but what is due.
    """
    clock = FixedClock()
    names = [f"RUN{number}" for number in range(1, 1001)]

    def half(name: str, runs: list[str]) -> None:
        for number, run in enumerate(runs):
            group = tree / name / f"group{number // 20}"
            for below in ("DAILY", "WEEKLY", "LOGS"):
                (group / "OUT" / run / below).mkdir(parents=True)
            (group / "OUT" / run / "DONE").touch()
        for number in range(2950):
            (tree / name / f"inputs{number // 100}/{number}").mkdir(parents=True)

    half("before", names[:500])
    found = watched(clock)
    half("after", names[500:])
    assert comes_to(lambda: found.finished() == dict.fromkeys(names, 1))
    found.catch_up()
    found.go_on()

    found.forget()
    clock.advance(10)
    found.go_on()
    assert (found.scanner.discoveries, found.scanner.looks) == (1, {}), (
        "only new runs are looked for"
    )

    found.forget()
    (tree / "before/group0/OUT/RUN7/DONE").write_text("again")
    assert comes_to(lambda: found.scanner.looks["RUN7"] >= 2)
    found.catch_up()
    found.go_on()
    assert set(found.scanner.looks) == {"RUN7"}, "only what changed is looked at"

    found.forget()
    clock.advance(2600)
    found.go_on()
    assert found.scanner.looks == {}
    clock.advance(2000)
    found.go_on()
    assert found.scanner.looks == dict.fromkeys(names, 1), "the hourly sweep"
