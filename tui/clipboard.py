"""Copying: with a desktop tool or through the terminal; all but links is redacted before it leaves."""

import base64
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence

from textual.message import Message

from core.ports.presigned_url import PresignedUrl
from core.redaction import redact
from tui.terminal_sequences import passed_through
from tui.wording.notices import Notice

_TERMINAL_LIMIT = 74_994
"""Bytes of base64 that terminals accept in one OSC 52 sequence."""
_PATIENCE = 2.0


Copyable = str | Sequence[PresignedUrl]
"""Text, or links, which stand on a line each."""


class CopyRequested(Message):
    """The user wants `text` in the clipboard; `what` names it: "path", "key"."""

    def __init__(self, text: Copyable, what: str) -> None:
        super().__init__()
        self.text = text
        self.what = what


def native_command(
    environ: Mapping[str, str],
    which: Callable[[str], str | None] = shutil.which,
) -> Sequence[str]:
    """The tool that fills the clipboard of this desktop; empty over SSH or without a desktop."""
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return ()
    candidates: list[tuple[bool, tuple[str, ...]]] = [
        (True, ("pbcopy",)),  # the desktop of a Mac has no variable, and no other has this
        ("WAYLAND_DISPLAY" in environ, ("wl-copy",)),
        ("DISPLAY" in environ, ("xclip", "-selection", "clipboard")),
        ("DISPLAY" in environ, ("xsel", "--clipboard", "--input")),
    ]
    return next((cmd for usable, cmd in candidates if usable and which(cmd[0])), ())


def run_native(command: Sequence[str], text: str) -> bool:
    """Whether the tool took the text."""
    try:
        done = subprocess.run(  # noqa: S603 - one of four fixed commands
            command,
            input=text.encode("utf-8", "surrogateescape"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def terminal_sequence(text: str, environ: Mapping[str, str]) -> str | None:
    """OSC 52, wrapped for tmux, which drops the bare sequence; None when `text` is too long."""
    payload = base64.b64encode(text.encode("utf-8", "surrogateescape")).decode("ascii")
    if len(payload) > _TERMINAL_LIMIT:
        return None
    sequence = f"\x1b]52;c;{payload}\a"
    if environ.get("TMUX"):
        # With `set-clipboard on` tmux takes the bare sequence, with `allow-passthrough` the other.
        return sequence + passed_through(sequence, environ)
    return sequence


class Copier:
    """`write` sends a sequence to the terminal; called on the UI thread only."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def native(self, text: Copyable) -> str:
        """The desktop tool that took the text; empty when none did.

        It may take a moment, so not on the UI thread.
        """
        command = native_command(os.environ)
        return command[0] if command and run_native(command, _plain(text)) else ""

    def through_terminal(self, text: Copyable, what: str) -> Notice:
        """The way that works over SSH and in tmux."""
        sequence = terminal_sequence(_plain(text), os.environ)
        if sequence is None:
            return Notice(f"The {what} is too long for the terminal's clipboard", "warning")
        self._write(sequence)
        return Notice(f"Copied {what} (through the terminal)")


def _plain(text: Copyable) -> str:
    """A link is of use to nobody without what makes it a secret."""
    return redact(text) if isinstance(text, str) else "\n".join(url.reveal() for url in text)
