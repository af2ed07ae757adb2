"""The terminal may be gone, or take nothing any more: the app ends all the same."""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from io import TextIOWrapper
from types import FrameType

from textual.drivers.linux_driver import LinuxDriver

from core.threads import begin_thread
from tui.terminal_sequences import RESTORE_TITLE, SAVE_TITLE, title_sequence

_log = logging.getLogger(__name__)
_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
PATIENCE = 5.0
"""Seconds that the app has to end by itself; quitting needs two at most."""


class TerminalDriver(LinuxDriver):
    """Textual's, but what can no longer be written is dropped, and ends the app.

    Textual's thread dies of the first write that fails; then its queue fills, and the loop waits for
    room there for ever. `_file` is semi-private: all that the driver writes goes there.
    """

    _encoding = "utf-8"
    _output: "_Output | None" = None
    _title = ""
    _titled = False

    def start_application_mode(self) -> None:
        """Also after the app was suspended."""
        if sys.__stderr__:
            self._file = self._output = _Output(sys.__stderr__.fileno(), self._encoding)
        super().start_application_mode()
        if self._title:
            self.show_title(self._title)

    def stop_application_mode(self) -> None:
        """The title is what it was before."""
        if self._titled:
            self.write(RESTORE_TITLE)
        self._titled = False
        super().stop_application_mode()

    def show_title(self, title: str) -> None:
        """In the place of the terminal's own, until the app ends or is suspended."""
        if sequence := title_sequence(title, os.environ):
            self.write(sequence if self._titled else SAVE_TITLE + sequence)
            self._title, self._titled = title, True

    def write_in(self, encoding: str) -> None:
        """From now on."""
        self._encoding = encoding
        if self._output:
            self._output.reconfigure(encoding=encoding)

    def run_input_thread(self) -> None:
        """A key that is no UTF-8, as on a terminal of Latin-1, is lost, and not the app."""
        while True:
            with suppress(UnicodeDecodeError):
                super().run_input_thread()
                return


class _Output(TextIOWrapper):
    """Writes to a descriptor of somebody else's; once nobody is at its other end it takes everything.

    The first failure hangs the process up, as the system does where it knows.
    """

    def __init__(self, descriptor: int, encoding: str) -> None:
        super().__init__(os.fdopen(descriptor, "wb", closefd=False), encoding, "backslashreplace")
        self._gone = False

    def write(self, s: str, /) -> int:
        """All of it, or nothing any more."""
        self._unless_gone(partial(super().write, s))
        return len(s)

    def flush(self) -> None:
        """The same."""
        self._unless_gone(super().flush)

    def _unless_gone(self, act: Callable[[], object]) -> None:
        if self._gone:
            return
        try:
            act()
        except OSError as error:
            self._gone = True
            _log.warning("the terminal is gone (%s)", error)
            os.kill(os.getpid(), signal.SIGHUP)


def end_on_signals(end: Callable[[int], object], *, patience: float = PATIENCE) -> None:
    """From now on SIGTERM and SIGHUP call `end` with the exit code, on a thread of their own.

    A loop that stands still would not hear them. If the process has not ended `patience` seconds after,
    it is ended as by `kill -9`, which loses nothing. To be called by the main thread.
    """
    heard, told = os.pipe()
    os.set_blocking(told, False)
    for number in _SIGNALS:
        signal.signal(number, _noted)
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    begin_thread(lambda: _listen(heard, end, patience), "signals")


def _noted(_number: int, _frame: FrameType | None) -> None:
    """Else the system would end the process at once."""


def _listen(heard: int, end: Callable[[int], object], patience: float) -> None:
    while (number := os.read(heard, 1)[0]) not in _SIGNALS:
        pass  # another signal, which has its own handler
    end(128 + number)
    time.sleep(patience)
    _log.warning("the app did not end by itself after signal %s", number)
    os._exit(128 + number)
