"""One look at one run."""

import logging
from collections.abc import Callable

from core.errors import in_words
from core.events import Event, RunDetected, RunReasonChanged, RunStateChanged
from core.finish.run_state import RunState
from core.ports.clock import Clock
from core.ports.tree import TreeScanner
from core.printable import one_line
from core.watch.judge_run import JudgeRun
from core.watch.watched_root import WatchedRoot
from core.watch.watched_run import WatchedRun

_log = logging.getLogger(__name__)


class LookAtRun:
    """What is wrong with one run is said of that run, and the others are looked at."""

    def __init__(
        self,
        scanner: TreeScanner,
        judge: JudgeRun,
        clock: Clock,
        publish: Callable[[Event], None],
    ) -> None:
        self._scanner = scanner
        self._judge = judge
        self._clock = clock
        self._publish = publish

    def __call__(self, run: WatchedRun, root: WatchedRoot, live_cost: float) -> bool:
        """Whether it was seen. Tells what is new, and decides when to look again.

        `live_cost` are the seconds that one look at each live run takes.
        """
        before, started = run.known_state, self._clock.monotonic()
        try:
            if not self._see(run, root, started):
                return False
        except Exception as error:  # noqa: BLE001 - whatever it was, the others are looked at
            _log.exception("a run could not be looked at")
            run.go_blind(f"could not be looked at: {one_line(in_words(error))}")
        run.looked_at, run.cost = started, self._clock.monotonic() - started
        run.schedule(root.pace(run), live_cost)
        self._tell(run, before)
        return not run.blind

    def _see(self, run: WatchedRun, root: WatchedRoot, started: float) -> bool:
        """False when it is gone."""
        scan = self._scanner.scan(run.path)
        if scan is None:
            root.miss(run, started)
            return False
        if record := root.memory.pop(run.path, None):
            run.resume(record, started, self._clock.now())
        requests = self._judge.requests(scan)
        root.judged_by(run.path, requests)
        samples = self._scanner.sample(run.path, requests)
        self._judge(run, scan, samples, started, self._clock.now())
        run.device = self._scanner.device(run.path)
        return True

    def _tell(self, run: WatchedRun, before: RunState | None) -> None:
        if event := _news(run, before):
            run.note_told()
            self._publish(event)


def _news(run: WatchedRun, before: RunState | None) -> Event | None:
    if before is None:
        return RunDetected(run.view)
    return _change(run, before)


def _change(run: WatchedRun, before: RunState) -> Event | None:
    if run.own_state is not before:
        return RunStateChanged(run.view, before)
    return RunReasonChanged(run.view) if run.has_news else None
