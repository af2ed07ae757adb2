"""Does what CopyRequested asks for; all but links is redacted before it leaves the app."""

import os
from collections.abc import Callable

from core.ports.presigned_url import PresignedUrl
from core.redaction import redact
from tui import clipboard
from tui.wording.notices import Notice


class Copier:
    """`write` sends a sequence to the terminal; called on the UI thread only."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    def native(self, text: str | PresignedUrl) -> bool:
        """Whether a desktop tool took the text; may take a moment, so not on the UI thread."""
        command = clipboard.native_command(os.environ)
        return bool(command) and clipboard.run_native(command, _plain(text))

    def through_terminal(self, text: str | PresignedUrl, what: str) -> Notice:
        """The way that works over SSH and in tmux."""
        sequence = clipboard.terminal_sequence(_plain(text), os.environ)
        if sequence is None:
            return Notice(f"The {what} is too long for the terminal's clipboard", "warning")
        self._write(sequence)
        return Notice(f"Copied {what} (through the terminal)")


def _plain(text: str | PresignedUrl) -> str:
    """A link is of use to nobody without what makes it a secret."""
    return text.reveal() if isinstance(text, PresignedUrl) else redact(text)
