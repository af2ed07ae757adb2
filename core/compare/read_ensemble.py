"""Read what the runs of a job, or some of them, say over time."""

import threading
from collections.abc import Callable, Sequence
from functools import partial

from core.compare.choose_variable import all_variables, choose_variable
from core.compare.ensemble import Ensemble, EnsembleRun
from core.compare.job_runs import JobRuns
from core.compare.named_run import NamedRun
from core.compare.tell_run import TellRun, Told
from core.curves.recall_curves import RecallCurves
from core.ports.curves_cache import RunCurves
from core.threads import in_parallel


class ReadEnsemble:
    """Blocks; callable from any thread."""

    def __init__(self, job_runs: JobRuns, recall_curves: RecallCurves) -> None:
        self._job_runs = job_runs
        self._recall_curves = recall_curves

    def of_job(
        self, job_id: int, variable: str = "", on_read: Callable[[int], None] = lambda _: None
    ) -> Ensemble:
        """All that are stored or here. Raises as for any runs, StateError and CatalogError."""
        return self(self._job_runs(job_id), variable, on_read)

    def __call__(
        self,
        runs: Sequence[NamedRun],
        variable: str = "",
        on_read: Callable[[int], None] = lambda _: None,
    ) -> Ensemble:
        """By default of what most of them would show first.

        `on_read` hears, on any thread, how many are read so far; what it raises ends the reading. A run that cannot be read, or has no such curve, says why. Raises ArtifactNotFoundError when no
        run has the variable, and what the first raised when none could be read.
        """
        read = _Counted(TellRun(self._recall_curves), on_read)
        told = in_parallel(partial(read, variable), runs)
        chosen = choose_variable(_said(told), variable)
        told = in_parallel(partial(_again, read.tell_run, chosen), told)
        _check_any(told)
        made = [_made(one, chosen) for one in told]
        return Ensemble(made, chosen, all_variables(_said(told)))


class _Counted:
    """Counts the runs that were read, for who waits."""

    def __init__(self, tell_run: TellRun, on_read: Callable[[int], None]) -> None:
        self.tell_run = tell_run
        self._on_read = on_read
        self._lock = threading.Lock()
        self._read = 0

    def __call__(self, variable: str, run: NamedRun) -> Told:
        told = self.tell_run(variable, run)
        with self._lock:
            self._read += 1
            count = self._read
        self._on_read(count)
        return told


def _again(tell_run: TellRun, variable: str, told: Told) -> Told:
    """Another look may have what the first had not."""
    return told if variable in told.curves.curves else tell_run(variable, told.run)


def _said(told: Sequence[Told]) -> Sequence[RunCurves]:
    return [one.curves for one in told]


def _check_any(told: Sequence[Told]) -> None:
    """Raises the first error when there is nothing but errors."""
    errors = [*filter(None, (one.error for one in told))]
    if 0 < len(errors) == len(told):
        raise errors[0]


def _made(told: Told, variable: str) -> EnsembleRun:
    curve = told.curves.curves.get(variable)
    if curve:
        return EnsembleRun(told.run, curve, told.curves.parameters)
    why = _why(told, variable)
    return EnsembleRun(told.run, None, told.curves.parameters, why, failed=bool(told.error))


def _why(told: Told, variable: str) -> str:
    if told.error:
        return told.error.what
    return f"has no {variable}" if told.curves.variables else "has no curve"
