"""Read what a run's own output says over time, whatever simulator wrote it."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from core.curves.in_parts import InParts, ReadPart, parts_of
from core.curves.named_table import NamedTable, places_of
from core.curves.run_reader import RunReader
from core.errors import ArtifactNotFoundError
from core.kinds.run_kind import Curve
from core.ports.run_files import RunFiles
from core.printable import printable
from core.series import Series

CurvesAt = Callable[[str], Sequence[Curve]]
"""The tables that kinds name for a run at a place, an absolute path or a key; the first that is there counts."""


class ReadCurves:
    """First what a run's kind names, then what the first of `readers` tells that knows the run, else the last.

    Keeps nothing; callable from any thread; blocks. Raises what the run raises, and ArtifactNotFoundError.
    """

    def __init__(
        self, readers: Sequence[RunReader], curves_at: CurvesAt = lambda place: ()
    ) -> None:
        self._readers = readers
        self._curves_at = curves_at

    def named(self, run: RunFiles) -> str:
        """What kinds name for it: other words are another way to read the same run. Reads nothing."""
        return "; ".join(map(str, self._curves_at(run.place)))

    def variables(self, run: RunFiles) -> Sequence[str]:
        """As of who reads it; none of a run that nobody knows."""
        return self._reader_of(run).variables(run)

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
        return self._reader_of(run).series(run, variables)

    def parameters(self, run: RunFiles) -> Mapping[str, str] | None:
        """What the simulation was told; None when no file of the run says so."""
        return self._reader_of(run).parameters(run)

    def _reader_of(self, run: RunFiles) -> RunReader:
        """Where somebody knows a run's directories for runs, each is read by itself."""
        parts = [ReadPart(part, self._own_reader_of(part)) for part in parts_of(run)]
        known = [*filter(self._is_known, parts)]
        return InParts(parts) if known else self._own_reader_of(run)

    def _is_known(self, part: ReadPart) -> bool:
        return part.reader is not self._readers[-1]

    def _own_reader_of(self, run: RunFiles) -> RunReader:
        others = self._knowing(run)
        return next(self._naming(run, others), others)

    def _knowing(self, run: RunFiles) -> RunReader:
        return next((reader for reader in self._readers if reader.knows(run)), self._readers[-1])

    def _naming(self, run: RunFiles, others: RunReader) -> Iterator[RunReader]:
        for curve in self._curves_at(run.place):
            if places := places_of(run, curve):
                yield NamedTable(curve, places, others)
