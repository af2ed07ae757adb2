"""One pass over what is watched."""

from collections.abc import Callable

from core.watch.look_at_run import LookAtRun
from core.watch.queue_finished import QueueFinished
from core.watch.run_memory import RunMemory
from core.watch.watched_root import WatchedRoot
from core.watch.watched_roots import WatchedRoots
from core.watch.watched_run import WatchedRun, total_cost
from core.watch.writers import Writers


class WatchPass:
    """Discovers, looks, queues what is finished, shows, saves. For one thread."""

    def __init__(
        self,
        writers: Writers,
        look: LookAtRun,
        queue_finished: QueueFinished,
        memory: RunMemory,
    ) -> None:
        self._writers = writers
        self._look = look
        self._queue_finished = queue_finished
        self._memory = memory

    def recall(self, roots: WatchedRoots) -> None:
        """Takes up what earlier sessions knew. Raises StateError."""
        for root in roots:
            root.memory = dict(self._memory.recall(root.path))

    def __call__(self, roots: WatchedRoots, is_over: Callable[[], bool]) -> float:
        """Over what is dirty or due; returns the seconds until the next pass is due.

        Begins no further look when it `is_over`.
        """
        self._discover(roots)
        live_cost = total_cost(roots.runs())
        for root in roots:
            for run in roots.due(root):
                self._look_at(run, root, live_cost, is_over)
                roots.show_from_time_to_time()
        asked_again_in = self._queue_finished(roots.runs())
        # Shown only now: nobody should see a finished run whose countdown has not begun.
        roots.show()
        roots.passed = True
        self._memory.save()
        return min(roots.next_due_in(), asked_again_in)

    def writer_has_ended(self) -> bool:
        """Whether somebody who wrote into a run has: what it left is worth a look."""
        return self._writers.one_has_ended()

    def end(self) -> None:
        """After the last one."""
        self._memory.save_all()

    def _discover(self, roots: WatchedRoots) -> None:
        """Runs, and then who writes into them."""
        for root in roots:
            self._memory.forget(roots.discover(root))
        for path in self._writers.refresh(roots.run_at):
            roots.make_due(path)

    def _look_at(
        self, run: WatchedRun, root: WatchedRoot, live_cost: float, is_over: Callable[[], bool]
    ) -> None:
        before = run.track.state, run.writers.known
        if not is_over() and self._look(run, root, live_cost):
            now = run.track.state, run.writers.known
            self._memory.changed(run, at_once=now != before)
