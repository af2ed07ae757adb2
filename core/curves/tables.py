"""Simulators that nobody here knows: whatever tables of numbers they write."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from core.curves.config_parameters import parameters_in
from core.curves.run_reader import RunReader
from core.curves.run_text import RunText
from core.model import natural_order
from core.ports.run_files import RunFiles
from core.preview.table import Table
from core.preview.text import FIRST
from core.printable import printable
from core.series import Series

_ENDINGS = (".csv", ".tsv", ".dat")
_MOST_TABLES = 8
"""Of each the beginning is read to tell what is in it."""


class Tables(RunReader):
    """Variables are columns by file, as in "ave.dat:temp"; the first column is the day where it rises."""

    def knows(self, run: RunFiles) -> bool:
        """By the endings of names."""
        return any(_paths(run))

    def variables(self, run: RunFiles) -> Sequence[str]:
        """Of the first tables: those in no folder come first."""
        return [name for path in _paths(run) for name in _variables(run, path)]

    def series(self, run: RunFiles, variables: Sequence[str]) -> Mapping[str, Series]:
        """Each table that one of them is in is read once."""
        found: dict[str, Series] = {}
        for path in _paths(run):
            wanted = [name for name in variables if name.startswith(_name(path, ""))]
            found |= _series(run, path, wanted) if wanted else {}
        return found

    def parameters(self, run: RunFiles) -> Mapping[str, str] | None:
        """Of a JSON file that is called a configuration."""
        return parameters_in(run)


def _paths(run: RunFiles) -> Iterator[str]:
    there = (path for path, size in run.files().items() if size and path.endswith(_ENDINGS))
    return islice(sorted(there, key=_order), _MOST_TABLES)


def _order(path: str) -> tuple[int, list[tuple[bool, int, str]]]:
    return path.count("/"), natural_order(path)


def _variables(run: RunFiles, path: str) -> list[str]:
    table = Table(RunText(run, path, FIRST).reading)
    return [_name(path, table.names[column]) for column in table.charted]


def _name(path: str, column: str) -> str:
    return f"{printable(path)}:{column}"


def _series(run: RunFiles, path: str, variables: Sequence[str]) -> dict[str, Series]:
    text = RunText(run, path)
    table = Table(text.reading)
    columns = {_name(path, table.names[column]): column for column in table.numeric}
    there = [name for name in variables if name in columns]
    return {name: _ended(name, table.series(columns[name]), text) for name in there}


def _ended(name: str, series: Series, text: RunText) -> Series:
    """Without the row that may still be written."""
    rows = len(series.x) - text.is_open
    return Series(name, series.x_name, series.x[:rows], series.values[:rows], text.complete)
