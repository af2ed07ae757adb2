"""The user's own editor."""

import os
import shlex
import signal
import subprocess
import threading
from collections.abc import Generator, Mapping
from contextlib import contextmanager

from core.errors import RunFerryError

_USUAL = "vi"


class EditorError(RunFerryError):
    """There is no editor, or it ended with an error."""


def edit(path: str, environ: Mapping[str, str] | None = None) -> None:
    """Waits until the user has closed the file. Raises EditorError.

    `$VISUAL`, then `$EDITOR`, which may hold arguments, as in "code --wait".
    """
    environ = os.environ if environ is None else environ
    written = environ.get("VISUAL") or environ.get("EDITOR") or _USUAL
    try:
        command = shlex.split(written) or [_USUAL]
    except ValueError:
        raise EditorError("$VISUAL or $EDITOR is no command: a quote is not closed.") from None
    try:
        with _interrupting_the_editor_alone():
            done = subprocess.run([*command, path], check=False)  # noqa: S603 - the user's own choice
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise EditorError(
            f"The editor {command[0]} cannot be started: {reason}.",
            todo='Name another one, as in EDITOR=nano or EDITOR="code --wait".',
        ) from None
    if done.returncode:
        raise EditorError(
            f"The editor {command[0]} ended with code {done.returncode}.",
            kept="What it wrote is kept.",
        )


@contextmanager
def _interrupting_the_editor_alone() -> Generator[None]:
    """A terminal sends ^c to both: what it means is the editor's to say.

    A signal that is ignored would be ignored by the editor, too; one that is handled is not.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before or signal.SIG_DFL)
