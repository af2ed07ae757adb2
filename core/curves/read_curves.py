"""Read what a run's own output says over time, whatever simulator wrote it."""

from collections.abc import Mapping, Sequence

from core.curves.run_kind import RunKind
from core.errors import ArtifactNotFoundError
from core.ports.run_files import RunFiles
from core.printable import printable
from core.series import Series


class ReadCurves:
    """Asks the first kind that knows the run. Keeps nothing; callable from any thread; blocks.

    Raises what the run raises, and ArtifactNotFoundError.
    """

    def __init__(self, kinds: Sequence[RunKind]) -> None:
        self._kinds = kinds

    def variables(self, run: RunFiles) -> Sequence[str]:
        """As of the kind; none of a run that nobody knows."""
        kind = self._kind_of(run)
        return kind.variables(run) if kind else ()

    def series(self, run: RunFiles, variable: str) -> Series:
        """One of `variables`; raises ArtifactNotFoundError when there is none of that name."""
        found = self.several(run, [variable])
        if variable not in found:
            raise ArtifactNotFoundError(
                f"There is no variable {printable(variable)} in {printable(run.place)}."
            )
        return found[variable]

    def several(self, run: RunFiles, variables: Sequence[str]) -> Mapping[str, Series]:
        """Those that are there."""
        kind = self._kind_of(run)
        return kind.series(run, variables) if kind else {}

    def parameters(self, run: RunFiles) -> Mapping[str, str] | None:
        """What the simulation was told; None when no file of the run says so."""
        kind = self._kind_of(run)
        return kind.parameters(run) if kind else None

    def _kind_of(self, run: RunFiles) -> RunKind | None:
        return next((kind for kind in self._kinds if kind.knows(run)), None)
