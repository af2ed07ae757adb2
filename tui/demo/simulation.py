"""The runs of a demo, written live in the background."""

from pathlib import Path
from threading import Event, Thread
from time import monotonic

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
        self._error: Exception | None = None
        self._threads = [
            Thread(target=self._write_runs, args=(lane,), name=f"demo-runs-{lane}", daemon=True)
            for lane in range(min(plan.concurrent, plan.runs))
        ]

    @property
    def running(self) -> bool:
        """Whether a run is still being written or to be written."""
        return any(thread.is_alive() for thread in self._threads)

    def start(self) -> None:
        """Create the results root and start writing. Once per simulation.

        Raises:
            OSError: The results root cannot be created.
        """
        write_results_root(self.results_root, self._plan)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ask to stop at the next write; returns at once. Unfinished runs stay unfinished."""
        self._stopped.set()

    def join(self, timeout: float | None = None) -> None:
        """Wait for the end, at most `timeout` seconds; `running` tells whether it was reached.

        Raises:
            OSError: Writing failed, on a full disk for instance; the other runs were stopped too.
        """
        deadline = None if timeout is None else monotonic() + timeout
        for thread in self._threads:
            if thread.is_alive():
                thread.join(None if deadline is None else max(0.0, deadline - monotonic()))
        if self._error is not None:
            raise self._error

    def _write_runs(self, lane: int) -> None:
        """Every `concurrent`-th run; lanes start apart, so that the runs do not move in step."""
        plan = self._plan
        apart = plan.seconds_per_run / (2 * plan.concurrent)
        try:
            self._stopped.wait(lane * apart)
            for run in range(lane + 1, plan.runs + 1, plan.concurrent):
                if self._stopped.is_set():
                    return
                write_run(self.results_root, run, plan, _Pace(self._stopped).pause)
        except Exception as error:  # noqa: BLE001 - join() raises it in the caller's thread
            self._error = error
            self.stop()


class _Pace:
    """Waits for moments, not for durations: the time that writing takes is not added to a run's."""

    def __init__(self, stopped: Event) -> None:
        self._stopped = stopped
        self._due = monotonic()

    def pause(self, seconds: float) -> bool:
        self._due += seconds
        return self._stopped.wait(max(0.0, self._due - monotonic()))
