"""What a run was called, and what was left out of it, stays with it whatever becomes of it in the store."""

import json
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command
from tests.tui.builders import HeardApp, until
from tests.tui.screen_text import drawn_text_of, text_of
from tui.composition.options import Options
from tui.composition.session import Session

SETTINGS = """\
[watch]
kind = "any"
[kinds.any]
exclude = ["restart.*"]
[profiles.archive]
kind = "local"
path = "{}"
"""
CASE_A = ("case-A", ["case-A/restart.1: excluded by restart.*"])
RUN_1 = ("--job-id", "1", "--run-id", "1")


@pytest.fixture
def out(home: Path, tmp_path: Path) -> Path:
    """Runs without numbers, and something in one of them that is not stored."""
    home.mkdir()
    (home / "settings.toml").write_text(SETTINGS.format(tmp_path / "archive"))
    for run in ("case-A", "case-B"):
        (tmp_path / "OUT" / run).mkdir(parents=True)
        (tmp_path / "OUT" / run / "out").write_text(run)
    (tmp_path / "OUT/case-A/restart.1").write_text("big")
    return tmp_path / "OUT"


def told(store: Path, job_id: int = 1, run_id: int = 1) -> list[tuple[object, object]]:
    """What the manifests of a run in a local store say, by version."""
    found = store.glob(f"jobs/{job_id}/*/*/*/*/run_{run_id}_results.v0*.json")
    return [_told(path) for path in sorted(found)]


def _told(path: Path) -> tuple[object, object]:
    manifest = json.loads(path.read_text())
    return manifest.get("directory"), manifest.get("left_out")


def test_version_that_is_brought_back(runferry: Command, out: Path, home: Path) -> None:
    """
    Given a run with two versions
    When the latest one is deleted
    Then the content before it is the latest again, with the name of its directory and what it lacks.
    """
    assert runferry("upload", out / "case-A").code == 0
    (out / "case-A/out").write_text("another")
    assert runferry("upload", out / "case-A").code == 0
    deleted = runferry("jobs", "runs", "delete", *RUN_1, "--version", "2", "--yes")
    assert (deleted.code, told(home / "store")) == (0, [CASE_A, CASE_A])


def test_run_that_is_moved(runferry: Command, out: Path, home: Path) -> None:
    """
    Given a run with two versions, and another job
    When the run is moved there, under another id, and uploaded again
    Then it is that run of that job, with its name, and nothing is new of it.
    """
    for text in ("one", "other"):
        (out / "case-A/out").write_text(text)
        assert runferry("upload", out / "case-A").code == 0
    assert runferry("jobs", "register", "--name", "other").code == 0
    moved = runferry("jobs", "move-run", *RUN_1, "--to-job", "2", "--to-run", "9", "--yes")
    assert (moved.code, told(home / "store", 2, 9)) == (0, [CASE_A, CASE_A])
    (again,) = runferry("upload", out / "case-A", "--json").records
    assert (again["job_id"], again["run_id"], again["outcome"]) == (2, 9, "unchanged")


def test_job_that_is_copied(runferry: Command, out: Path, tmp_path: Path) -> None:
    """
    Given runs of which one is not stored yet and has its id already
    When their job is copied to another store, and a run with an earlier name appears
    Then all have the same ids there that they were shown with here, and the same names.
    """
    (out / "case-Z").mkdir()
    (out / "case-Z/out").write_text("last")
    for run in ("case-A", "case-B"):
        assert runferry("upload", out / run).code == 0
    assert runferry("store", "copy", "--to", "archive", "--rebind").code == 0
    assert told(tmp_path / "archive") == [CASE_A]
    (out / "case-C").mkdir()
    (out / "case-C/out").write_text("new")
    there = runferry("upload", out, "--json", "--profile", "archive").records
    outcomes = {record["run_id"]: record["outcome"] for record in there}
    assert outcomes == {1: "unchanged", 2: "unchanged", 3: "uploaded", 4: "uploaded"}
    assert told(tmp_path / "archive", 1, 3) == [("case-Z", None)]


def test_results_of_another_tool(runferry: Command, out: Path, home: Path) -> None:
    """
    Given results that another tool has stored of a run, and its directory
    When the directory is uploaded
    Then what lies there is its version 1 and has its name.
    """
    assert runferry("upload", out / "case-A").code == 0
    (results,) = home.glob("store/jobs/1/*/*/*/*/run_1_results.zip")
    content = results.read_bytes()
    assert runferry("jobs", "runs", "delete", *RUN_1, "--yes").code == 0
    results.parent.mkdir(parents=True)
    results.write_bytes(content)
    (again,) = runferry("upload", out / "case-A", *RUN_1, "--json").records
    assert (again["outcome"], again["version"]) == ("unchanged", 1)
    assert told(home / "store") == [CASE_A]


async def test_what_a_version_lacks(runferry: Command, out: Path) -> None:
    """
    Given a stored run of which something was left out, and one that is whole
    When somebody asks later what is stored, from another cache, and looks at it in Browse
    Then it is said of the one, and not of the other.
    """
    assert runferry("upload", out).code == 0
    assert runferry("store", "sync", "--rebuild").code == 0
    listed = runferry("jobs", "uploads", "list", "--job-id", "1", "--json").records
    assert [record.get("left_out") for record in listed] == [CASE_A[1], None]
    (job,) = runferry("jobs", "info", "--job-id", "1", "--json").records
    assert [run.get("left_out") for run in job["runs"]] == [CASE_A[1], None]
    said = f"left out: {CASE_A[1][0]}"
    for command in (("jobs", "info"), ("jobs", "uploads", "list")):
        lines = runferry(*command, "--job-id", "1").out.splitlines()
        assert [line.endswith(said) for line in lines if "_results" in line] == [True, False]
    with Session(Options()) as session:
        app = HeardApp(session.app_services([str(out)]))
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.press("2", "enter")
            await until(pilot, lambda: "✓ stored" in drawn_text_of(pilot))
            await until(pilot, lambda: CASE_A[1][0] in text_of(pilot, "#about"))
