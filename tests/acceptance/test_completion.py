"""A shell completes what a user types."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command
from tui.cli import run

RUNFERRY = Path(sys.executable).parent / "runferry"


@pytest.fixture
def known(runferry: Command, fred_out: Path) -> None:
    """Two jobs in the cache, one with a run."""
    runferry("upload", fred_out / "RUN2", "--name", "flu season")
    runferry("jobs", "register", "--name", "measles")


Asked = Callable[[str], list[str]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Asked:
    """What is offered behind what was typed."""

    def ask(typed: str) -> list[str]:
        monkeypatch.setenv("COMP_WORDS", typed)
        monkeypatch.setenv("COMP_CWORD", str(typed.count(" ")))
        monkeypatch.setenv("_RUNFERRY_COMPLETE", "bash_complete")
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            run([])
        told = capfd.readouterr()
        assert (ended.value.code, told.err) == (0, "")
        return [line.removeprefix("plain,") for line in told.out.splitlines() if line]

    return ask


def test_what_is_offered(known: None, asked: Asked) -> None:
    """
    Given jobs and runs in the cache
    When the shell asks what may come next
    Then it is what fits, ids by their names too; of the unknown nothing, and no message.
    """
    for typed, offered in (
        ("runferry jobs info --job-id ", ["2", "1"]),
        ("runferry jobs info --job-id mea", ["2"]),
        ("runferry members --job-id 1 --run-id ", ["2"]),
        ("runferry members --run-id ", []),
        ("runferry upload --name f", ["flu season"]),
        ("runferry scan --rule gro", ["gromacs"]),
        ("runferry watch --profile ", ["local"]),
        ("runferry upl", ["upload"]),
        ("runferry jobs upl", ["uploads"]),
        ("runferry --vers", ["--version"]),
        ("runferry jobs list --profile nosuch --job-id ", []),
    ):
        assert asked(typed) == offered, typed


def test_nothing_is_made(home: Path, asked: Asked) -> None:
    """
    Given a user who has never used RunFerry
    When the shell asks for ids of jobs
    Then there are none, and no file is made.
    """
    before = sorted(home.rglob("*"))
    assert asked("runferry jobs info --job-id ") == []
    assert sorted(home.rglob("*")) == before


def test_installed_for_bash(
    known: None, runferry: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given completion that was installed for bash
    When a real bash completes with it
    Then it offers the runs of a job.
    """
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    answer = runferry("completion", "bash", "--install")
    script = tmp_path / "data/bash-completion/completions/runferry"
    assert f"Written: {script}" in answer.err
    assert runferry("completion", "bash").out == script.read_text()
    asks = (
        f"source {script}; COMP_WORDS=(runferry members --job-id 1 --run-id ''); COMP_CWORD=5;"
        f'_runferry_completion {RUNFERRY}; echo "${{COMPREPLY[@]}}"'
    )
    done = subprocess.run(["bash", "-c", asks], capture_output=True, text=True, check=True)
    assert done.stdout == "2\n", done.stderr
