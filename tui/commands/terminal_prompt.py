"""Codes of MFA devices, asked for on the terminal of a command."""

import os
import select
import termios
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager

from core.ports.mfa_prompt import CodeQuestion, MfaPrompt, is_code
from core.printable import brief
from core.waiting.giving_up import check_given_up, is_given_up
from core.waiting.unanswered import nobody_to_ask, not_now
from tui.output import note

_GLANCE_SECONDS = 0.1
_LONGEST_LINE = 1024


class TerminalMfaPrompt(MfaPrompt):
    """Asks on stderr and reads what is typed, which is not shown. An empty line means "not now".

    That holds for the whole command. In the background, and where the process has no terminal, nobody
    is asked.
    """

    def __init__(self, tell: Callable[[str], None] = note) -> None:
        self._tell = tell
        self._turn = threading.Lock()
        self._closed = threading.Event()
        self._declined = False

    def code_for(self, question: CodeQuestion) -> str:
        """The six digits."""
        with self._turn, _terminal(question) as terminal:
            if self._declined:
                raise not_now(question)
            self._tell("")
            for text in _asked(question):
                self._tell(text)
            while not is_code(code := self._line(terminal, question).strip()):
                if not code:
                    self._declined = True
                    raise not_now(question)
                self._tell("A code has six digits. Try again; enter alone means not now.")
            return code

    def close(self) -> None:
        """Waits until the terminal is as it was."""
        self._closed.set()
        with self._turn:
            return

    def _line(self, terminal: int, question: CodeQuestion) -> str:
        while not select.select([terminal], [], [], _GLANCE_SECONDS)[0]:
            if is_given_up():  # with all of the command, mostly
                self._declined = True
                check_given_up()
            if self._closed.is_set():
                raise not_now(question)
        return os.read(terminal, _LONGEST_LINE).decode(errors="replace")


def _asked(question: CodeQuestion) -> list[str]:
    refused = "The code was not accepted; each is good for one use. Wait for the next one."
    role = f"role {brief(question.role)}, " if question.role else ""
    asked = f"Code of the MFA device {brief(question.device)} ({role}enter alone: not now):"
    return [refused, asked] if question.refused else [asked]


@contextmanager
def _terminal(question: CodeQuestion) -> Generator[int]:
    """That of the process, which shows nothing of what is typed meanwhile."""
    terminal = _opened()
    if terminal is None:
        raise nobody_to_ask(question)
    try:
        before = termios.tcgetattr(terminal)
        quiet = termios.tcgetattr(terminal)
        quiet[3] &= ~termios.ECHO
        termios.tcsetattr(terminal, termios.TCSAFLUSH, quiet)
        try:
            yield terminal
        finally:
            termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
    finally:
        os.close(terminal)


def _opened() -> int | None:
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        return None
    try:
        if os.tcgetpgrp(terminal) == os.getpgrp():
            return terminal
    except OSError:
        pass
    os.close(terminal)
    return None
