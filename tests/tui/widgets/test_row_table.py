"""The table that draws only what is visible."""

from collections.abc import Sequence

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region

from tests.tui.screen_text import lines_of
from tui.widgets.cells import Cell, Column, Row
from tui.widgets.row_source import PAGE, ListSource, PagedSource, RowSource
from tui.widgets.row_table import RowTable

COLUMNS = (Column("NAME", 10, flexible=True), Column("N", 4, right=True))


class TableApp(App[None]):
    """A table and nothing else."""

    CSS = "RowTable { scrollbar-size-vertical: 1; overflow-x: hidden; }"

    def __init__(self, source: RowSource, *, can_mark: bool = True) -> None:
        super().__init__()
        self.table = RowTable(COLUMNS, id="rows", can_mark=can_mark)
        self.source = source
        self.selected: list[str] = []
        self.highlighted: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.table

    def on_mount(self) -> None:
        self.table.show(self.source)
        self.table.focus()

    def on_row_table_row_selected(self, message: RowTable.RowSelected) -> None:
        self.selected.append(message.key)

    def on_row_table_row_highlighted(self, message: RowTable.RowHighlighted) -> None:
        self.highlighted.append(message.key)


def a_row(name: str) -> Row:
    return Row(name, (Cell(name), Cell("1")))


def rows(*names: str) -> ListSource[str]:
    return ListSource(names, str, a_row)


def numbered(count: int) -> ListSource[str]:
    return rows(*(f"row{number}" for number in range(count)))


async def test_keys_move() -> None:
    """Arrows, vim keys, pages and ends move the cursor, and stop at the ends."""
    app = TableApp(numbered(100))
    async with app.run_test(size=(40, 11)) as pilot:
        seen: list[int] = []
        for key in ("up", "down", "j", "k", "G", "j", "g", "ctrl+d", "ctrl+u", "pagedown", "end"):
            await pilot.press(key)
            seen.append(app.table.cursor)
    assert seen == [0, 1, 2, 1, 99, 99, 0, 5, 0, 9, 99]


async def test_cursor_scrolls() -> None:
    """The row under the cursor is always on the screen."""
    app = TableApp(numbered(100))
    async with app.run_test(size=(40, 11)) as pilot:
        await pilot.press("G")
        await pilot.pause()
        assert any("row99" in line for line in lines_of(app.table))


async def test_cursor_stays_on_its_row() -> None:
    """Rows that appear above move neither the cursor to another row nor that row on the screen."""
    app = TableApp(numbered(100))
    async with app.run_test(size=(40, 11)) as pilot:
        await pilot.press(*["j"] * 30, *["k"] * 4)
        await pilot.pause()
        line_before = lines_of(app.table).index(
            next(x for x in lines_of(app.table) if "row26" in x)
        )
        app.table.show(rows(*(f"new{n}" for n in range(7)), *(f"row{n}" for n in range(100))))
        await pilot.pause()
        assert app.table.cursor_key == "row26"
        assert "row26" in lines_of(app.table)[line_before]


async def test_cursor_when_its_row_goes() -> None:
    """The cursor stays at its place when its row is gone, and in the table when it shrinks."""
    app = TableApp(rows("a", "b", "c"))
    async with app.run_test() as pilot:
        await pilot.press("j", "j")
        app.table.show(rows("a", "b"))
        assert app.table.cursor_key == "b"
        app.table.show(rows())
        assert app.table.cursor_key == ""
        await pilot.press("enter", "space", "j", "G")
        assert app.selected == []


