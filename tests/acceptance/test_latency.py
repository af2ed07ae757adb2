"""How soon a finished run is said to be finished, counted in looks and not in seconds."""

from pathlib import Path

import pytest

from core.events import Event
from core.finish.finish_rules import FinishRules
from core.finish.run_state import RunState
from core.finish.sentinel import SentinelRule
from core.ports.tree import Scan
from core.settings import Marker, RuleKind, RuleSettings
from core.watch.assembly import make_run_watch
from core.watch.auto_upload import AutoUpload
from core.watch.auto_upload_choices import AutoUploadChoices
from core.watch.judge_run import WatchPolicy
from storage.tree.tree_scanner import FileTreeScanner
from tests.acceptance.processes import runferry_process
from tests.fakes.clock import FixedClock
from tests.fakes.journal import FakeJournal
from tests.fakes.processes import FakeProcesses
from tests.fakes.tree import FakeTreeWatcher

QUIET = 30.0
_RULE = SentinelRule(RuleSettings("timed", RuleKind.SENTINEL, (Marker("DONE"),)))


class SlowScanner(FileTreeScanner):
    """Each look takes some seconds of the clock; remembers when each began."""

    def __init__(self, clock: FixedClock, seconds: float) -> None:
        super().__init__()
        self.clock, self.seconds = clock, seconds
        self.looks: list[tuple[str, float]] = []

    def scan(self, run_directory: str) -> Scan | None:
        self.looks.append((Path(run_directory).name, self.clock.monotonic()))
        self.clock.advance(self.seconds)
        return super().scan(run_directory)


class Engine:
    """The watch engine, one pass whenever it says that one is due; nothing else passes the time."""

    def __init__(self, root: Path, seconds_per_look: float) -> None:
        self.root, self.clock = root, FixedClock()
        self.scanner = SlowScanner(self.clock, seconds_per_look)
        journal, events = FakeJournal(), list[Event]()
        self.watch = make_run_watch(
            scanner=self.scanner,
            watcher_of=lambda _: FakeTreeWatcher(),
            rules=FinishRules.only(_RULE),
            processes=FakeProcesses(),
            auto_upload=AutoUpload(
                lambda _: None,
                AutoUploadChoices(journal),
                self.clock,
                events.append,
                countdown_seconds=0,
            ),
            journal=journal,
            clock=self.clock,
            publish=events.append,
            policy=WatchPolicy(QUIET, stall_seconds=1e9),
        )
        self.watch.open([str(root)])
        self.due = self.clock.monotonic()

    def run_until(self, moment: float) -> None:
        """All passes that are due before `moment`, and then that moment."""
        while self.due < moment:
            self._pass()
        self.clock.advance(max(0.0, moment - self.clock.monotonic()))

    def run_until_finished(self, name: str) -> float:
        """The moment when it was said."""
        while self._state(name) is not RunState.DONE:
            self._pass()
        return self.clock.monotonic()

    def _pass(self) -> None:
        self.clock.advance(max(0.0, self.due - self.clock.monotonic()))
        delay = self.watch.tick()
        self.due = self.clock.monotonic() + max(delay, 0.25)

    def _state(self, name: str) -> RunState:
        return next(view.state for view in self.watch.views() if view.name == name)


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("written_at", [0.1, 0.9, 1.7, 2.5, 30.0, 61.3])
@pytest.mark.parametrize(("others", "seconds_per_look"), [(0, 0.0), (0, 0.2), (20, 0.01)])
def test_quiet_period_and_two_looks(
    tmp_path: Path, written_at: float, others: int, seconds_per_look: float, *, told: bool
) -> None:
    """
    Given live runs whose looks are fast or slow, and one that writes its last file at any moment
    When an event tells of that, or none does
    Then it is said to be finished with the second look after the quiet period at the latest.
    """
    for number in range(1, others + 2):
        (tmp_path / f"RUN{number}").mkdir()
        (tmp_path / f"RUN{number}/data").touch()
    engine = Engine(tmp_path, seconds_per_look)
    engine.run_until(written_at)
    (tmp_path / "RUN1/DONE").touch()
    written = engine.clock.monotonic()
    if told:
        engine.watch.mark_dirty(str(tmp_path / "RUN1"))
        engine.due = written
    said = engine.run_until_finished("RUN1")
    assert said >= written + QUIET
    after = [at for name, at in engine.scanner.looks if name == "RUN1" and at > written + QUIET]
    assert len(after) <= 2


def test_from_finished_to_the_first_byte(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given a finished run and a countdown
    When an agent watches with auto-upload
    Then finished, announced, queued, started and stored follow each other.
    """
    monkeypatch.setenv("RUNFERRY_COUNTDOWN_SECONDS", "0.2")
    run = tmp_path / "flu/OUT/RUN1"
    run.mkdir(parents=True)
    (run / "DONE").touch()
    command = ("watch", tmp_path / "flu", "--auto-upload", "--rule", "sentinel", "--quiet", "0.2")
    with runferry_process(*command, "--json") as watch:
        watch.wait_for("run_state_changed", state="done")
        watch.wait_for("auto_upload_announced")
        watch.wait_for("transfer_queued")
        watch.wait_for("transfer_started")
        watch.wait_for("transfer_succeeded")
