"""Text as a table: what the columns are, and what is in them."""

import math
from array import array

import pytest

from core.preview.columns import columns_of
from core.preview.table import Table
from core.preview.text import TextReading
from core.series import Series
from tests.fakes.content import FakeContent


def table(text: str, *, block: int = 1 << 18) -> Table:
    reading = TextReading(FakeContent(text.encode(), block=block))
    reading.more()
    return Table(reading)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", " ", "   "])
def test_delimiters(delimiter: str) -> None:
    """Whatever stands between the cells, the header and the numbers are found."""
    rows = (("Day", "INF.I", "place"), ("1", "10", "north"), ("2", "16.5", "south"))
    found = table("".join(delimiter.join(row) + "\n" for row in rows))
    assert list(found.names) == ["Day", "INF.I", "place"]
    assert found.rows(0, 9) == [["1", "10", "north"], ["2", "16.5", "south"]]
    assert (list(found.numeric), list(found.charted), found.row_count) == ([0, 1], [1], 2)
    assert found.series(1) == Series("INF.I", "Day", array("d", [1, 2]), array("d", [10, 16.5]))


def test_days_and_values() -> None:
    """A file of day and value, without a header, is a series; so is one of values only."""
    two = table("0 10\n1 12\n2 7\n")
    assert (list(two.names), list(two.charted), two.series(1).peak()) == (["1", "2"], [1], (1, 12))
    one = table("10\n12\n12\n7\n")
    assert (list(one.charted), one.series(0).x_name, one.series(0).peak()) == ([0], "row", (2, 12))


def test_days_and_dates() -> None:
    """A file of days and dates is a table, of which nothing is worth a chart."""
    found = table("0 2020-01-01\n1 2020-01-02\n2 2020-01-03\n")
    assert (list(found.numeric), list(found.charted)) == ([0], [])


def test_no_chart_of_a_point() -> None:
    """One row is no curve."""
    assert list(table("Day,INF\n1,5\n").charted) == []


def test_header_as_a_comment() -> None:
    """Some programs write the names of columns behind a #."""
    assert list(table("# Day INF\n0 10\n1 12\n").names) == ["Day", "INF"]
    assert list(table("#Day INF\n0 10\n1 12\n").names) == ["Day", "INF"]


def test_header_as_the_last_comment() -> None:
    """What stands above it is no row; comments without names are none either."""
    found = table("# fix 1\n# Day INF\n0 10\n1 12\n")
    assert (list(found.names), found.row_count) == (["Day", "INF"], 2)
    nameless = table("# of a single run\n0 10 3\n1 12 4\n")
    assert (list(nameless.names), nameless.rows(0, 1)) == (["1", "2", "3"], [["0", "10", "3"]])


def test_worth_a_chart() -> None:
    """What rises and falls comes first, then what only does one of it, what never changes last."""
    found = table("Day,flat,up,down,both\n1,5,1,9,1\n2,5,1,8,3\n3,5,2,8,2\n")
    assert list(found.charted) == [4, 2, 3, 1]


def test_ragged_rows() -> None:
    """A row that is too short has gaps, one that is too long more cells; a blank one has none."""
    found = table("Day,a,b\n1,2,3\n2\n3,4,5,6\n\n4,5,6\n")
    assert found.rows(1, 3) == [["2"], ["3", "4", "5", "6"], [""]]
    values = found.column(2)
    assert [value for value in values if not math.isnan(value)] == [3, 5, 6]
    assert len(values) == found.row_count == 5


def test_gaps() -> None:
    """What is no finite number is a gap, never an error: words, NaN, more digits than a number has."""
    cells = ("", "NA", "nan", "inf", "1e999", "1_000", "１", "9" * 5000, "0x10", "-", "+.5e1")
    found = table("Day,a\n" + "".join(f"{n},{cell}\n" for n, cell in enumerate(cells)) + "99,7\n")
    column = found.column(1)
    assert [n for n, value in enumerate(column) if not math.isnan(value)] == [10, 11]
    assert found.series(1).peak() == (99, 7)
    assert found.series(1).final() == (99, 7)
    nothing = Series("a", "b", array("d", [1]), array("d", [math.nan]))
    assert (nothing.peak(), nothing.final()) == (None, None)


def test_quotes() -> None:
    """A delimiter within quotes is none; quotes that never end do not end the table."""
    found = table('Day,"a, b"\n1,"x ""y"", z"\n2,"never\n3,4\n')
    assert list(found.names) == ["Day", "a, b"]
    assert found.rows(0, 3) == [["1", 'x "y", z'], ["2", "never"], ["3", "4"]]


def test_decimal_commas() -> None:
    """They count where the comma cannot stand between cells."""
    assert list(table("Tag;Wert\n1;2,5\n2;3,5\n").column(1)) == [2.5, 3.5]


def test_very_many_columns() -> None:
    """They are limited, and so is a cell."""
    row = ",".join(map(str, range(20_000)))
    found = table(f"{row}\n{row}\n")
    assert len(found.names) == 10_000
    assert len(found.rows(0, 1)[0]) == 10_000
    assert table("Day,a\n1," + "x" * 10_000 + "\n").rows(0, 1)[0][1] == "x" * 200


def test_harmless() -> None:
    """No cell and no name steers the terminal."""
    found = table("Day,a\x1b[2J\n1,\x07\n2,b\n")
    assert (found.names[1], found.rows(0, 1)[0][1]) == ("a\\x1b[2J", "\\x07")


def test_grows() -> None:
    """The table has the rows that were read, and only whole ones; columns go on where they were."""
    rows = "".join(f"{n},{n * 2}\n" for n in range(1000))
    reading = TextReading(FakeContent(f"Day,a\n{rows}".encode(), block=100))
    reading.more(300)
    found = Table(reading)
    before = found.row_count
    assert 0 < before < 1000
    assert list(found.column(1)) == [n * 2 for n in range(before)]
    reading.more()
    assert found.row_count == 1000
    assert list(found.column(1)) == [n * 2 for n in range(1000)]
    assert found.rows(999, 5) == [["999", "1998"]]


@pytest.mark.parametrize(
    "text",
    [
        "Dear Sir,\nthe run, as you know,\nhas ended\n",
        "FRED started\nday 1 begins\nday 2 begins now\nwarning: no people\n",
        "a b\nc d\ne f\n",
        "\n\n",
    ],
)
def test_prose(text: str) -> None:
    """Is no table of numbers."""
    found = columns_of(text.split("\n"))
    assert found is None or not found.numeric


def test_forced() -> None:
    """What is no table has one column; what is nothing has no row."""
    assert table("a b\nc d, e\n").rows(0, 5) == [["a b"], ["c d, e"]]
    empty = table("")
    assert (empty.row_count, empty.rows(0, 5), list(empty.charted)) == (0, [], [])
