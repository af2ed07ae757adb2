"""The watch engine on real directories, pass by pass, with a clock that stands still."""

import os
import shutil
import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from core.errors import StateError
from core.events import Event, RunDetected, RunStateChanged, RunVanished, WatchTroubled
from core.finish.finish_rules import FinishRules
from core.finish.quiet import QuietRule
from core.finish.rule import FinishRule, Outcome, Verdict
from core.finish.run_state import Patience
from core.finish.sentinel import SentinelRule
from core.ports.journal.bindings import StoredSource
from core.ports.processes import Process
from core.ports.tree import FoundRuns, Scan
from core.settings import Marker, RuleKind, RuleSettings
from core.upload.upload_request import UploadRequest
from core.watch.assembly import make_run_watch
from core.watch.auto_upload import AutoUpload
from core.watch.auto_upload_choices import AutoUploadChoices
from core.watch.judge_run import WatchPolicy
from core.watch.watched_run import WatchedRun
from storage.tree.tree_scanner import FileTreeScanner
from tests.fakes.clock import FixedClock, within
from tests.fakes.journal import FakeJournal, FakeStateFile
from tests.fakes.processes import FakeProcesses
from tests.fakes.tree import FakeTreeWatcher
from tui.wording.events import describe

QUIET, STALL, COUNTDOWN = 10.0, 1000.0, 5.0


class CountingScanner(FileTreeScanner):
    """Counts looks per run; can be told that a directory lies on another device."""

    def __init__(self) -> None:
        super().__init__()
        self.looks: list[str] = []
        self.devices: dict[str, int] = {}
        self.bad: dict[str, Exception] = {}
        self.on_look = lambda: None

    def scan(self, run_directory: str) -> Scan | None:
        if error := self.bad.get(Path(run_directory).name):
            raise error
        self.looks.append(Path(run_directory).name)
        self.on_look()
        return super().scan(run_directory)

    def device(self, path: str) -> int:
        return self.devices.get(Path(path).name, super().device(path))


RULE = RuleSettings(
    "worked", RuleKind.SENTINEL, (Marker("DONE"),), (Marker("FAILED"),), program="sim"
)


class Bench:
    """A second one on the same `file` is the next session."""

    def __init__(
        self,
        *roots: Path,
        file: FakeStateFile | None = None,
        clock: FixedClock | None = None,
        upload_failed: bool = False,
        rule: FinishRule | None = None,
    ) -> None:
        self.root, self.clock, self.rule = roots[0], clock or FixedClock(), rule
        self.scanner, self.workers = CountingScanner(), FakeProcesses()
        self.events: list[Event] = []
        self.watchers: dict[str, FakeTreeWatcher] = {}
        self.file = file or FakeStateFile()
        self.journal = FakeJournal("s3://lab", self.file)
        self.submitted: list[str] = []
        self.refused: dict[str, Exception] = {}
        self.auto = AutoUpload(
            self._submit,
            AutoUploadChoices(self.journal),
            self.clock,
            self.events.append,
            countdown_seconds=COUNTDOWN,
            upload_failed=upload_failed,
        )
        self.watch = make_run_watch(
            scanner=self.scanner,
            watcher_of=lambda root: self.watchers.setdefault(root, FakeTreeWatcher()),
            rules=FinishRules.only(rule or SentinelRule(RULE)),
            processes=self.workers,
            auto_upload=self.auto,
            journal=self.journal,
            clock=self.clock,
            publish=self.events.append,
            policy=WatchPolicy(QUIET, STALL),
        )
        self.watch.open(map(str, roots))
        self.watch.remember()

    def next_session(self, closed_for: float = 0.0) -> "Bench":
        """Nothing was said to the one before: it may as well have been killed."""
        clock = FixedClock(self.clock.now())
        clock.advance(closed_for)
        return Bench(self.root, file=self.file, clock=clock, rule=self.rule)

    def _submit(self, request: UploadRequest) -> None:
        if error := self.refused.get(Path(request.source).name):
            raise error
        self.submitted.append(request.source)

    def write(self, name: str, text: str = "x") -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def passes(self, *seconds: float) -> None:
        """One pass after each pause."""
        for pause in seconds:
            self.clock.advance(pause)
            self.watch.tick()

    def looked(self) -> dict[str, str]:
        """The states when what is still has settled."""
        self.passes(0, QUIET)
        return self.states()

    def states(self) -> dict[str, str]:
        return {view.name: view.state.value for view in self.watch.views()}

    def story(self) -> list[str]:
        return [describe(event) for event in self.events]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_run_from_its_directory_to_the_end(bench: Bench) -> None:
    """Detected, running, settling, done: each said once."""
    (bench.root / "OUT/RUN1").mkdir(parents=True)
    bench.passes(0)
    bench.write("OUT/RUN1/data")
    bench.passes(2)
    bench.write("OUT/RUN1/DONE")
    bench.passes(2, 2, 2, 2, 2, 2, 2)
    assert bench.states() == {"RUN1": "done"}
    words = [type(event).__name__ for event in bench.events]
    assert words == ["RunDetected"] + 2 * ["RunStateChanged"]
    assert [line.split()[1].rstrip(":") for line in bench.story()[1:]] == ["settling", "done"]


