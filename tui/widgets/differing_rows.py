"""What differs between runs as rows: parameters of all, files of two."""

from collections.abc import Sequence

from core.compare.compare_files import DifferingFiles
from core.compare.compare_runs import Comparison
from core.printable import printable
from tui.widgets.cells import Cell, Column, Row, Tone
from tui.widgets.row_source import ListSource
from tui.wording.action_keys import keyed
from tui.wording.formatting import plural

DIFFERING_COLUMNS = (
    Column("DIFFERS", 12, flexible=True),
    Column("HOW", 24, flexible=True, most=60),
)
_PARAMETER = "parameter "
_HEADING = "heading "


def differing_rows(
    found: Comparison, files: DifferingFiles | None, names: tuple[str, str]
) -> ListSource[Row]:
    """Parameters first; of the files, those that are in both come before those that are in one."""
    rows = [_parameter(name, values) for name, values in found.differing.items()]
    if files:
        rows += _files(files, names)
    return ListSource(rows, lambda row: row.key, lambda row: row)


def file_in(key: str) -> str:
    """The path that the row of this key is about; empty for what is no file."""
    return "" if key.startswith((_PARAMETER, _HEADING)) else key


def _parameter(name: str, values: Sequence[str | None]) -> Row:
    told = "   ".join(printable(value) if value is not None else "—" for value in values)
    return Row(f"{_PARAMETER}{name}", (Cell(printable(name)), Cell(told)))


def _files(files: DifferingFiles, names: tuple[str, str]) -> Sequence[Row]:
    told = (
        (files.differing, keyed("differs: {open} shows where"), Tone.PLAIN),
        (files.unread, "as large, too large to be compared", Tone.DIM),
        (files.only_first, f"only in {names[0]}", Tone.DIM),
        (files.only_second, f"only in {names[1]}", Tone.DIM),
    )
    title = f"files of {names[0]} and {names[1]}: {plural(files.same, 'file')} alike"
    heading = Row(f"{_HEADING}{title}", (Cell(title, span=2),), heading=True)
    rows = [
        Row(path, (Cell(printable(path), keep_end=True), Cell(how, tone)))
        for paths, how, tone in told
        for path in paths
    ]
    return [heading, *rows]
