"""An app whose terminal takes nothing any more ends, whatever it was about to draw."""

import os
import pty
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.flooding_app import MARK


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Both ends; the test closes the first one, or nobody."""
    near, far = pty.openpty()
    yield near, far
    os.close(far)


@pytest.fixture
def app(tmp_path: Path, terminal: tuple[int, int]) -> Iterator[subprocess.Popen[bytes]]:
    """Its loop waits for somebody to read what it draws; nobody does."""
    near, far = terminal
    command = [sys.executable, "-m", "tests.tui.flooding_app", str(tmp_path / "log")]
    environ = {**os.environ, "TERM": "xterm-256color"}
    with subprocess.Popen(
        command, stdin=far, stdout=far, stderr=far, env=environ, start_new_session=True
    ) as process:
        seen = b""
        while MARK.encode() not in seen:
            assert select.select([near], [], [], 30)[0], "the app drew nothing"
            seen += os.read(near, 4096)
        yield process
        process.kill()


def test_nobody_at_the_other_end(
    tmp_path: Path, terminal: tuple[int, int], app: subprocess.Popen[bytes]
) -> None:
    """No signal comes: the app sees it by what it cannot write. The log has a line, and no bug."""
    os.close(terminal[0])
    assert app.wait(30) == 128 + signal.SIGHUP
    assert [line.split(" (")[0] for line in (tmp_path / "log").read_text().splitlines()] == [
        "WARNING:tui.terminal:the terminal is gone"
    ]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_nobody_reads(
    terminal: tuple[int, int], app: subprocess.Popen[bytes], number: signal.Signals
) -> None:
    """The terminal is there, and its loop never comes to the signal: it ends all the same."""
    app.send_signal(number)
    assert app.wait(30) == 128 + number
    os.close(terminal[0])