async def test_only_changed_lines_are_repainted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed row costs one line, an unchanged table none."""
    app = TableApp(rows("a", "b", "c"))
    async with app.run_test(size=(40, 11)) as pilot:
        await pilot.pause()
        repainted: list[Region] = []

        def note(*regions: Region) -> None:
            repainted.extend(regions)

        monkeypatch.setattr(app.table, "refresh", note)
        app.table.show(rows("a", "b", "c"))
        assert repainted == []
        changed = ListSource(
            ("a", "b", "c"),
            str,
            lambda n: Row(n, (Cell(n * 2), Cell("1"))) if n == "b" else a_row(n),
        )
        app.table.show(changed)
        assert [region.y for region in repainted] == [2]


async def test_marks() -> None:
    """Space marks and moves on; marks survive new rows and are forgotten with their rows."""
    app = TableApp(rows("a", "b", "c"))
    async with app.run_test() as pilot:
        await pilot.press("space", "space")
        assert app.table.marks == {"a", "b"}
        assert app.table.cursor_key == "c"
        app.table.show(rows("b", "c"))
        assert app.table.marks == {"b"}


async def test_a_range_of_marks() -> None:
    """From the row that was marked last to this one, up or down; once more takes the marks away."""
    app = TableApp(numbered(9))
    async with app.run_test() as pilot:
        await pilot.press("j", "j", "v")
        assert app.table.marks == {"row2"}
        await pilot.press("j", "j", "v")
        assert app.table.marks == {"row2", "row3", "row4"}
        await pilot.press("g", "v")
        assert app.table.marks == {f"row{number}" for number in range(5)}
        await pilot.press("v")
        assert app.table.marks == {f"row{number}" for number in range(1, 5)}


async def test_marks_in_pages() -> None:
    """Marks beyond the page that is shown cost their keys, not their rows; new pages leave them."""
    asked: list[tuple[int, int]] = []

    def query(offset: int, limit: int) -> Sequence[Row]:
        asked.append((offset, limit))
        return [a_row(f"row{number}") for number in range(offset, min(offset + limit, 100_000))]

    def keys(offset: int, limit: int) -> Sequence[str]:
        return [f"row{number}" for number in range(offset, offset + limit)]

    app = TableApp(PagedSource(100_000, query, keys))
    async with app.run_test() as pilot:
        await pilot.press("v", "G", "v")
        assert len(app.table.marks) == 100_000
        app.table.show(PagedSource(100_000, query, keys))
        assert len(app.table.marks) == 100_000
        assert all(limit == PAGE for _, limit in asked)
        app.table.action_mark_all()
        assert not app.table.marks


async def test_mouse() -> None:
    """A click puts the cursor there, a double click opens; the header does neither."""
    app = TableApp(numbered(100))
    async with app.run_test(size=(40, 11)) as pilot:
        await pilot.press("G")
        await pilot.pause()
        await pilot.click(RowTable, offset=(5, 3))
        assert app.table.cursor_key == "row92"
        await pilot.click(RowTable, offset=(5, 0))
        assert app.table.cursor_key == "row92"
        await pilot.click(RowTable, offset=(5, 4), times=2)
        assert app.selected == ["row93"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("[/]", "[/]"),
        ("[red]run[/red]", "[red]run[/red]"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\nb\rc\td", "a\\nb\\rc\\td"),
        ("\udcff\ud800", "\\xff\\ud800"),
        ("right\u202eleft", "right\\u202eleft"),
        ("模拟", "模拟"),
    ],
)
async def test_names_are_literal(name: str, shown: str) -> None:
    """Markup, control characters, undecodable bytes and wide characters are shown, never obeyed."""
    app = TableApp(rows(name))
    async with app.run_test(size=(60, 5)):
        assert shown in lines_of(app.table)[1]


async def test_wide_characters_keep_columns() -> None:
    """A name of double width is cut at a cell boundary, and the next column starts where it should."""
    app = TableApp(rows("模" * 40, "x" * 40, "short"))
    async with app.run_test(size=(30, 6)):
        strips = [app.table.render_line(y) for y in range(1, 4)]
        assert {strip.cell_length for strip in strips} == {
            app.table.scrollable_content_region.width
        }
        assert all(strip.text.rstrip().endswith(" 1") for strip in strips)


async def test_fetches_by_page() -> None:
    """Of a hundred thousand rows only the pages that are looked at are read."""
    asked: list[int] = []

    def query(offset: int, limit: int) -> Sequence[Row]:
        asked.append(offset)
        return [a_row(f"row{n}") for n in range(offset, offset + limit)]

    app = TableApp(PagedSource(100_000, query))
    async with app.run_test(size=(40, 11)) as pilot:
        await pilot.press("j", "G")
        await pilot.pause()
        assert "row99999" in lines_of(app.table)[-1]
    assert set(asked) <= {0, 99_990 // PAGE * PAGE, 99_999 // PAGE * PAGE}
