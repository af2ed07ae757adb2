"""The runs of a demo, written live in the background."""

from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic

from core.threads import Deadline, SharedWork
from tui.demo.fred_writer import write_results_root, write_run
from tui.demo.plan import DemoPlan


class DemoSimulation:
    """Writes the planned runs into `root/OUT` from daemon threads, `plan.concurrent` at a time.

    The layout is that of `run_fred`: no job around the runs, so each is finished on its own.

    Attributes:
        results_root: The directory that holds the RUN directories; exists once started.
    """

    def __init__(self, root: Path, plan: DemoPlan) -> None:
        self.results_root = root / "OUT"
        self._plan = plan
        self._stopped = Event()
        self._writers = SharedWork(on_failure=self.stop)

    @property
    def running(self) -> bool:
        """Whether a run is still being written or to be written."""
        return self._writers.running

    def start(self) -> None:
        """Create the results root and start writing. Once per simulation.

        Raises:
            OSError: The results root cannot be created.
        """
        write_results_root(self.results_root, self._plan)
        for lane in range(min(self._plan.concurrent, self._plan.runs)):
            self._writers.begin(partial(self._write_runs, lane), f"demo-runs-{lane}")

    def stop(self) -> None:
        """Ask to stop at the next write; returns at once. Unfinished runs stay unfinished."""
        self._stopped.set()

    def join(self, deadline: Deadline) -> None:
        """Wait for the end, or that of the deadline; `running` tells whether it was reached.

        Raises:
            OSError: Writing failed, on a full disk for instance; the other runs were stopped too.
        """
        self._writers.join(deadline)

    def _write_runs(self, lane: int) -> None:
        """Every `concurrent`-th run; lanes start apart, so that the runs do not move in step."""
        plan = self._plan
        apart = plan.seconds_per_run / (2 * plan.concurrent)
        self._stopped.wait(lane * apart)
        for run in range(lane + 1, plan.runs + 1, plan.concurrent):
            if self._stopped.is_set():
                return
            write_run(self.results_root, run, plan, _Pace(self._stopped).pause)


class _Pace:
    """Waits for moments, not for durations: the time that writing takes is not added to a run's."""

    def __init__(self, stopped: Event) -> None:
        self._stopped = stopped
        self._due = monotonic()

    def pause(self, seconds: float) -> bool:
        self._due += seconds
        return self._stopped.wait(max(0.0, self._due - monotonic()))