def test_settles_after_the_quiet_period_and_not_before(bench: Bench) -> None:
    """The countdown ends where the state changes, at most one look later."""
    bench.write("RUN1/DONE")
    bench.passes(0, 2, 7.9)
    (view,) = bench.watch.views()
    assert view.state == "settling"
    assert round(view.settles_in, 6) == 0.1
    bench.passes(0.1)
    assert bench.states() == {"RUN1": "done"}


def test_a_failed_run_does_not_settle(bench: Bench) -> None:
    """It is said to have failed as soon as it is seen; unless its program still writes there."""
    bench.write("RUN1/FAILED")
    bench.write("RUN2/FAILED")
    bench.workers.found = [Process(4711, (), str(bench.root / "RUN2"))]
    bench.passes(0)
    assert bench.states() == {"RUN1": "failed", "RUN2": "running"}


def test_a_failed_run_that_goes_on(bench: Bench) -> None:
    """For the quiet period it is looked at as often as a live one, without any event."""
    bench.write("RUN1/FAILED")
    bench.passes(0, 2, 2)
    bench.write("RUN1/DONE")
    (bench.root / "RUN1/FAILED").unlink()
    bench.passes(2)
    assert bench.states() == {"RUN1": "settling"}
    bench.passes(2, 2, 2, 2, 2)
    bench.scanner.looks.clear()
    bench.passes(*[10] * 5)
    assert (bench.states(), bench.scanner.looks) == ({"RUN1": "done"}, [])


def test_a_failed_run_is_uploaded_when_it_was_quiet(tmp_path: Path) -> None:
    """That it has failed is said at once; what follows an error is not left out."""
    bench = Bench(tmp_path, upload_failed=True)
    bench.auto.set_on(str(tmp_path), on=True)
    bench.write("RUN1/FAILED")
    bench.passes(0, 2, 2, 2, 2, 1)
    (view,) = bench.watch.views()
    assert (view.state, view.uploads_in) == ("failed", None)
    bench.passes(2)
    (view,) = bench.watch.views()
    assert view.uploads_in == COUNTDOWN
    bench.passes(COUNTDOWN)
    assert bench.submitted == [str(tmp_path / "RUN1")]


@pytest.mark.parametrize("year", [1901, 1970, 2100])
def test_impossible_times(bench: Bench, year: int) -> None:
    """When such a run was written last is not known, until it is seen to change."""
    bench.write("RUN1/data")
    seconds = datetime(year, 1, 1, tzinfo=UTC).timestamp()
    for path in (bench.root / "RUN1/data", bench.root / "RUN1"):
        os.utime(path, (seconds, seconds))
    bench.passes(0, 2)
    (view,) = bench.watch.views()
    assert (view.state, view.changed_at) == ("running", None)
    bench.write("RUN1/data", "more")
    bench.passes(2)
    (view,) = bench.watch.views()
    assert view.changed_at == bench.clock.now()


def test_one_file_of_the_future_hides_no_stall(bench: Bench) -> None:
    """A killed run is not taken for a running one because somebody has dated one of its files."""
    bench.write("RUN1/data")
    bench.write("RUN1/dated")
    now = bench.clock.now().timestamp()
    os.utime(bench.root / "RUN1/data", (0, now - 2 * STALL))
    os.utime(bench.root / "RUN1/dated", (0, now + 10 * 365 * 86400))
    os.utime(bench.root / "RUN1", (0, now - 3 * STALL))
    bench.passes(0)
    (view,) = bench.watch.views()
    assert view.state == "stalled"
    assert view.changed_at == bench.clock.now() - timedelta(seconds=2 * STALL)


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
    assert bench.states() == {"RUN2": "running"}


def test_events_find_new_runs_at_once(bench: Bench) -> None:
    """A path outside of all known runs means: look for new ones."""
    bench.passes(0)
    bench.write("OUT/RUN3/data")
    bench.watch.mark_dirty(str(bench.root / "OUT"))
    bench.passes(0.3)
    assert bench.states() == {"RUN3": "running"}


def test_a_run_that_goes_away(bench: Bench) -> None:
    """Said once; the others stay."""
    bench.write("RUN1/data")
    bench.write("RUN2/data")
    bench.passes(0)
    shutil.rmtree(bench.root / "RUN1")
    bench.passes(2, 2, 2)
    assert bench.states() == {"RUN2": "running"}
    assert bench.story().count("RUN1     is gone from the tree") == 1


def test_gone_before_it_was_looked_at(bench: Bench) -> None:
    """A directory that was there for a moment only is not waited for."""
    bench.write("RUN1/DONE")
    bench.write("RUN2/DONE")
    looked = bench.scanner.scan

    def scan(run_directory: str) -> Scan | None:
        if run_directory.endswith("RUN2"):
            shutil.rmtree(run_directory, ignore_errors=True)
        return looked(run_directory)

    bench.scanner.scan = scan
    bench.passes(*[2] * 8)
    assert bench.states() == {"RUN1": "done"}


