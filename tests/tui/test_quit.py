"""However RunFerry ends, the terminal and the queue are left in order."""

import os
import pty
import select
import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest


def screen_until(terminal: int, wanted: bytes, seen: bytes = b"") -> bytes:
    """Everything that the app draws until `wanted` is part of it."""
    while wanted not in seen:
        ready, _, _ = select.select([terminal], [], [], 30)
        assert ready, f"{wanted!r} was never drawn"
        seen += os.read(terminal, 65536)
    return seen


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_the_terminal_is_given_back(tmp_path: Path, number: signal.Signals) -> None:
    """A session manager that ends the app leaves a shell that can be typed into."""
    (tmp_path / "tree/RUN1").mkdir(parents=True)
    environ = {**os.environ, "RUNFERRY_HOME": str(tmp_path / "home"), "TERM": "xterm-256color"}
    terminal, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    command = [sys.executable, "-m", "tui", str(tmp_path / "tree")]
    with subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, env=environ, start_new_session=True
    ) as process:
        seen = screen_until(terminal, b"RUN1")
        process.send_signal(number)
        screen_until(terminal, b"\x1b[?1049l", seen)
        while process.poll() is None:
            select.select([terminal], [], [], 0.1)
            os.set_blocking(terminal, False)
            try:
                os.read(terminal, 65536)
            except BlockingIOError:
                continue
    assert process.returncode == 128 + number
    assert termios.tcgetattr(slave) == before
    os.close(terminal)
    os.close(slave)
