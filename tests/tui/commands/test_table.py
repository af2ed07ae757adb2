"""Rows on a real terminal, and where there is none."""

import re
from collections.abc import Iterable, Iterator

import pytest
from rich.cells import cell_len

from core.errors import StoreConnectionError
from tests.tui.commands.terminal import Terminal, on_terminal
from tui.commands.table import Column, show_rows

COLUMNS = (Column("JOB", right=True), Column("STATUS", state=True), Column("NAME"))
LIVE = (Column("JOB", width=6, right=True), Column("STATUS", width=9, state=True), Column("NAME"))
NAMES = [
    "flu",
    "[red]not red[/red] :smile:",
    "疫情模型 広島市 シミュレーション 2026年冬期",
    "z" * 130,
    "\x1b[31m",
]
SGR = re.compile(r"\x1b\[[0-9;]*m")
Row = tuple[int, str, str]


def rows(*names: str, state: str = "failed") -> list[Row]:
    return [(number, state, name) for number, name in enumerate(names, start=1)]


def cells(row: Row) -> list[str]:
    return [*map(str, row)]


def line(row: Row) -> str:
    return f"job {row[0]:<6} {row[1]}  {row[2]}"


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("COLUMNS", "NO_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)


def shown(width: int, found: Iterable[Row], columns: Iterable[Column] = COLUMNS) -> str:
    return on_terminal(width, lambda _: show_rows(found, [*columns], cells, line))


@pytest.mark.parametrize("columns", [COLUMNS, LIVE])
@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_it_fits(width: int, columns: Iterable[Column]) -> None:
    """However wide the terminal: nothing runs over its edge, and all of every name is there."""
    text = shown(width, rows(*NAMES), columns)
    plain = SGR.sub("", text)
    assert max(map(cell_len, plain.splitlines())) <= width
    words = "".join(plain.split())
    for name in ("flu", "[red]notred[/red]:smile:", "疫情模型広島市シミュレーション2026年冬期"):
        assert name in words
    assert words.count("z") == 130
    assert r"\x1b[31m" in plain


def test_titles_and_numbers() -> None:
    """The titles stand above, once; numbers end below each other, however many pages there are."""
    jobs = [(job_id, "failed", "flu") for job_id in range(10_150, 9850, -1)]
    lines = SGR.sub("", shown(80, jobs)).splitlines()
    assert lines[0].split() == ["JOB", "STATUS", "NAME"]
    assert [int(text[:5]) for text in lines[1:]] == [job_id for job_id, *_ in jobs]
    assert {text.index("failed") for text in lines[1:]} == {lines[0].index("STATUS")}
    assert {text.index("flu") for text in lines[1:]} == {lines[0].index("NAME")}
    upwards = SGR.sub("", shown(80, reversed(jobs))).splitlines()
    assert [int(text.split()[0]) for text in upwards[1:]] == [*range(9851, 10_151)]


def test_colours() -> None:
    """Only states have one."""
    assert "\x1b[31mfailed\x1b[0m" in shown(80, rows("failed"))
    assert shown(80, rows("failed")).count("\x1b[31m") == 1
    assert "\x1b[32mcompleted\x1b[0m" in shown(80, rows("failed", state="completed"))


def test_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user wants none; a terminal that can do nothing is sent text alone."""
    monkeypatch.setenv("NO_COLOR", "1")
    assert {*SGR.findall(shown(80, rows(*NAMES)))} <= {"\x1b[1m", "\x1b[0m"}
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.delenv("NO_COLOR")
    assert "\x1b" not in shown(80, rows(*NAMES))


def test_none_and_very_long() -> None:
    """No titles above nothing; of a text without an end both ends."""
    assert shown(80, []) == ""
    text = "".join(SGR.sub("", shown(80, rows("a" * 50_000 + "z"))).split())
    assert text.endswith("az")
    assert len(text) < 300


def test_a_secret_is_a_line() -> None:
    """In its place, and redacted; it is not told from cells of their own."""
    key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    text = SGR.sub("", shown(80, rows("flu", f"aws_secret_access_key={key}", "ward")))
    assert key not in text
    assert [row.split()[0] for row in text.splitlines()] == ["JOB", "1", "job", "3"]


def test_what_was_found_before_a_failure_is_shown() -> None:
    """It waited for its page."""

    def found() -> Iterator[Row]:
        yield from rows("flu", "ward")
        raise StoreConnectionError("Gone.")

    def act(_: Terminal) -> None:
        with pytest.raises(StoreConnectionError):
            show_rows(found(), COLUMNS, cells, line)

    assert "ward" in on_terminal(80, act)


def test_rows_that_take_time_are_not_held_back() -> None:
    """Where all widths are known each row is there before the next one is looked for."""

    def act(terminal: Terminal) -> None:
        def found() -> Iterator[Row]:
            for row in rows("flu", "ward", "home"):
                yield row
                terminal.wait_for(row[2])

        show_rows(found(), LIVE, cells, line)

    assert on_terminal(80, act).count("failed") == 3


def test_lines_elsewhere(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One whole line for each, whatever the width; harmless."""
    monkeypatch.setenv("COLUMNS", "40")
    show_rows(rows(*NAMES), COLUMNS, cells, line)
    out = capsys.readouterr().out.splitlines()
    assert out == [line(row).replace("\x1b", r"\x1b") for row in rows(*NAMES)]