def test_the_whole_tree_goes_away_and_comes_back(bench: Bench, tmp_path: Path) -> None:
    """Frozen as offline, nothing is said to be gone; what did not change is finished as before."""
    bench.write("RUN1/DONE")
    bench.passes(*[2] * 7)
    hidden = tmp_path.parent / "hidden"
    bench.root.rename(hidden)
    bench.passes(10, 10)
    assert bench.states() == {"RUN1": "offline"}
    assert "offline" in bench.story()[-1]
    assert bench.watch.roots()[0].offline
    hidden.rename(bench.root)
    bench.passes(10)
    assert bench.states() == {"RUN1": "done"}
    assert not bench.watch.roots()[0].offline
    assert not any(isinstance(event, RunVanished) for event in bench.events)


def test_an_empty_mount_point_is_not_an_empty_tree(bench: Bench) -> None:
    """Runs that vanish together with their file system were not deleted."""
    bench.write("OUT/RUN1/DONE")
    bench.write("OUT/RUN2/data")
    bench.passes(*[2] * 7)
    shutil.move(bench.root / "OUT", bench.root.parent / "unmounted")
    (bench.root / "OUT").mkdir()
    bench.scanner.devices = {"RUN1": 99, "RUN2": 99}
    bench.passes(10, 10)
    assert bench.states() == {"RUN1": "offline", "RUN2": "offline"}
    assert "not mounted" in bench.watch.roots()[0].offline
    (bench.root / "OUT").rmdir()
    shutil.move(bench.root.parent / "unmounted", bench.root / "OUT")
    bench.passes(10)
    assert bench.states() == {"RUN1": "done", "RUN2": "running"}
    assert not any(isinstance(event, RunVanished) for event in bench.events)


