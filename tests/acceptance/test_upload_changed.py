"""A run that goes on after it was stored: what is stored in the end is what is there."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import Command
from tests.acceptance.processes import PATIENCE, runferry_process
from tests.acceptance.test_watch import a_run

_TREE = ("--auto-upload", "--quiet", "1")


@pytest.fixture(autouse=True)
def no_countdown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNFERRY_COUNTDOWN_SECONDS", "0")


def versions(runferry: Command) -> list[int]:
    """Of all that is stored in job 1, in order."""
    listed = runferry("jobs", "uploads", "list", "--job-id", "1", "--json")
    return sorted(record["version"] for record in listed.records)


def test_pause_longer_than_the_quiet_period(runferry: Command, tmp_path: Path) -> None:
    """
    Given a simulator without a sign of its end, which pauses for longer than the quiet period
    When it goes on after its run was stored, and ends
    Then the whole run becomes the next version by itself, after it was announced.
    """
    run = a_run(tmp_path / "OUT/RUN1")
    (run / "out.txt").write_text("the first part\n")
    with runferry_process("watch", run.parent, *_TREE, "--rule", "quiet", "--json") as watch:
        watch.wait_for("transfer_succeeded")
        (run / "out.txt").write_text("the rest\n")
        # By now it is known to pause: three times as long a pause counts as the end.
        watch.wait_for("run_state_changed", state="changed", patience=4 * PATIENCE)
        watch.wait_for("transfer_succeeded")
    target = tmp_path / "down"
    taken = runferry(
        "jobs", "uploads", "download", "--job-id", "1", "--output-dir", target, "--extract"
    )
    assert taken.code == 0
    assert next(target.rglob("out.txt")).read_text() == "the rest\n"


def test_left_to_the_user(runferry: Command, tmp_path: Path) -> None:
    """
    Given a run that says itself when it is done, and was written again after it was stored
    When a watch until all is at rest would upload by itself
    Then it stores no second version, names the run and what stores it, and fails;
    And told to take changed runs along it stores it, and all is well.
    """
    run = a_run(tmp_path / "OUT/RUN1")
    watch = ("watch", run.parent, *_TREE, "--rule", "sentinel", "--until-idle")
    assert runferry(*watch).code == 0
    (run / "data").write_text("written again, and longer\n")
    (run / "DONE").write_text("again\n")

    left = runferry(*watch)

    assert left.code == 1
    assert f"{run} was written again since it was stored" in left.err
    assert versions(runferry) == [1]


def test_taken_along(runferry: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Given the same, and settings that have changed runs uploaded
    When the watch has come to rest
    Then the run is stored as version 2, and the exit code is 0, also the next time.
    """
    run = a_run(tmp_path / "OUT/RUN1")
    watch = ("watch", run.parent, *_TREE, "--rule", "sentinel", "--until-idle")
    assert runferry(*watch).code == 0
    (run / "data").write_text("written again, and longer\n")
    (run / "DONE").write_text("again\n")
    monkeypatch.setenv("RUNFERRY_UPLOAD_CHANGED", "true")
    monkeypatch.setenv("RUNFERRY_COUNTDOWN_SECONDS", "0.2")

    again = runferry(*watch)

    assert (again.code, versions(runferry)) == (0, [1, 2])
    assert "changed since it was stored" in again.out
    assert (runferry(*watch).code, versions(runferry)) == (0, [1, 2])


def test_nothing_but_times(
    runferry: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given a stored run of which the files got other times only
    When changed runs are uploaded by themselves
    Then no version is made: the content is what is stored.
    """
    monkeypatch.setenv("RUNFERRY_UPLOAD_CHANGED", "true")
    run = a_run(tmp_path / "OUT/RUN1")
    watch = ("watch", run.parent, *_TREE, "--rule", "sentinel", "--until-idle")
    assert runferry(*watch).code == 0
    for file in run.iterdir():
        file.touch()
    assert (runferry(*watch).code, versions(runferry)) == (0, [1])
