"""Closed and full outputs, and a directory that is gone: one line says so, whatever the command."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command

HOME = Path(__file__).parents[2]
PRINTING = [
    "--help",
    "--version",
    "jobs --help",
    "config show",
    "jobs list",
    "jobs info --job-id 1 --json",
    "jobs uploads list --job-id 1",
    "members --job-id 1 --run-id 1 RUN1/out.csv",
    "scan OUT",
    "scan OUT --json",
    "store check",
    "upload OUT/RUN1",
    "watch OUT --until-idle",
    "watch OUT --json",
]
"""Of every kind: the library's own text, lines, JSON, bytes, events."""


@pytest.fixture
def stored(home: Path, runferry: Command, tmp_path: Path) -> Path:
    """The directory of an `OUT`, whose RUN1 is stored as run 1 of job 1."""
    (tmp_path / "OUT/RUN1").mkdir(parents=True)
    (tmp_path / "OUT/RUN1/out.csv").write_text("1\n")
    assert runferry("upload", tmp_path / "OUT/RUN1").code == 0
    return tmp_path


def shell(script: str, directory: Path) -> "subprocess.CompletedProcess[str]":
    """What sh makes of it, where `runferry` is this one; stdout is for the script to direct."""
    defined = f'runferry() {{ "{sys.executable}" -m tui "$@"; }}; '
    return subprocess.run(
        ["sh", "-c", defined + script],
        env=os.environ | {"PYTHONPATH": os.fspath(HOME)},
        capture_output=True, text=True, cwd=directory, check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize("words", PRINTING)
@pytest.mark.parametrize(
    ("redirection", "why"), [(">&-", "it is closed"), (">/dev/full", "No space left on device")]
)
def test_stdout(stored: Path, words: str, redirection: str, why: str) -> None:
    """
    Given a stdout that is closed or full
    When a command prints something
    Then one line says why that was lost, and the exit code is 1.
    """
    done = shell(f"runferry {words} {redirection}", stored)
    said = [line for line in done.stderr.splitlines() if line.startswith("runferry:")]
    assert (done.returncode, said) == (1, [f"runferry: The output cannot be written: {why}."])
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "code"), [("config", 2), ("jobs list --no-such", 2), ("jobs info --job-id 9", 1)]
)
@pytest.mark.parametrize("redirection", ["2>&-", "2>/dev/full"])
def test_stderr(home: Path, tmp_path: Path, words: str, code: int, redirection: str) -> None:
    """
    Given a stderr that is closed or full
    When a command fails
    Then the exit code is what it would be.
    """
    assert shell(f"runferry {words} {redirection}", tmp_path).returncode == code


@pytest.mark.parametrize(
    "words",
    [
        "scan .",
        "upload RUN1",
        "watch . --until-idle",
        "compare RUN1 RUN2",
        "jobs config submit job.json --job-id 1",
        "jobs uploads download --job-id 1",
    ],
)
def test_directory_is_gone(stored: Path, words: str) -> None:
    """
    Given a shell whose directory was deleted
    When a command needs it
    Then one line says so, with the exit code of wrong usage.
    """
    done = shell(f"mkdir gone; cd gone; rmdir ../gone; runferry {words}", stored)
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("runferry:")]
    assert (done.returncode, "The current directory is out of reach" in line) == (2, True)


def test_directory_is_gone_and_not_needed(stored: Path) -> None:
    """
    Given a shell whose directory was deleted
    When a command does not need it
    Then it works.
    """
    script = 'mkdir gone; cd gone; rmdir ../gone; runferry jobs list && runferry scan "$OLDPWD/OUT"'
    done = shell(script, stored)
    assert (done.returncode, "RUN1" in done.stdout) == (0, True)