def test_a_directory_that_cannot_be_read_hides_its_runs(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are offline, with the reason; the others go on."""
    bench.write("A/RUN1/DONE")
    bench.write("B/RUN2/DONE")
    bench.passes(*[2] * 7)
    real, locked = os.scandir, str(bench.root / "A")

    def scandir(path: object) -> object:
        if path == locked:
            raise PermissionError(13, "Permission denied")
        return real(path)  # pyright: ignore[reportArgumentType, reportCallIssue, reportUnknownVariableType]

    with monkeypatch.context() as patched:
        patched.setattr(os, "scandir", scandir)
        bench.passes(10)
    assert bench.states() == {"RUN1": "offline", "RUN2": "done"}
    assert bench.watch.views()[0].reason == "Permission denied"
    bench.passes(10)
    assert bench.states() == {"RUN1": "done", "RUN2": "done"}


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


def test_stored_is_known(bench: Bench) -> None:
    """As it is now, and not as it was once."""
    bench.write("RUN1/DONE")
    bench.passes(0)
    (view,) = bench.watch.views()
    assert not view.stored
    bench.watch.mark_uploaded(view.path, view.fingerprint)
    bench.passes(1)
    assert bench.watch.views()[0].stored
    bench.write("RUN1/DONE", "again")
    bench.passes(2)
    assert not bench.watch.views()[0].stored


def test_stored_by_another_process(bench: Bench) -> None:
    """What others store on the same state counts; what they delete does not come back by itself."""
    bench.write("RUN1/DONE")
    bench.passes(*[2] * 7)
    (view,) = bench.watch.views()
    other = FakeJournal("s3://lab", bench.file)
    other.put_stored(view.path, StoredSource(view.fingerprint, 1, 1))
    bench.passes(1)
    assert bench.watch.views()[0].stored
    bench.auto.set_on(str(bench.root), on=True)
    other.forget_job(1)
    bench.passes(1, COUNTDOWN, 60)
    assert not bench.watch.views()[0].stored
    assert bench.submitted == []


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


def test_stalled_and_going_on(bench: Bench) -> None:
    """Unfinished and still for very long: said once; it may go on."""
    bench.write("RUN1/data")
    bench.passes(0, *[60] * 17)
    assert bench.states() == {"RUN1": "stalled"}
    bench.write("RUN1/data", "more")
    bench.passes(60)
    assert bench.states() == {"RUN1": "running"}


def test_several_roots(tmp_path: Path) -> None:
    """Each has its own watcher and goes offline by itself; one inside another is left out."""
    first, second = tmp_path / "a", tmp_path / "b"
    for place in (first / "RUN1", second / "OUT/RUN2"):
        place.mkdir(parents=True)
    bench = Bench(second, first, second / "OUT")
    bench.passes(0)
    assert [root.path for root in bench.watch.roots()] == [str(first), str(second)]
    assert [view.root for view in bench.watch.views()] == [str(first), str(second)]
    shutil.move(first, tmp_path / "away")
    bench.passes(10)
    assert bench.states() == {"RUN1": "offline", "RUN2": "running"}
    assert [bool(root.offline) for root in bench.watch.roots()] == [True, False]


def test_dot_directories_are_none_of_our_business(bench: Bench) -> None:
    """What a compiler does in its own corner does not even cost a look around."""
    bench.passes(0)
    bench.write(".tmp_dir-4711/RUN1/data")
    bench.write("OUT/RUN2/data")
    bench.watch.mark_dirty(str(bench.root / ".tmp_dir-4711/RUN1/data"))
    bench.passes(1)
    assert bench.states() == {}
    bench.passes(10)
    assert bench.states() == {"RUN2": "running"}


def test_finished_while_nobody_watched(bench: Bench) -> None:
    """A run that finished between two sessions is found and settles like any other."""
    bench.write("RUN1/data")
    bench.passes(0, 2)
    bench.write("RUN1/DONE")
    later = bench.next_session(closed_for=3600)
    later.passes(0)
    assert later.states() == {"RUN1": "settling"}
    later.passes(10)
    assert later.states() == {"RUN1": "done"}


def test_finished_before_and_still_the_same(bench: Bench) -> None:
    """What an earlier session saw counts as the first of two looks: one more confirms it."""
    bench.write("RUN1/DONE")
    bench.write("RUN2/FAILED")
    bench.passes(*[2] * 7)
    later = bench.next_session(closed_for=60)
    later.passes(0)
    assert later.states() == {"RUN1": "done", "RUN2": "failed"}
    assert [type(event) for event in later.events] == [RunDetected, RunDetected]


def test_a_killed_session_forgets_no_settling(bench: Bench) -> None:
    """The quiet period goes on while RunFerry does not run."""
    bench.write("RUN1/DONE")
    bench.passes(0, 2)
    later = bench.next_session(closed_for=5)
    later.passes(0)
    assert later.states() == {"RUN1": "settling"}
    later.passes(3)
    assert later.states() == {"RUN1": "done"}


def test_a_clock_that_was_set_back(bench: Bench) -> None:
    """Without a trustworthy age the run has to be quiet anew."""
    bench.write("RUN1/DONE")
    bench.passes(*[2] * 7)
    later = Bench(
        bench.root, file=bench.file, clock=FixedClock(bench.clock.now() - timedelta(hours=1))
    )
    later.passes(0)
    assert later.states() == {"RUN1": "settling"}
    later.passes(9.9)
    assert later.states() == {"RUN1": "settling"}
    later.passes(0.1)
    assert later.states() == {"RUN1": "done"}


def test_stalled_across_sessions(bench: Bench) -> None:
    """Nobody keeps the app open for a day: the age counts from the last change that was seen."""
    bench.write("RUN1/data")
    bench.passes(0, 2)
    later = bench.next_session(closed_for=STALL)
    later.passes(0)
    assert later.states() == {"RUN1": "stalled"}


def test_a_state_that_cannot_be_saved(bench: Bench) -> None:
    """The watch goes on, and saves when it can again."""
    bench.write("RUN1/DONE")
    bench.passes(0, 2)
    bench.journal.fail_next("put_watched", StateError("disk full"))
    bench.passes(8)
    assert bench.states() == {"RUN1": "done"}
    (record,) = bench.journal.watched(str(bench.root))
    assert record.state == "settling"
    bench.passes(60)
    (record,) = bench.journal.watched(str(bench.root))
    assert record.state == "done"


def test_what_is_gone_is_forgotten(bench: Bench) -> None:
    """By the next session as well."""
    bench.write("RUN1/DONE")
    bench.passes(0, 2)
    shutil.rmtree(bench.root / "RUN1")
    bench.passes(10)
    assert bench.journal.watched(str(bench.root)) == []


def test_a_look_that_fails_is_not_remembered(bench: Bench) -> None:
    """The next session knows what the one before had seen, not that this one saw nothing."""
    bench.write("RUN1/DONE")
    bench.passes(*[2] * 7)
    again = bench.next_session()
    again.scanner.bad["RUN1"] = RecursionError()
    again.passes(0)
    (record,) = again.journal.watched(str(bench.root))
    assert record.state == "done"


def test_stopped_between_two_looks(bench: Bench) -> None:
    """A tree of thousands of runs on a slow disk keeps nobody waiting."""
    for name in ("RUN1", "RUN2", "RUN3"):
        bench.write(f"{name}/DONE")
    bench.scanner.on_look = bench.watch.stop
    bench.passes(0)
    assert bench.scanner.looks == ["RUN1"]


def test_uploads_by_itself(bench: Bench) -> None:
    """Finished, announced, queued once; the user may see the countdown and hold it."""
    bench.auto.set_on(str(bench.root), on=True)
    bench.write("RUN1/DONE")
    bench.write("RUN2/DONE")
    bench.passes(*[2] * 7)
    assert [view.uploads_in for view in bench.watch.views()] == [3.0, 3.0]
    bench.auto.hold(str(bench.root / "RUN2"))
    bench.passes(3, 10, 60)
    assert bench.submitted == [str(bench.root / "RUN1")]
    assert [(v.uploads_in, v.held) for v in bench.watch.views()] == [(None, False), (None, True)]


def test_a_decision_counts_at_once(tmp_path: Path) -> None:
    """The watch may be asleep for ten seconds when the user turns it on."""
    bench = Bench(tmp_path)
    bench.write("RUN1/DONE")
    bench.passes(*[2] * 7)
    bench.watch.start()
    try:
        while not bench.watch.passed:
            threading.Event().wait(0.01)
        bench.auto.set_on(str(tmp_path), on=True)
        looks = 0
        while bench.watch.views()[0].uploads_in is None and (looks := looks + 1) < 400:
            threading.Event().wait(0.01)
        assert bench.watch.views()[0].uploads_in is not None
    finally:
        bench.watch.close(within(10))


def test_wakes_for_the_end_of_a_countdown(bench: Bench) -> None:
    """The next pass is due when the countdown ends, however long everything is quiet."""
    bench.auto.set_on(str(bench.root), on=True)
    bench.write("RUN1/DONE")
    bench.passes(0)
    bench.clock.advance(10)
    assert 0 < bench.watch.tick() <= COUNTDOWN


def test_queued_once_also_across_sessions(bench: Bench) -> None:
    """A run whose upload failed is not queued at every start: it waits in the queue."""
    bench.auto.set_on(str(bench.root), on=True)
    bench.write("RUN1/DONE")
    bench.passes(*[2] * 9)
    assert len(bench.submitted) == 1
    later = bench.next_session(closed_for=60)
    later.passes(0, 60, 60)
    assert later.submitted == []
    later.write("RUN1/DONE", "again")
    later.watch.rescan()
    later.passes(0, 10, 10)
    assert len(later.submitted) == 1


def test_finished_before_it_was_turned_on(bench: Bench) -> None:
    """What is finished and not stored is queued, whenever that happened; what is stored is not."""
    bench.write("RUN1/DONE")
    bench.write("RUN2/DONE")
    bench.passes(*[2] * 7)
    stored = bench.watch.views()[1]
    bench.watch.mark_uploaded(stored.path, stored.fingerprint)
    bench.auto.set_on(str(bench.root), on=True)
    bench.passes(1, COUNTDOWN, 60)
    assert bench.submitted == [str(bench.root / "RUN1")]


def test_changed_after_upload_is_never_queued_by_itself(bench: Bench) -> None:
    """A new version is offered, not forced."""
    bench.auto.set_on(str(bench.root), on=True)
    path = str(bench.root / "RUN1")
    bench.journal.put_stored(path, StoredSource("as it was", 1, 1))
    bench.watch.remember()
    bench.write("RUN1/DONE")
    bench.passes(*[10] * 5)
    assert bench.states() == {"RUN1": "changed"}
    assert bench.submitted == []


def test_what_was_stored_was_deleted(bench: Bench) -> None:
    """It is neither stored nor changed since, and does not come back by itself."""
    bench.auto.set_on(str(bench.root), on=True)
    bench.journal.put_stored(str(bench.root / "RUN1"), StoredSource("", 1, 1))
    bench.watch.remember()
    bench.write("RUN1/DONE")
    bench.passes(*[10] * 5)
    (view,) = (view for view in bench.watch.views() if view.name == "RUN1")
    assert (bench.states(), view.stored, view.outdated) == ({"RUN1": "done"}, False, False)
    assert bench.submitted == []


def test_a_process_in_a_finished_run(bench: Bench) -> None:
    """A run that is written again shows in its process before any file changes."""
    bench.write("RUN1/DONE")
    bench.passes(*[2] * 7)
    assert bench.states() == {"RUN1": "done"}
    bench.workers.found = [Process(4711, (), str(bench.root / "RUN1"))]
    bench.passes(10)
    assert bench.states() == {"RUN1": "running"}
    bench.passes(60, *[60] * 20)
    assert bench.states() == {"RUN1": "running"}, "a live process does not stall"
    bench.workers.found = []
    bench.passes(10, 10)
    assert bench.states() == {"RUN1": "done"}


def test_blind_watchers_are_made_up_for(bench: Bench) -> None:
    """Where no events come, what has ended is looked at soon again, and in the end every ten minutes."""
    bench.write("RUN1/DONE")
    bench.passes(0)
    bench.watchers[str(bench.root)].why_blind = "nfs4 reports no events"
    bench.passes(*[2] * 7)
    assert bench.states() == {"RUN1": "done"}
    seconds: list[int] = []
    for at in range(0, 3600, 10):
        bench.scanner.looks.clear()
        bench.passes(10)
        seconds += [at] * len(bench.scanner.looks)
    pauses = [later - earlier for earlier, later in pairwise(seconds)]
    assert seconds[0] <= 20
    assert pauses[:4] == sorted(pauses[:4])
    assert set(pauses[-2:]) <= set(range(450, 770, 10))
    assert len(seconds) < 15
    assert bench.watch.roots()[0].blind == "nfs4 reports no events"


def test_settled_runs_are_swept(bench: Bench) -> None:
    """An event that was lost is made up for within about an hour."""
    bench.write("RUN1/DONE")
    bench.passes(*[2] * 7)
    bench.write("RUN1/data")
    bench.passes(*[60] * 76)
    assert any(isinstance(e, RunStateChanged) and e.run.state == "settling" for e in bench.events)


def test_trouble_heals_by_looking_at_everything(tmp_path: Path) -> None:
    """It is said, and every run is looked at again."""
    bench = Bench(tmp_path)
    bench.write("RUN1/DONE")
    bench.watch.start()
    try:
        deadline = threading.Event()
        watcher = bench.watchers[str(tmp_path)]
        while not bench.scanner.looks and not deadline.wait(0.01):
            pass
        before = len(bench.scanner.looks)
        watcher.on_trouble("the kernel dropped events")
        while len(bench.scanner.looks) == before and not deadline.wait(0.01):
            pass
    finally:
        bench.watch.close(within(10))
    assert any(isinstance(event, WatchTroubled) for event in bench.events)


def test_thread_starts_and_stops(tmp_path: Path) -> None:
    """On its own thread, gone after stop, with what is known saved, also what could have waited."""
    bench = Bench(tmp_path)
    bench.write("RUN1/data")
    bench.passes(0)
    (before,) = bench.journal.watched(str(tmp_path))
    bench.write("RUN1/data", "more")
    bench.watch.start()
    looks = len(bench.scanner.looks)
    bench.watch.rescan()
    while len(bench.scanner.looks) == looks:
        threading.Event().wait(0.01)
    bench.watch.close(within(10))
    assert not any(thread.name == "run-watch" for thread in threading.enumerate())
    (after,) = bench.journal.watched(str(tmp_path))
    assert (before.state, after.state) == ("running", "running")
    assert before.fingerprint != after.fingerprint


def test_a_run_that_cannot_be_looked_at(bench: Bench) -> None:
    """It is shown with the reason and no state is claimed; the others go on; it comes back."""
    bench.write("OUT/RUN1/DONE")
    bench.write("OUT/RUN2/DONE")
    bench.write("OUT/RUN3/DONE")
    bench.scanner.bad["RUN2"] = MemoryError("too much of key=AKIAIOSFODNN7EXAMPLE")
    bench.passes(0, 5, 5)
    assert bench.states() == {"RUN1": "done", "RUN2": "offline", "RUN3": "done"}
    (bad,) = (view for view in bench.watch.views() if view.name == "RUN2")
    assert bad.reason.startswith("could not be looked at: Unexpected MemoryError: too much")
    assert "AKIA" not in bad.reason
    bench.scanner.bad.clear()
    bench.passes(60, 10, 10)
    assert bench.states()["RUN2"] == "done"
    events = [e for e in bench.events if isinstance(e, RunDetected | RunStateChanged)]
    told = [event.run.state.value for event in events if event.run.name == "RUN2"]
    assert told == ["offline", "settling", "done"]


def test_a_run_that_cannot_be_looked_at_any_more(bench: Bench) -> None:
    """What is known of it stays; when it can be looked at again nothing has to be proven anew."""
    bench.write("OUT/RUN1/DONE")
    bench.passes(0, 5, 5)
    bench.scanner.bad["RUN1"] = RecursionError()
    bench.watch.rescan()
    bench.passes(1, 1)
    assert bench.states() == {"RUN1": "offline"}
    bench.scanner.bad.clear()
    bench.passes(60)
    assert bench.states() == {"RUN1": "done"}
    assert bench.watch.views()[0].files == 1


def test_a_root_that_cannot_be_looked_at(tmp_path: Path) -> None:
    """It is offline; the other one is watched."""
    bench = Bench(tmp_path / "a", tmp_path / "b")
    bench.write("RUN1/data")
    (tmp_path / "b/RUN2").mkdir(parents=True)
    find = bench.scanner.find_runs

    def failing(root: str) -> FoundRuns:
        if root.endswith("/a"):
            raise ValueError("odd")
        return find(root)

    bench.scanner.find_runs = failing  # type: ignore[method-assign]
    bench.passes(0)
    assert bench.states() == {"RUN2": "running"}
    assert [root.offline for root in bench.watch.roots()] == ["Unexpected ValueError: odd", ""]


def test_a_run_that_cannot_be_queued(bench: Bench) -> None:
    """Whatever goes wrong with one: it is refused, the others are queued."""
    bench.write("OUT/RUN1/DONE")
    bench.write("OUT/RUN2/DONE")
    bench.refused["RUN1"] = KeyError("odd")
    bench.auto.set_on(str(bench.root), on=True)
    bench.passes(0, 5, 5, 5)
    assert [Path(path).name for path in bench.submitted] == ["RUN2"]
    assert any("could not be queued for upload: Unexpected KeyError" in s for s in bench.story())


def writes_into(bench: Bench, *runs: str, pid: int = 4711) -> None:
    """From now on."""
    bench.workers.found = [
        Process(pid + n, (), str(bench.root / run), "sim") for n, run in enumerate(runs)
    ]


class TestDead:
    """Who wrote into a run has ended, and the marker is not there."""

    def test_said_to_be_dead(self, bench: Bench) -> None:
        """When nothing has been written for the quiet period, with the reason; once."""
        writes_into(bench, "RUN1")
        bench.write("RUN1/data")
        bench.passes(0, 10)
        writes_into(bench)
        bench.passes(1)
        assert bench.states() == {"RUN1": "settling"}
        bench.passes(9)
        assert bench.states() == {"RUN1": "settling"}
        bench.passes(1, 600, 600)
        assert bench.story() == [
            "RUN1     detected, running: sim is running (pid 4711)",
            "RUN1     settling: sim (pid 4711) was writing here and has ended, but DONE is not there yet",
            "RUN1     stopped: sim (pid 4711) was writing here and has ended, but DONE is not there yet",
        ]

    def test_ended_well(self, bench: Bench) -> None:
        """What it left says that it is done."""
        writes_into(bench, "RUN1")
        bench.write("RUN1/data")
        bench.passes(0)
        bench.write("RUN1/DONE")
        bench.passes(2)
        writes_into(bench)
        bench.passes(1, *[2] * 6)
        assert bench.states() == {"RUN1": "done"}

    def test_started_again(self, bench: Bench) -> None:
        """As a scheduler does within seconds, or a user hours later, also with the same process id."""
        writes_into(bench, "RUN1")
        bench.write("RUN1/data")
        bench.passes(0)
        writes_into(bench)
        bench.passes(1)
        writes_into(bench, "RUN1", pid=4712)
        bench.passes(5)
        assert bench.states() == {"RUN1": "running"}
        writes_into(bench)
        bench.passes(1, 20)
        assert bench.states() == {"RUN1": "stopped"}
        writes_into(bench, "RUN1")
        bench.passes(3600)
        assert bench.states() == {"RUN1": "running"}

    def test_goes_on_unseen(self, bench: Bench) -> None:
        """What a script does after its simulation takes the claim back, until the marker is there."""
        writes_into(bench, "RUN1")
        bench.write("RUN1/data")
        bench.passes(0)
        writes_into(bench)
        bench.passes(1, 20)
        assert bench.states() == {"RUN1": "stopped"}
        bench.write("RUN1/post")
        bench.watch.mark_dirty(str(bench.root / "RUN1"))
        bench.passes(20, 20, 20)
        assert bench.states() == {"RUN1": "running"}
        bench.write("RUN1/DONE")
        bench.passes(2, *[2] * 6)
        assert bench.states() == {"RUN1": "done"}

    def test_one_of_several_programs_ends(self, bench: Bench) -> None:
        """The next of the script writes another run: the first is dead."""
        bench.write("RUN1/data")
        bench.write("RUN2/data")
        writes_into(bench, "RUN1")
        bench.passes(0)
        writes_into(bench, "RUN2", pid=4712)
        bench.passes(1, 20)
        assert bench.states() == {"RUN1": "stopped", "RUN2": "running"}

    def test_nobody_was_seen(self, bench: Bench) -> None:
        """As on another host: a run that nobody was seen to write has not died."""
        bench.write("RUN1/data")
        bench.passes(0, *[60] * 10)
        assert bench.states() == {"RUN1": "running"}

    def test_lives_and_is_not_found_any_more(self, bench: Bench) -> None:
        """As a script that goes on elsewhere."""
        writes_into(bench, "RUN1")
        bench.write("RUN1/data")
        bench.passes(0)
        bench.workers.elsewhere, bench.workers.found = bench.workers.found, []
        bench.passes(10, *[60] * 10)
        assert bench.states() == {"RUN1": "running"}

    def test_died_while_nobody_watched(self, bench: Bench) -> None:
        """The next session still knows who wrote, though the one before was killed at once."""
        writes_into(bench, "RUN1", "RUN2")
        bench.write("RUN1/data")
        bench.write("RUN2/data")
        bench.passes(0)
        later = bench.next_session(closed_for=3600)
        later.workers.found = bench.workers.found[1:]
        later.passes(0, 10)
        assert later.states() == {"RUN1": "stopped", "RUN2": "running"}
        assert later.story()[-1] == (
            "RUN1     stopped: "
            "sim (pid 4711) was writing here and has ended, but DONE is not there yet"
        )
        last = later.next_session(closed_for=60)
        last.passes(0, 10)
        assert last.states() == {"RUN1": "stopped", "RUN2": "stopped"}

    def test_lives_elsewhere_over_a_restart(self, bench: Bench) -> None:
        """What is not known to have ended has not, whoever looks."""
        writes_into(bench, "RUN1")
        bench.write("RUN1/data")
        bench.passes(0)
        later = bench.next_session(closed_for=600)
        later.workers.elsewhere = bench.workers.found
        later.passes(0, 60)
        assert later.states() == {"RUN1": "running"}
        later.workers.elsewhere = []
        later.passes(60, 10)
        assert later.states() == {"RUN1": "stopped"}

    def test_written_on_while_nobody_watched(self, bench: Bench) -> None:
        """After its end was seen, that is of somebody who goes on; unlike what it wrote to its end."""
        writes_into(bench, "RUN1", "RUN2")
        bench.write("RUN1/data")
        bench.write("RUN2/data")
        bench.passes(0)
        bench.workers.found = bench.workers.found[1:]
        bench.passes(1, 20)
        assert bench.states() == {"RUN1": "stopped", "RUN2": "running"}
        bench.write("RUN1/more")
        bench.write("RUN2/more")
        later = bench.next_session(closed_for=600)
        later.passes(0, 20)
        assert later.states() == {"RUN1": "running", "RUN2": "stopped"}
        assert later.next_session(closed_for=60).looked() == {"RUN1": "running", "RUN2": "stopped"}
        assert later.next_session(closed_for=3600).looked()["RUN1"] == "stopped"

    @pytest.mark.parametrize("upload_failed", [False, True])
    def test_uploads(self, tmp_path: Path, *, upload_failed: bool) -> None:
        """A dead run is uploaded by itself only where failed ones are."""
        bench = Bench(tmp_path, upload_failed=upload_failed)
        bench.auto.set_on(str(tmp_path), on=True)
        writes_into(bench, "RUN1")
        bench.write("RUN1/data")
        bench.passes(0)
        writes_into(bench)
        bench.passes(1, *[10] * 5)
        assert bench.states() == {"RUN1": "stopped"}
        assert len(bench.submitted) == upload_failed


def test_another_reason_is_told(bench: Bench) -> None:
    """Whenever it changes, though the state stays; of a live run at most every few seconds."""
    bench.workers.found = [Process(4711, (), str(bench.root / "RUN1"))]
    bench.write("RUN1/data")
    bench.passes(0, 2)
    bench.workers.elsewhere, bench.workers.found = bench.workers.found, []
    bench.passes(5, 2)
    assert bench.story() == [
        "RUN1     detected, running: sim is running (pid 4711)",
        "RUN1     running: DONE is not there yet",
    ]


def test_a_reason_that_changes_with_every_look() -> None:
    """It is told every few seconds while the run lives; the last one is told in any case."""
    run, told = WatchedRun("/data/RUN1", "/data"), list[str]()
    for second in range(30):
        live = second < 28
        verdict = Verdict(Outcome.RUNNING if live else Outcome.FAILED, f"step {second}", final=True)
        scan = Scan("/data/RUN1", 1, 1, "f")
        run.record(scan, verdict, Patience(0.5, STALL), second, datetime(2026, 1, 1, tzinfo=UTC))
        run.looked_at = second
        if run.has_news:
            run.note_told()
            told.append(run.view.reason)
    assert told == [f"step {n}" for n in (0, 5, 10, 15, 20, 25, 29)]


def written_at(path: Path, seconds: float) -> None:
    os.utime(path, (seconds, seconds))


def test_a_marker_holds(bench: Bench) -> None:
    """What is added later changes nothing, over a restart too; a result that is written again does."""
    for name, when in (("RUN1/data", 100), ("RUN1/DONE", 110)):
        bench.write(name)
        written_at(bench.root / name, when)
    bench.passes(*[2] * 7)
    bench.write("RUN1/summary.txt")
    later = bench.next_session(closed_for=60)
    later.passes(0, 2)
    assert later.states() == {"RUN1": "settling"}
    later.passes(10)
    assert later.states() == {"RUN1": "done"}
    later.write("RUN1/data", "again")
    later.watch.mark_dirty(str(later.root / "RUN1/data"))
    later.passes(1)
    assert later.states() == {"RUN1": "running"}
    assert "DONE is older than" in later.watch.views()[0].reason


def test_a_marker_of_an_earlier_run(bench: Bench) -> None:
    """At first sight it does not count, and does not hold later."""
    bench.write("RUN1/DONE")
    written_at(bench.root / "RUN1/DONE", 100)
    bench.write("RUN1/data")
    bench.passes(0, *[2] * 7)
    later = bench.next_session()
    later.passes(0, *[2] * 7)
    assert later.states() == {"RUN1": "stalled"}
    assert "DONE is older than data" in later.watch.views()[0].reason


def test_a_marker_beside_the_run(tmp_path: Path) -> None:
    """It wakes the watch: that run is looked at again, and no other one."""
    marker = Marker("../state/{run}.code", "^0$")
    failure = Marker("../state/{run}.code", "^[1-9]")
    rule = RuleSettings("beside", RuleKind.SENTINEL, (marker,), (failure,))
    bench = Bench(tmp_path, rule=SentinelRule(rule))
    for number in (1, 2, 3):
        bench.write(f"RUN{number}/data")
    bench.write("state/RUN1.code", "137\n")
    bench.passes(0, *[2] * 6)
    assert bench.states() == {"RUN1": "failed", "RUN2": "running", "RUN3": "running"}
    bench.passes(STALL)
    assert bench.states() == {"RUN1": "failed", "RUN2": "stalled", "RUN3": "stalled"}
    bench.scanner.looks.clear()
    bench.write("state/RUN2.code", "0\n")
    bench.write("state/RUN1.code", "0\n")
    for name in ("RUN1", "RUN2"):
        bench.watch.mark_dirty(str(tmp_path / f"state/{name}.code"))
    bench.passes(1)
    assert sorted(bench.scanner.looks) == ["RUN1", "RUN2"]
    assert bench.states() == {"RUN1": "settling", "RUN2": "settling", "RUN3": "stalled"}
    (tmp_path / "state/RUN1.code").unlink()
    bench.watch.mark_dirty(str(tmp_path / "state/RUN1.code"))
    bench.passes(1)
    assert bench.states()["RUN1"] == "running"


def test_a_pause_that_counts_as_the_end(tmp_path: Path) -> None:
    """A rule that only knows stillness says so, with the time that it waited."""
    rule = RuleSettings("quiet", RuleKind.QUIET, min_files=2)
    bench = Bench(tmp_path, rule=QuietRule(rule))
    bench.write("RUN1/log")
    bench.passes(*[2] * 20)
    assert bench.states() == {"RUN1": "running"}
    bench.write("RUN1/data")
    bench.passes(*[2] * 70)
    assert bench.states() == {"RUN1": "done"}
    said = bench.watch.views()[0].reason
    assert said == "quiet rule: a pause of more than 2 min counts as the end"
