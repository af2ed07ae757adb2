"""A real terminal for one stream of this process."""

import os
import pty
import sys
import termios
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

PATIENCE = 60.0


class Terminal:
    """What a terminal was sent."""

    def __init__(self) -> None:
        self._sent = b""
        self._more = threading.Condition()

    @property
    def text(self) -> str:
        return self._sent.decode().replace("\r\n", "\n")

    def read(self, descriptor: int) -> None:
        with suppress(OSError):  # how Linux says that the other end was closed
            while more := os.read(descriptor, 65536):
                with self._more:
                    self._sent += more
                    self._more.notify_all()

    def wait_for(self, word: str) -> None:
        with self._more:
            assert self._more.wait_for(lambda: word.encode() in self._sent, PATIENCE), word


def on_terminal(width: int, act: Callable[[Terminal], object], *, stream: str = "stdout") -> str:
    """All that a terminal of this width is sent by `act` on that stream."""
    shown = Terminal()
    descriptor, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, width))
    reader = threading.Thread(target=shown.read, args=(descriptor,))
    reader.start()
    with open(slave, "w", encoding="utf-8") as opened, pytest.MonkeyPatch.context() as patch:
        for name in (stream, f"__{stream}__"):
            patch.setattr(sys, name, opened)
        act(shown)
    reader.join()
    os.close(descriptor)
    return shown.text
