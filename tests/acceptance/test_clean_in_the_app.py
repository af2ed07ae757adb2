"""Somebody makes room in the app: what is provably in the store goes, after its name was typed."""

import os
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from core.ports.journal.cleanings import Cleaning
from storage.db.journal_db import SqliteJournal
from tests.acceptance.conftest import Command
from tests.acceptance.test_clean import change_one_byte
from tests.tui.builders import HeardApp, until
from tests.tui.screen_text import said_by, table_of, text_of
from tui.composition.options import Options
from tui.composition.session import Session
from tui.screens.typed import TypedScreen
from tui.widgets.run_table import RunTable


async def asked(pilot: Pilot[int]) -> str:
    """What the dialog lists."""
    await until(pilot, lambda: isinstance(pilot.app.screen, TypedScreen))
    await until(pilot, lambda: bool(pilot.app.screen.query("#operation")))
    return text_of(pilot, "#operation")


def runs(pilot: Pilot[int]) -> dict[str, str]:
    """The states of those in the table, by name."""
    table = table_of(pilot)
    assert isinstance(table, RunTable)
    return {run.name: run.state for run in table.rows.picture.runs}


async def test_clean(runferry: Command, fred_out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Given three stored runs, of which one has had a byte changed, its times put back
    When all are marked and deleted here, first with a wrong name
    Then the changed one stays and says why, the others leave Watch, and Browse has all of them.
    """
    monkeypatch.setenv("RUNFERRY_QUIET_SECONDS", "0.1")
    assert runferry("upload", fred_out, "--name", "flu").code == 0
    change_one_byte(fred_out / "RUN2/LOG")
    with Session(Options()) as session:
        app = HeardApp(session.app_services([str(fred_out)]))
        async with app.run_test(size=(100, 30)) as pilot:
            await until(
                pilot, lambda: runs(pilot) == dict.fromkeys(("RUN1", "RUN2", "RUN3"), "done")
            )
            await pilot.press("ctrl+a", "D")
            listed = await asked(pilot)
            assert "Delete 2 runs on this machine: 145 files, 3.5 MiB" in listed
            assert "RUN2 stays: its content is not that of version 1" in listed
            await until(pilot, lambda: isinstance(app.focused, Input))
            await pilot.press(*"RUN1", "enter")
            await until(pilot, lambda: "not the name" in text_of(pilot, "#typed-says"))
            app.screen.query_one(Input).value = ""
            await pilot.press(*"2 runs", "enter")
            await until(pilot, lambda: "Deleted 2 runs here: 3.5 MiB freed" in said_by(pilot))
            await until(pilot, lambda: [*runs(pilot)] == ["RUN2"])
            await pilot.press("D")
            assert "None of this is provably in the store" in await asked(pilot)
            await pilot.press("escape", "2")
            await until(pilot, lambda: app.current_mode == "browse")
            await until(pilot, lambda: table_of(pilot).row_count == 1)
            await pilot.press("enter")
            await until(pilot, lambda: table_of(pilot).row_count == 3)
    assert [name for name in os.listdir(fred_out) if name.startswith("RUN")] == ["RUN2"]
    told = [r["what"] for r in runferry("activity", "--kind", "deletion", "--json").records]
    assert len([what for what in told if what.startswith("deleted here: ")]) == 2


async def test_cut_short(runferry: Command, home: Path, fred_out: Path) -> None:
    """
    Given a run that was on its way out, and half deleted, when the process was killed
    When the app is started
    Then the rest of it goes, Watch never shows it, and Activity says so.
    """
    assert runferry("upload", fred_out).code == 0
    record = runferry("jobs", "uploads", "list", "--job-id", "1", "--json").records[0]
    aside = (fred_out / "RUN1").rename(fred_out / ".runferry-clean-RUN1-1a2b3c4d")
    (aside / "LOG").unlink()
    journal = SqliteJournal(f"{home}/state.db", store_location=f"{home}/store")
    going = (str(aside), f"{fred_out}/RUN1", 1, 1, record["content_id"], str(aside.stat().st_dev))
    journal.put_cleaning(Cleaning(*going, checked=True))
    journal.close()
    with Session(Options()) as session:
        app = HeardApp(session.app_services([str(fred_out)]))
        async with app.run_test(size=(100, 30)) as pilot:
            await until(pilot, lambda: [*runs(pilot)] == ["RUN2", "RUN3"])
            await until(pilot, lambda: not aside.exists())
    said = [r["what"] for r in runferry("activity", "--kind", "deletion", "--json").records]
    assert said == [f"{fred_out}/RUN1: its clean-up, which was cut short, is over."]
