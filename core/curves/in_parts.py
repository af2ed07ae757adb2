"""Runs that consist of several directories, each of which tells curves of its own."""

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from core.curves.run_reader import RunReader
from core.model import natural_order
from core.ports.content import Content
from core.ports.run_files import RunFiles
from core.printable import printable
from core.series import Series


@dataclass(frozen=True)
class PartFiles(RunFiles):
    """What of a run is below one of its directories."""

    run: RunFiles
    name: str

    @property
    def place(self) -> str:
        """That of the run: it decides how a run is read."""
        return self.run.place

    def identity(self) -> str:
        """That of the run."""
        return self.run.identity()

    def files(self) -> Mapping[str, int]:
        """By path below the directory."""
        return self._files

    def crc(self, path: str) -> int | None:
        """As of the run."""
        return self.run.crc(self._inside + path)

    def read(self, path: str) -> Content:
        """As of the run."""
        return self.run.read(self._inside + path)

    @property
    def _inside(self) -> str:
        return f"{self.name}/"

    @cached_property
    def _files(self) -> Mapping[str, int]:
        found = self.run.files().items()
        inside = self._inside
        return {path.removeprefix(inside): size for path, size in found if path.startswith(inside)}


class ReadPart(NamedTuple):
    """A directory of a run, and who reads it: all that it tells has its name before."""

    files: PartFiles
    reader: RunReader

    @property
    def prefix(self) -> str:
        """As "RUN1/"."""
        return f"{printable(self.files.name)}/"

    def series(self, variables: Sequence[str]) -> Mapping[str, Series]:
        """Those of `variables` that are its own."""
        above = self.prefix
        own = [name.removeprefix(above) for name in variables if name.startswith(above)]
        found = self.reader.series(self.files, own).items() if own else ()
        return {above + name: replace(series, name=above + name) for name, series in found}


def parts_of(run: RunFiles) -> Sequence[PartFiles]:
    """By the names of its directories, in natural order; none of a run that has files beside these."""
    if not all("/" in path for path in run.files()):
        return ()
    names = {path.partition("/")[0] for path in run.files()}
    return [PartFiles(run, name) for name in sorted(names, key=natural_order)]


@dataclass(frozen=True)
class InParts(RunReader):
    """Variables and parameters by part, as in "RUN1/INF.I"; parameters that all have alike once."""

    parts: Sequence[ReadPart]

    def knows(self, run: RunFiles) -> bool:
        """Where there are any."""
        return bool(self.parts)

    def variables(self, run: RunFiles) -> Sequence[str]:
        """What is worth showing first comes first, of one part after the other."""
        told = [(part.prefix, part.reader.variables(part.files)) for part in self.parts]
        names = dict.fromkeys(chain.from_iterable(variables for _, variables in told))
        return [above + name for name in names for above, own in told if name in own]

    def series(self, run: RunFiles, variables: Sequence[str]) -> Mapping[str, Series]:
        """Those that are there."""
        return dict(ChainMap(*(dict(part.series(variables)) for part in self.parts)))

    def parameters(self, run: RunFiles) -> Mapping[str, str] | None:
        """None when no part tells any."""
        told = [(part.prefix, part.reader.parameters(part.files)) for part in self.parts]
        by_part = [(above, parameters) for above, parameters in told if parameters is not None]
        everywhere = _alike([parameters for _, parameters in by_part])
        own = {
            above + name: value
            for above, parameters in by_part
            for name, value in parameters.items()
            if name not in everywhere
        }
        return {**everywhere, **own} if by_part else None


def _alike(told: Sequence[Mapping[str, str]]) -> Mapping[str, str]:
    first, *others = told or [{}]
    return {
        name: value
        for name, value in first.items()
        if all(other.get(name) == value for other in others)
    }
