"""Archived objects in words: what the store says of them, and nothing more."""

from core.stored.archived import Archived
from core.transfer_view import TransferView
from tui.wording.formatting import date_time

RESTORING = "being restored"


def archive_words(archived: Archived) -> str:
    """As in "archived in GLACIER", "being restored", "restored until 2026-12-07 01:00"."""
    if archived.restored is None:
        return f"archived in {archived.storage_class}"
    until = archived.restored.until
    return f"restored until {date_time(until)}" if until else RESTORING


def state_word(view: TransferView) -> str:
    """Of a transfer; what waits for a restore has a word of its own."""
    return view.phase.value if view.restoring else view.state.value
