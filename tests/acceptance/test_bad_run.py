"""One run among others is of a kind that nobody thought of."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import Command
from tests.deep_tree import chain, removed

_WATCH = ("--until-idle", "--quiet", "0.2", "--auto-upload", "--rule", "sentinel")


@pytest.fixture(autouse=True)
def no_countdown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNFERRY_COUNTDOWN_SECONDS", "0")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Three runs, of which the second one is to be spoiled."""
    for number in (1, 2, 3):
        run = tmp_path / f"flu/OUT/RUN{number}"
        run.mkdir(parents=True)
        (run / "data").write_text(run.name)
        (run / "DONE").touch()
    return tmp_path / "flu/OUT"


def stored_runs(runferry: Command) -> list[int]:
    runs = runferry("jobs", "info", "--job-id", "1", "--json").records[0]["runs"]
    return [run["run_id"] for run in runs if run["status"] == "DONE"]


@pytest.mark.parametrize("command", ["watch", "upload"])
def test_deep_directories(runferry: Command, out: Path, command: str) -> None:
    """
    Given a run with directories 1,200 levels deep
    When its tree is watched with auto-upload, or uploaded
    Then all runs are stored, the deep one as well.
    """
    with chain(out / "RUN2"):
        answer = runferry("upload", out) if command == "upload" else runferry("watch", out, *_WATCH)
    assert answer.code == 0
    assert "watcher" not in answer.out
    assert stored_runs(runferry) == [1, 2, 3]


def test_deep_directories_come_back(runferry: Command, out: Path, tmp_path: Path) -> None:
    """
    Given a stored run with directories 1,200 levels deep
    When it is downloaded and extracted, twice
    Then it is there with all of them, and the second time it is found to be there.
    """
    download = ("jobs", "uploads", "download", "--job-id", "1", "--run-id", "2", "--extract")
    back = tmp_path / "back"
    with chain(out / "RUN2"), removed(back):
        runferry("upload", out)
        answers = [runferry(*download, "--output-dir", back) for _ in range(2)]
        assert [answer.code for answer in answers] == [0, 0]
        assert Path(back, "RUN2", "d/" * 1200, "leaf").exists()
        assert "there already" in answers[1].out


@pytest.mark.parametrize("command", ["watch", "upload"])
def test_paths_longer_than_an_archive_holds(runferry: Command, out: Path, command: str) -> None:
    """
    Given a run with paths that no archive can hold
    When its tree is watched with auto-upload until idle, or uploaded
    Then all runs are stored, and lines of bearable length say what is left out of that run.
    """
    with chain(out / "RUN2", 30, "n" * 200):
        answer = runferry("upload", out) if command == "upload" else runferry("watch", out, *_WATCH)
    said = answer.out + answer.err
    assert answer.code == 0
    assert "left out" in said
    assert "its name is too long for a ZIP" in said
    assert max(map(len, said.splitlines())) < 600
    assert stored_runs(runferry) == [1, 2, 3]


@pytest.mark.parametrize("command", ["watch", "upload"])
def test_paths_longer_than_any(runferry: Command, out: Path, command: str) -> None:
    """
    Given a run with paths that are too long even to be looked at
    When its tree is watched with auto-upload until idle, or uploaded
    Then the others are stored, and one line of bearable length says what is wrong with that run.
    """
    with chain(out / "RUN2", 90, "n" * 200):
        if command == "upload":
            answer = runferry("upload", out)
        else:
            answer = runferry("watch", out, *_WATCH, "--stall", "1")
    said = answer.out + answer.err
    assert "too deep to be looked at" in said
    assert max(map(len, said.splitlines())) < 600
    assert stored_runs(runferry) == [1, 3]
    if command == "upload":
        assert answer.code == 1
