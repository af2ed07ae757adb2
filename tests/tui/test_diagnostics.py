"""Logging and last resorts."""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from tui.diagnostics import RedactingFormatter, log_to

SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
CRASH = f"""
import logging, sys, threading
from tui.diagnostics import install_hooks, log_to
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


def test_log_directory_that_cannot_be_written(tmp_path: Path) -> None:
    """No log is no reason to stop."""
    (tmp_path / "file").touch()
    log_to(str(tmp_path / "file"))()


def test_log_ends(tmp_path: Path) -> None:
    """After the end nothing is written and the file is closed."""
    end = log_to(str(tmp_path))
    logging.getLogger("x").warning("before")
    end()
    logging.getLogger("x").warning("after")
    text = (tmp_path / "runferry.log").read_text()
    assert "before" in text
    assert "after" not in text
