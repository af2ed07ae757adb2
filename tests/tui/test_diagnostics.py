"""Logging and last resorts."""

import logging
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.full_disk import full_disk
from tui.composition.log_file import log_to
from tui.diagnostics import RedactingFormatter

if TYPE_CHECKING:
    from core.errors import StateError

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
CRASH = f"""
import logging, sys, threading
from tui.diagnostics import install_hooks
from tui.composition.log_file import log_to
install_hooks()
log_to(sys.argv[1])
def fail():
    aws_secret_access_key = "{SECRET}"
    try:
        raise KeyError("aws_secret_access_key=" + aws_secret_access_key)
    except KeyError as error:
        raise ValueError("clean") from error
if sys.argv[2] == "thread":
    thread = threading.Thread(target=fail); thread.start(); thread.join()
else:
    fail()
"""


@pytest.mark.parametrize("where", ["main", "thread"])
def test_uncaught_exception(tmp_path: Path, where: str) -> None:
    """One note, a report in the log, no secret in either: not even from the chain of causes."""
    done = subprocess.run(
        [sys.executable, "-c", CRASH, str(tmp_path), where],
        cwd=Path(__file__).parent.parent.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    log = (tmp_path / "runferry.log").read_text()
    assert "ValueError" in log
    assert "bPxRfiCY" not in log + done.stdout + done.stderr
    if where == "main":
        assert done.returncode == 1
        assert "ValueError" in done.stderr
        assert "Traceback" not in done.stderr


def test_formatter_redacts_what_is_appended(caplog: pytest.LogCaptureFixture) -> None:
    """Message, arguments, exception and stack: the finished text is what is redacted."""
    try:
        raise RuntimeError(f"secret_access_key={SECRET}")  # noqa: TRY301 - an exc_info is wanted
    except RuntimeError:
        record = logging.LogRecord(
            "x", logging.ERROR, __file__, 1, "token=%s", (SECRET,), sys.exc_info()
        )
    text = RedactingFormatter().format(record)
    assert "RuntimeError" in text
    assert "bPxRfiCY" not in text


def a_file(logs: Path) -> None:
    logs.touch()


def a_directory_as_log(logs: Path) -> None:
    (logs / "runferry.log").mkdir(parents=True)


def a_pipe_as_log(logs: Path) -> None:
    logs.mkdir()
    os.mkfifo(logs / "runferry.log")


@pytest.mark.parametrize("make", [a_file, a_directory_as_log, a_pipe_as_log])
def test_log_that_cannot_be_written(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """No log is no reason to stop; somebody is told once."""
    make(tmp_path / "logs")
    told: list[StateError] = []
    end = log_to(str(tmp_path / "logs"), told.append)
    logging.getLogger("x").warning("nobody reads this")
    end()
    (why,) = told
    assert str(tmp_path / "logs") in why.what


def test_full_disk(tmp_path: Path) -> None:
    """What has no room in the log is lost, and nothing else; somebody is told once."""
    told: list[StateError] = []
    with full_disk():
        end = log_to(str(tmp_path), told.append)
        for _ in range(3):
            logging.getLogger("x").warning("x" * 1000)
        end()
    (why,) = told
    assert why.what == f"{tmp_path / 'runferry.log'} cannot be written: File too large."


def test_log_is_for_its_owner(tmp_path: Path) -> None:
    """One that was there before as well, and those that are kept behind it."""
    logs = [tmp_path / f"runferry.log{end}" for end in ("", ".1", ".3")]
    for log in logs:
        log.touch()
        log.chmod(0o644)
    log_to(str(tmp_path))()
    assert [stat.S_IMODE(log.stat().st_mode) for log in logs] == [0o600] * 3
    assert sorted(tmp_path.iterdir()) == logs


def test_log_ends(tmp_path: Path) -> None:
    """After the end nothing is written and the file is closed."""
    end = log_to(str(tmp_path))
    logging.getLogger("x").warning("before")
    end()
    logging.getLogger("x").warning("after")
    text = (tmp_path / "runferry.log").read_text()
    assert "before" in text
    assert "after" not in text
