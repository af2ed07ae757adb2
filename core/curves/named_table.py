"""The curves that a run kind names."""

import re
from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import filterfalse, islice

from core.curves.headed_table import columns_there, points_in
from core.curves.run_reader import RunReader
from core.curves.run_text import RunText
from core.kinds.run_kind import Curve
from core.model import natural_order
from core.path_patterns import file_expression
from core.ports.run_files import RunFiles
from core.preview.text import FIRST
from core.printable import printable
from core.series import Series

_MOST_FILES = 8
"""Of each that a pattern means the beginning is read to tell what is in it."""


class NamedTable(RunReader):
    """Variables are the columns that `curve` names, and then whatever `others` read of the run.

    `places` are the files that have the columns, as `places_of` finds them.
    """

    def __init__(self, curve: Curve, places: Mapping[str, str], others: RunReader) -> None:
        self._curve = curve
        self._places = {printable(name): (name, path) for name, path in places.items()}
        self._others = others

    def knows(self, run: RunFiles) -> bool:
        """Where there is such a column."""
        return bool(self._places)

    def variables(self, run: RunFiles) -> Sequence[str]:
        """In the order in which they are named; the same column is not told twice."""
        told = frozenset(f"{printable(path)}:{name}" for name, (_, path) in self._places.items())
        more = filterfalse(told.__contains__, self._others.variables(run))
        return [*dict.fromkeys([*self._places, *more])]

    def series(self, run: RunFiles, variables: Sequence[str]) -> Mapping[str, Series]:
        """Each file is read once."""
        by_file: dict[str, list[str]] = {}
        for name in filter(self._places.__contains__, variables):
            by_file.setdefault(self._places[name][1], []).append(name)
        own = ChainMap(*(self._in_file(run, path, names) for path, names in by_file.items()))
        return {**own, **self._elsewhere(run, [*filterfalse(own.__contains__, variables)])}

    def parameters(self, run: RunFiles) -> Mapping[str, str] | None:
        """As the others say."""
        return self._others.parameters(run)

    def _in_file(self, run: RunFiles, path: str, shown: Sequence[str]) -> dict[str, Series]:
        names = [self._places[name][0] for name in shown]
        text = RunText(run, path)
        x_name, points = points_in(text.lines(), self._curve, names)
        found = points.series(printable(x_name), complete=text.complete)
        return {
            name: replace(found[own], name=name) for name, own in zip(shown, names, strict=True)
        }

    def _elsewhere(self, run: RunFiles, variables: Sequence[str]) -> Mapping[str, Series]:
        return self._others.series(run, variables) if variables else {}


def places_of(run: RunFiles, curve: Curve) -> Mapping[str, str]:
    """For each column that there is the file that has it: of several the first by name, outer ones before."""
    found: dict[str, str] = {}
    for path in islice(_meant(run, curve.file), _MOST_FILES):
        there = columns_there(RunText(run, path, FIRST).lines(), curve)
        found = dict.fromkeys(there, path) | found
    return dict(sorted(found.items(), key=lambda place: curve.y.index(place[0])))


def _meant(run: RunFiles, pattern: str) -> Sequence[str]:
    means = re.compile(file_expression(pattern)).fullmatch
    return sorted(filter(means, run.files()), key=_order)


def _order(path: str) -> tuple[int, list[tuple[bool, int, str]]]:
    return path.count("/"), natural_order(path)
