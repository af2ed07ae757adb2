"""`^z` leaves the terminal as it was found; `fg` brings everything back."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator

import pytest

from tests.tui.builders import HeardApp, Stage, until
from tests.tui.screen_text import said_by

ALT_SCREEN, MOUSE = b"\x1b[?1049", b"\x1b[?1003"


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Both ends of one of 80x24."""
    near, far = pty.openpty()
    fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    yield near, far
    os.close(near)
    os.close(far)


def read_until(near: int, *wanted: bytes) -> bytes:
    """What is drawn, until all of this is in it."""
    seen = b""
    while not all(each in seen for each in wanted):
        assert select.select([near], [], [], 30)[0], f"{wanted} did not come after {seen[-300:]!r}"
        seen += os.read(near, 65536)
    return seen


def is_raw(far: int) -> bool:
    return not termios.tcgetattr(far)[3] & (termios.ICANON | termios.ECHO)


def test_suspend_and_come_back(terminal: tuple[int, int]) -> None:
    """A process that really stops: no mouse, no raw mode, the other screen; then all of it again, also in a terminal of another size."""
    near, far = terminal
    environ = {**os.environ, "TERM": "xterm-256color"}
    command = [sys.executable, "-m", "tests.tui.plain_app"]
    with subprocess.Popen(
        command, stdin=far, stdout=far, stderr=far, env=environ, start_new_session=True
    ) as process:
        try:
            read_until(near, ALT_SCREEN + b"h", MOUSE + b"h", b"Palette")
            assert is_raw(far)
            os.write(near, b"\x1a")
            read_until(near, MOUSE + b"l", ALT_SCREEN + b"l", b"\x1b[?25h")
            os.waitid(os.P_PID, process.pid, os.WSTOPPED)
            assert not is_raw(far)
            fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
            process.send_signal(signal.SIGCONT)
            read_until(near, ALT_SCREEN + b"h", MOUSE + b"h", b"Palette")
            assert is_raw(far)
            os.write(near, b"q")
            read_until(near, ALT_SCREEN + b"l")
            assert process.wait(30) == 0
        finally:
            process.kill()


async def test_no_shell(stage: Stage) -> None:
    """An app that has no terminal of its own goes on, and says so."""
    app = HeardApp(stage.services())
    async with app.run_test() as pilot:
        await pilot.press("ctrl+z")
        await until(pilot, lambda: "There is no shell behind this app" in said_by(pilot))
