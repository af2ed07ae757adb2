"""Compare a few runs: what they were told, how large they are, and what became of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.compare.choose_variable import all_variables, choose_variable
from core.compare.named_run import NamedRun
from core.compare.parameters import Parameters, differing
from core.curves.recall_curves import RecallCurves
from core.ports.curves_cache import RunCurves
from core.series import Series


@dataclass(frozen=True)
class ComparedRun:
    """`files` and `bytes` of all of it; `curve` is that of the variable, if the run has it.

    `parameters` is None when no file of the run tells them.
    """

    run: NamedRun
    files: int
    bytes: int
    curve: Series | None
    parameters: Parameters

    @property
    def days(self) -> int:
        """How many the curve has."""
        return len(self.curve.x) if self.curve else 0


@dataclass(frozen=True)
class Comparison:
    """`variables` are those that any of the runs has; `variable` is empty when none has one."""

    runs: Sequence[ComparedRun]
    variable: str
    variables: Sequence[str]

    @property
    def differing(self) -> Mapping[str, Sequence[str | None]]:
        """Parameters that are not the same, with the value of each run; None where it has none.

        Runs that tell no parameters say nothing about it: None there, too.
        """
        return differing([run.parameters for run in self.runs])


class CompareRuns:
    """Blocks; callable from any thread."""

    def __init__(self, recall_curves: RecallCurves) -> None:
        self._recall_curves = recall_curves

    def __call__(self, runs: Sequence[NamedRun], variable: str = "") -> Comparison:
        """By default what most of them would show first.

        Raises ArtifactNotFoundError when none of them has the variable, and what a run raises.
        """
        chosen = choose_variable(self._told(runs, variable), variable)
        told = self._told(runs, chosen)
        compared = [_compared(*pair, chosen) for pair in zip(runs, told, strict=True)]
        return Comparison(compared, chosen, all_variables(told))

    def _told(self, runs: Sequence[NamedRun], variable: str) -> Sequence[RunCurves]:
        return [self._recall_curves(run.sources[0], variable) for run in runs]


def _compared(run: NamedRun, told: RunCurves, variable: str) -> ComparedRun:
    sizes = run.sources[0].files().values()
    curve = told.curves.get(variable)
    return ComparedRun(run, len(sizes), sum(sizes), curve, told.parameters)
