"""Two studies with a run in common share a store: neither writes into the job of the other."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.conftest import Answer, Command
from tests.tui.builders import until
from tests.tui.screen_text import lines_of, table_of, text_of
from tui.app import RunFerryApp
from tui.composition.options import Options
from tui.composition.session import Session

At = Callable[..., Answer]


def write_run(directory: Path, text: str) -> Path:
    """It is done."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "x").write_text(text)
    (directory / "DONE").touch()
    return directory


@pytest.fixture
def at(tmp_path: Path, runferry: Command, monkeypatch: pytest.MonkeyPatch) -> At:
    """A command at one of two workstations, which share a store."""
    monkeypatch.setenv("RUNFERRY_RULE", "sentinel")
    monkeypatch.setenv("RUNFERRY_QUIET_SECONDS", "0.2")
    monkeypatch.setenv("RUNFERRY_COUNTDOWN_SECONDS", "0.2")
    settings = f'profile = "shelf"\n\n[profiles.shelf]\nkind = "local"\npath = "{tmp_path}/shelf"\n'
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "settings.toml").write_text(settings)

    def run(workstation: str, *words: str | Path) -> Answer:
        monkeypatch.setenv("RUNFERRY_HOME", str(tmp_path / workstation))
        return runferry(*words)

    return run


@pytest.fixture
def mine(at: At, tmp_path: Path) -> Path:
    """Its RUN1 is that of alice's job 1, and so it was bound to that; RUN2 is another one."""
    for number, text in ((1, "baseline"), (2, "alice's")):
        write_run(tmp_path / f"exp1/RUN{number}", text)
    assert at("a", "upload", tmp_path / "exp1", "--name", "alice").code == 0
    mine = tmp_path / "my-own-study"
    write_run(mine / "RUN1", "baseline")
    assert 'in job 1 "alice" (found in the store by its content)' in at("b", "upload", mine).err
    write_run(mine / "RUN2", "my own!")
    return mine


def versions(at: At, job_id: int) -> list[tuple[int, int]]:
    listed = at("a", "jobs", "uploads", "list", "--job-id", str(job_id), "--json").records
    return [(record["run_id"], record["version"]) for record in listed]


def test_upload(at: At, mine: Path) -> None:
    """
    Given a tree that was bound to alice's job because a run is the same
    When a run of it is uploaded that alice has another one of, or none
    Then it is refused with what to do, until a job is named.
    """
    write_run(mine / "RUN3", "my third")
    answer = at("b", "upload", mine)
    assert answer.code == 1
    assert 'Run 2 of job 1 "alice" holds something else' in answer.err
    for words in ("Run 3 of job 1", "--job-id 1", "--name S", "2 of 3 runs were not stored"):
        assert words in answer.err
    assert versions(at, 1) == [(1, 1), (2, 1)]
    assert at("b", "upload", mine, "--name", "mine").code == 0
    assert (versions(at, 1), versions(at, 2)) == ([(1, 1), (2, 1)], [(1, 1), (2, 1), (3, 1)])
    assert at("b", "upload", mine).code == 0


def test_the_job_is_named(at: At, mine: Path) -> None:
    """
    Given the same tree
    When its job is named once
    Then it is chosen, and later runs go there without a question.
    """
    assert at("b", "upload", mine, "--job-id", "1").code == 0
    assert versions(at, 1) == [(1, 1), (2, 1), (2, 2)]
    write_run(mine / "RUN3", "my third")
    assert at("b", "upload", mine).code == 0


def test_logs(at: At, mine: Path) -> None:
    """
    Given the same tree, whose RUN1 is that of alice's job, with a log of its own
    When the files beside the run are to be stored, too
    Then alice's run gets none of them, until her job is named.
    """
    (mine / "RUN2/DONE").unlink()
    (mine / "warnings.txt").write_text("mine")
    answer = at("b", "upload", mine / "RUN1", "--sidecars")
    assert answer.code == 1
    assert 'Run 1 of job 1 "alice" was not stored from here' in answer.err
    assert "The results are stored as version 1" in answer.err
    assert versions(at, 1) == [(1, 1), (2, 1)]
    assert at("b", "upload", mine / "RUN1", "--sidecars", "--job-id", "1").code == 0


def test_watch(at: At, mine: Path) -> None:
    """
    Given the same tree
    When it is watched with auto-upload
    Then it counts down, the upload fails for good, and says why.
    """
    answer = at("b", "watch", mine, "--auto-upload", "--until-idle")
    assert answer.code == 1
    assert "uploads in 0 s" in answer.out
    assert 'Run 2 of job 1 "alice" holds something else' in answer.out + answer.err
    assert versions(at, 1) == [(1, 1), (2, 1)]
    (transfer,) = at("b", "queue", "list", "--json").records
    assert (transfer["state"], transfer["attempts"]) == ("failed", 1)


def test_a_tree_that_contradicts(at: At, mine: Path, tmp_path: Path) -> None:
    """
    Given a tree with a run in common and one that differs, at a workstation that knows neither
    When it is uploaded for the first time
    Then it gets a job of its own.
    """
    other = tmp_path / "third-study"
    write_run(other / "RUN1", "baseline")
    write_run(other / "RUN2", "another one that differs")
    (tmp_path / "c").mkdir()
    (tmp_path / "c/settings.toml").write_text((tmp_path / "a/settings.toml").read_text())
    assert "new job 2" in at("c", "upload", other).err
    assert versions(at, 1) == [(1, 1), (2, 1)]


async def test_app(at: At, mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Given the same tree, and another one with that run in common
    When they are shown, and a new job is asked for the second one
    Then nothing of alice's is said to be in store of the first, and her job is only offered.
    """
    other = tmp_path / "third-study"
    write_run(other / "RUN1", "baseline")
    monkeypatch.setenv("RUNFERRY_HOME", str(tmp_path / "b"))
    at("b", "jobs", "uploads", "list", "--job-id", "1")
    with Session(Options()) as session:
        app = RunFerryApp(session.app_services([str(tmp_path / "my-own-study"), str(other)]))
        async with app.run_test(size=(120, 40)) as pilot:

            def row(text: str) -> str:
                return next((line for line in lines_of(table_of(pilot)) if text in line), "")

            await until(pilot, lambda: "done" in row(" RUN2 ") and "1/2" in row("my-own-study"))
            assert "in store" not in row(" RUN2 ")
            shutil.rmtree(mine)  # else what is the same is a copy of what lies there
            await until(pilot, lambda: table_of(pilot).move_to(f"{other}/RUN1"))
            await pilot.press("u")
            await until(pilot, lambda: bool(app.screen.query("#job-name:focus")))
            await pilot.press("enter")
            await until(pilot, lambda: "alice" in text_of(pilot, "#bind-trouble"))
            await until(pilot, lambda: bool(app.screen.query("#jobs:focus")))
            await pilot.press("up", "up")
            await until(pilot, lambda: bool(app.screen.query("#job-name:focus")))
            await pilot.press("enter")
            await until(pilot, lambda: "job 2" in row("third-study"))
            await until(pilot, lambda: "1/1" in row("third-study"))
    assert (versions(at, 1), versions(at, 2)) == ([(1, 1), (2, 1)], [(1, 1)])
