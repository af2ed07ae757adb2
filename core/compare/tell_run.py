"""Which of the looks at a run tells what is asked for."""

from dataclasses import dataclass

from core.compare.named_run import NamedRun
from core.curves.recall_curves import RecallCurves
from core.errors import RunFerryError
from core.ports.curves_cache import RunCurves
from core.ports.run_files import RunFiles

NOTHING = RunCurves((), {}, None)


@dataclass(frozen=True)
class Told:
    """What a run said; with an `error`, that is not all that it could."""

    run: NamedRun
    curves: RunCurves
    error: RunFerryError | None = None


class TellRun:
    """For one reading of several runs: a store that once did not answer is not asked again.

    Callable from any thread; blocks.
    """

    def __init__(self, recall_curves: RecallCurves) -> None:
        self._recall_curves = recall_curves
        self._unreachable: RunFerryError | None = None

    def __call__(self, variable: str, run: NamedRun) -> Told:
        """By the first look that has the curve, or any curve without a `variable`; else by one that says more.

        Raises nothing of the run.
        """
        asked: list[Told] = []
        for source in run.sources:
            asked.append(self._ask(run, source, variable))
            if _has(asked[-1].curves, variable):
                return asked[-1]
        return max(asked, key=lambda told: len(told.curves.variables))

    def _ask(self, run: NamedRun, source: RunFiles, variable: str) -> Told:
        if not run.is_here(source) and self._unreachable:
            return self._remembered(run, source, variable, self._unreachable)
        return self._asked(run, source, variable)

    def _asked(self, run: NamedRun, source: RunFiles, variable: str) -> Told:
        try:
            return Told(run, self._recall_curves(source, variable))
        except RunFerryError as error:
            self._note(error)
            return Told(run, NOTHING, error)

    def _remembered(
        self, run: NamedRun, source: RunFiles, variable: str, error: RunFerryError
    ) -> Told:
        seen = self._recall_curves.remembered(source, variable)
        return Told(run, seen) if seen else Told(run, NOTHING, error)

    def _note(self, error: RunFerryError) -> None:
        if error.unreachable:
            self._unreachable = error


def _has(curves: RunCurves, variable: str) -> bool:
    return variable in curves.curves if variable else bool(curves.variables)
