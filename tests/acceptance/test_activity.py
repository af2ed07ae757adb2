"""What happened: written down by every command, found again without a secret."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from tests.acceptance.conftest import Command
from tests.acceptance.test_watch import a_run, refuse_links
from tests.tui.builders import HeardApp, until
from tests.tui.screen_text import said_by, table_of, text_of
from tui.composition.options import Options
from tui.composition.session import Session

SECRET = "AKIAIOSFODNN7EXAMPLE"


def told(runferry: Command, *options: str) -> list[dict[str, Any]]:
    answer = runferry("activity", "--json", *options)
    assert answer.code == 0
    return answer.records


def test_commands(runferry: Command, home: Path, tmp_path: Path) -> None:
    """What is stored, fetched, read anew and deleted is written down, and one line of the log.

    Given a run
    When it is uploaded twice, downloaded, the store synced, and its job deleted
    Then `activity` tells it in order, in words and as JSON, and chooses by kind, run and text
    And the log file has a line for each
    """
    run = a_run(tmp_path / "OUT/RUN1")
    assert runferry("upload", str(run)).code == 0
    assert runferry("upload", str(run)).code == 0
    download = ("jobs", "uploads", "download", "--job-id", "1", "--output-dir", str(tmp_path / "d"))
    assert runferry(*download).code == 0
    assert runferry("store", "sync").code == 0
    name = runferry("jobs", "info", "--job-id", "1", "--json").records[0]["name"]
    assert runferry("jobs", "delete", "--job-id", "1", "--confirm", name).code == 0

    done = told(runferry, "--kind", "success")
    assert [record["kind"] for record in done] == [
        "upload",
        "upload",
        "download",
        "sync",
        "deletion",
    ]
    assert [record["what"] for record in done[:2]] == ["uploaded", "unchanged"]
    assert (
        told(runferry, "--run", "RUN1", "--text", "!unchanged", "--kind", "upload")[-1] == done[0]
    )
    assert told(runferry, "--run", "RUN11") == []
    lines = runferry("activity", "--since", "1h").out.splitlines()
    assert "job 1: deleted: 1 artifact of 1 run" in lines[-1]
    log = "".join(path.read_text() for path in home.glob("logs/*.log"))
    for words in ("uploaded", "unchanged", "downloaded to", "read: 1 job", "deleted: 1 artifact"):
        assert log.count(f": {words}") == 1, words


def test_errors(runferry: Command, home: Path, tmp_path: Path) -> None:
    """An error is there with all that it says, counted when it comes again, and without the secret in it.

    Given a RUN directory with a link to a secret, whose links are refused
    When it is uploaded in vain twice, and a job is asked for that there is not
    Then `activity --kind error` has one entry for each, one with a count of two
    And the secret is in no file of the state
    """
    refuse_links(home)
    run = a_run(tmp_path / "OUT/RUN1")
    (run / "link").symlink_to(f"/{SECRET}")
    for _ in range(2):
        assert runferry("upload", str(run)).code == 1
    assert runferry("jobs", "info", "--job-id", "99").code == 1

    first, second = told(runferry, "--kind", "error")
    assert (first["kind"], first["count"], first["path"]) == ("upload", 2, str(run))
    assert "a link to" in first["what"]
    assert (second["kind"], second["about"]) == ("command", "runferry jobs info")
    assert (second["cause"], bool(second["means"])) == ("JobNotFoundError", True)
    for file in home.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes(), file


def test_locked_state(
    runferry: Command, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be written down stops nobody.

    Given a state whose table of activity is out of order
    When a run is uploaded
    Then it is stored, and `activity` alone says what is wrong
    """
    assert runferry("activity").code == 0
    with closing(sqlite3.connect(home / "state.db")) as state, state:
        state.execute("DROP TABLE activity")
    assert runferry("upload", str(a_run(tmp_path / "OUT/RUN1"))).code == 0
    assert runferry("activity").code == 2


async def test_found_in_the_app(
    runferry: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    """
    Given an upload of a command that failed, with a secret in its message
    When its user opens Activity, finds it among what happened, and saves a report
    Then the pane says what it means and what to do, and the report too, both without the secret
    And what was deleted in the app meanwhile is there as well.
    """
    refuse_links(home)
    done, failed = a_run(tmp_path / "tree/OUT/RUN1"), a_run(tmp_path / "tree/OUT/RUN2")
    (failed / "link").symlink_to(f"/{SECRET}")
    assert runferry("upload", str(done), "--name", "flu").code == 0
    assert runferry("upload", str(failed)).code == 1
    monkeypatch.chdir(tmp_path)
    with Session(Options()) as session:
        app = HeardApp(session.app_services([str(tmp_path / "tree")]))
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.press("2")
            await until(pilot, lambda: app.current_mode == "browse")
            await until(pilot, lambda: table_of(pilot).row_count > 0)
            await pilot.press("D")
            await until(pilot, lambda: isinstance(app.focused, Input))
            await pilot.press(*"flu", "enter")
            await until(pilot, lambda: "Deleted" in " ".join(said_by(pilot)))
            await pilot.press("4", "slash", *"kind:deletion")
            await until(pilot, lambda: "Deleted" in text_of(pilot, "#happening"))
            await pilot.press("escape", "slash", *"run:RUN2 kind:error")
            await until(pilot, lambda: "Means" in text_of(pilot, "#happening"))
            pane = text_of(pilot, "#happening")
            await pilot.press("enter", "S")
            await until(pilot, lambda: "Saved: " in " ".join(said_by(pilot)))
    report = "".join(path.read_text() for path in saved_reports(tmp_path))
    for told in (" ".join(pane.split()), report):
        assert "a link to /" in told
        assert "half a run is not stored" in told
        assert SECRET not in told


def saved_reports(directory: Path) -> list[Path]:
    return [*directory.glob("runferry-activity-*.txt")]
