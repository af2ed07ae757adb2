"""Browse in a bucket that another tool filled: all of a job is there, and what is current is told."""

import pytest
from textual.pilot import Pilot

from core.stored.refresh_catalog import RefreshCatalog
from tests.tui.builders import Stage, until
from tests.tui.screen_text import drawn_text_of, lines_of, table_of, text_of

OWN, OTHER = "jobs/9/2025/10/23/220000/", "jobs/9/2025/10/23/220005/"


@pytest.fixture
def filled(stage: Stage) -> Stage:
    """Job 9 below two prefixes; of run 4 there are two configurations, and plain logs."""
    for key in (
        f"{OWN}run_4_config.json",
        f"{OTHER}run_4_config.json",
        f"{OTHER}run_4_logs.log",
        f"{OTHER}run_4_results.zip",
    ):
        stage.store.put(key, b"log line\n")
    refresh = RefreshCatalog(stage.catalog, stage.store, stage.clock)

    def sync() -> None:
        refresh()

    stage.sync = sync
    sync()
    return stage


async def open_run(pilot: Pilot[int]) -> None:
    await pilot.press("2")
    await until(pilot, lambda: pilot.app.current_mode == "browse")
    for level, rows in (("jobs", 1), ("runs", 1)):
        await until(pilot, lambda level=level, rows=rows: shows(pilot, level, rows))
        await pilot.press("enter")
    await until(pilot, lambda: shows(pilot, "artifacts", 4))


def shows(pilot: Pilot[int], level: str, rows: int) -> bool:
    """Whether one is in that list, and it is read."""
    table = table_of(pilot)
    return (table.id, table.row_count, table.has_focus) == (level, rows, True)


async def test_all_of_a_run(filled: Stage) -> None:
    """All of it, and what is current.

    Given a run whose artifacts lie below two prefixes
    When it is opened
    Then all of them are listed; of two of a kind the one that is not
    current has its place before its name.
    """
    async with filled.app().run_test(size=(120, 36)) as pilot:
        await open_run(pilot)
        lines = "\n".join(lines_of(table_of(pilot)))
        for name in ("run_4_results.zip", "run_4_logs.log", " run_4_config.json"):
            assert name in lines
        assert lines.count("run_4_config.json") == 2
        assert "…" in lines
        await pilot.press("G")
        await until(pilot, lambda: "another one is the current one" in text_of(pilot, "#about"))


async def test_plain_logs_are_read(filled: Stage) -> None:
    """As any text.

    Given logs that are a text
    When they are opened
    Then their lines are shown.
    """
    async with filled.app().run_test(size=(120, 36)) as pilot:
        await open_run(pilot)
        await pilot.press("down", "enter")
        await until(pilot, lambda: "log line" in drawn_text_of(pilot))
