"""A run that changes after it was stored: Watch and Browse say the same of it."""

from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.acceptance.conftest import Command
from tests.acceptance.test_watch import a_run
from tests.tui.builders import until
from tests.tui.screen_text import lines_of, table_of, text_of
from tui.app import RunFerryApp
from tui.composition.options import Options
from tui.composition.session import Session


def row(pilot: Pilot[int], text: str) -> str:
    """Of the table with the keys; empty when there is none with `text`."""
    return next((line for line in lines_of(table_of(pilot)) if text in line), "")


async def test_in_watch_and_browse(
    runferry: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given a run that was stored from here
    When one of its files is written again while the app is open
    Then Watch calls it outdated, and Browse does not say any more that the content is here.
    """
    monkeypatch.setenv("RUNFERRY_RULE", "sentinel")
    monkeypatch.setenv("RUNFERRY_QUIET_SECONDS", "0.2")
    run = a_run(tmp_path / "flu/OUT/RUN1")
    assert runferry("upload", run).code == 0
    with Session(Options()) as session:
        app = RunFerryApp(session.app_services([str(tmp_path / "flu")]))
        async with app.run_test(size=(110, 30)) as pilot:
            await until(pilot, lambda: "✓ stored" in row(pilot, " RUN1 "))
            await pilot.press("2", "enter")
            await until(pilot, lambda: "jobs › 1 " in text_of(pilot, "#crumbs"))
            await pilot.press("enter")
            await until(pilot, lambda: "✓" in row(pilot, "_results.zip"))

            (run / "out.csv").write_text("written again\n")

            await until(pilot, lambda: "✓" not in (row(pilot, "_results.zip") or "✓"))
            await pilot.press("1")
            await until(pilot, lambda: "outdated" in row(pilot, " RUN1 "))
