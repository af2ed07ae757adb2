"""Many runs of one model as one picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.compare.bands import Bands, Spread
from core.compare.named_run import NamedRun
from core.compare.outliers import Outlier, outliers
from core.compare.parameters import Parameters, differing
from core.series import Series


@dataclass(frozen=True)
class EnsembleRun:
    """`why` says why there is no `curve`, empty while there is one; `failed` that it could not be read."""

    run: NamedRun
    curve: Series | None
    parameters: Parameters
    why: str = ""
    failed: bool = False


@dataclass(frozen=True)
class Ensemble:
    """`variables` are those that any of the runs has; `variable` is empty when none has one."""

    runs: Sequence[EnsembleRun]
    variable: str
    variables: Sequence[str]

    @cached_property
    def curves(self) -> Mapping[str, Series]:
        """Of the runs that have one, by name."""
        return {run.run.name: run.curve for run in self.runs if run.curve}

    @cached_property
    def bands(self) -> Bands:
        """Day by day; a hundred runs of five thousand days take a fifth of a second."""
        return Bands.of(self.curves.values())

    @cached_property
    def outliers(self) -> Sequence[Outlier]:
        """In the order of the runs."""
        return outliers(self.curves)

    @cached_property
    def differing(self) -> Mapping[str, Sequence[str | None]]:
        """Parameters that are not the same in all runs."""
        return differing([run.parameters for run in self.runs])

    @property
    def peak_days(self) -> Spread | None:
        """When the runs have their peaks; None without a run."""
        return Spread.of(peak[0] for curve in self.curves.values() if (peak := curve.peak()))

    @property
    def peaks(self) -> Spread | None:
        """How high these are."""
        return Spread.of(peak[1] for curve in self.curves.values() if (peak := curve.peak()))

    @property
    def finals(self) -> Spread | None:
        """The last values."""
        return Spread.of(final[1] for curve in self.curves.values() if (final := curve.final()))
