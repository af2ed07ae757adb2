"""The user's program for notifications, as a child process without a shell."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from typing import IO

from core.errors import NotifyError
from core.ports.notify_program import NotifyProgram, Told
from core.printable import printable

_SECONDS = 30.0
_MOST_SAID = 500
_HANDED_ON = frozenset(
    [
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "SHELL",
        "LANG",
        "LANGUAGE",
        "TZ",
        "TMPDIR",
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "XAUTHORITY",
        "XDG_RUNTIME_DIR",
        "DBUS_SESSION_BUS_ADDRESS",
        "RUNFERRY_HOME",
        "VIRTUAL_ENV",
    ]
)
"""What a program needs to find itself, its user and their desktop; credentials are in none of them."""


class ChildNotifyProgram(NotifyProgram):
    """`command` with its arguments, in a session of its own, in `/`.

    Of the environment it gets what programs commonly need (`LC_*`, too), and nothing else: no variable
    that a secret may be in. What it prints is thrown away; of what it says about errors the end is told.
    """

    def __init__(
        self, command: Sequence[str], environ: Mapping[str, str], seconds: float = _SECONDS
    ) -> None:
        """After so many `seconds` it is ended, with all that it began."""
        self._command = [os.path.expanduser(command[0]), *command[1:]]
        self._environ = {
            name: value
            for name, value in environ.items()
            if name in _HANDED_ON or name.startswith("LC_")
        }
        self._seconds = seconds

    def begin(self, text: str, facts: Mapping[str, str]) -> Told:
        with ExitStack() as opened:
            errors = opened.enter_context(tempfile.TemporaryFile())
            child = self._started(facts, errors)
            if child.stdin:
                with suppress(OSError), child.stdin:  # who reads nothing need not
                    child.stdin.write(text.encode("utf-8", "backslashreplace"))
            opened.pop_all()
            return _Child(child, errors, self._seconds)

    def _started(self, facts: Mapping[str, str], errors: IO[bytes]) -> "subprocess.Popen[bytes]":
        try:
            return subprocess.Popen(  # noqa: S603 - the user's own program, named in their settings
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env={**self._environ, **facts},
                cwd="/",
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "it cannot be started so"
            raise NotifyError(
                f"The program of [notify] was not started: {why}: {printable(self._command[0])}.",
                todo="Put `notify.command` right in the settings.",
            ) from None


class _Child(Told):
    """One that runs."""

    def __init__(self, child: "subprocess.Popen[bytes]", errors: IO[bytes], seconds: float) -> None:
        self._child = child
        self._errors = errors
        self._seconds = seconds

    def wait(self) -> None:
        with self._errors:
            try:
                code = self._child.wait(self._seconds)
            except subprocess.TimeoutExpired:
                self._end()
                raise NotifyError(
                    f"The program of [notify] had not ended after {self._seconds:.0f} s, and was ended.",
                    todo="Let `notify.command` name one that hands the message over and ends.",
                ) from None
            if code:
                raise NotifyError(
                    f"The program of [notify] failed with {code}{self._said()}.",
                    todo="Try `notify.command` by hand: the message is on its standard input.",
                )

    def _end(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait()

    def _said(self) -> str:
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - _MOST_SAID))
        said = printable(self._errors.read().decode("utf-8", "replace").strip())
        return f": {said}" if said else ""
