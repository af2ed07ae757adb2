"""A bug shows the user a note; what the bug had in its hands stays where it was."""

import io
import logging
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from tests.tui.builders import Stage, until
from tests.tui.crashing_app import CANARY, CrashingApp
from tui.diagnostics import crash_note

AWS_SECRET = "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY"


def crash_in_a_terminal(log: Path, *arguments: str) -> tuple[int, str]:
    """Exit code and everything that a pseudo-terminal was sent."""
    command = [sys.executable, "-m", "tests.tui.crashing_app", str(log), *arguments]
    terminal, slave = pty.openpty()
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave) as process:
        os.close(slave)
        printed = b""
        try:
            while chunk := os.read(terminal, 65536):
                printed += chunk
        except OSError:  # how Linux says that the other end was closed
            pass
    os.close(terminal)
    return process.returncode, printed.decode("utf-8", "replace")


def renderables_of(app: CrashingApp) -> str:
    out = io.StringIO()
    kept = app._exit_renderables  # pyright: ignore[reportPrivateUsage] - what Textual prints on exit
    for renderable in kept:
        Console(file=out, width=200).print(renderable)
    return out.getvalue()


async def crash(app: CrashingApp) -> None:
    async with app.run_test() as pilot:
        await pilot.press("f9")
        await until(pilot, lambda: not app.is_running)


@pytest.mark.parametrize("arguments", [(), ("renders-itself",)])
def test_terminal_shows_no_values(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Neither locals nor messages; the type, the promise and the log's name are shown."""
    log = tmp_path / "runferry.log"
    code, printed = crash_in_a_terminal(log, *arguments)
    assert code == 1
    assert CANARY not in printed
    assert "aws_secret_access_key" not in printed
    assert "Error) and had to stop" in printed
    assert "Nothing is lost" in printed
    assert "runferry.log" in printed.replace("\r\n", "")  # a long path is wrapped


def test_log_has_the_story_without_locals(tmp_path: Path) -> None:
    """The report says where, and what the error said; never what variables held."""
    log = tmp_path / "runferry.log"
    crash_in_a_terminal(log)
    story = log.read_text()
    assert "in action_fail" in story
    assert f"{CANARY}-local" not in story


@pytest.mark.parametrize("renders_itself", [False, True])
async def test_renderables_hold_no_values(stage: Stage, renders_itself: bool) -> None:
    """What Textual keeps to print on exit has nothing of it either."""
    app = CrashingApp(stage.services(), renders_itself=renders_itself)
    with pytest.raises(Exception, match="canary"):
        await crash(app)
    assert app.return_code == 1
    assert CANARY not in renderables_of(app)


def test_report_is_redacted(caplog: pytest.LogCaptureFixture) -> None:
    """A secret in the message does not reach the log."""
    with caplog.at_level(logging.CRITICAL):
        note = crash_note(KeyError(AWS_SECRET))
    assert AWS_SECRET not in note
    assert AWS_SECRET not in caplog.text
    assert "KeyError" in caplog.text
