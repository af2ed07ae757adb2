"""The words and glyphs for states, the same everywhere; colour only repeats them."""

from dataclasses import dataclass
from enum import StrEnum

from core.finish.rule import Check
from core.finish.run_state import RunState
from core.ports.journal.activity import Level
from core.transfer_view import Direction, TransferState, TransferView


class Tone(StrEnum):
    """What a colour repeats; the text says it as well."""

    PLAIN = "plain"
    DIM = "dim"
    STRONG = "strong"
    GOOD = "good"
    BAD = "bad"
    BUSY = "busy"
    WARN = "warn"


@dataclass(frozen=True)
class Sign:
    """How a state is shown, and what it means in one line, which may name keys as `keyed` knows them."""

    glyph: str
    word: str
    tone: Tone
    meaning: str

    @property
    def text(self) -> str:
        """Glyph and word."""
        return f"{self.glyph} {self.word}"


RUN_SIGNS = {
    RunState.SCANNING: Sign("·", "scanning", Tone.DIM, "not looked at yet"),
    RunState.RUNNING: Sign("◐", "running", Tone.BUSY, "not done yet"),
    RunState.SETTLING: Sign("◌", "settling", Tone.WARN, "ended if it stays so"),
    RunState.DONE: Sign("●", "done", Tone.GOOD, "all checks hold"),
    RunState.STALLED: Sign("?", "stalled", Tone.WARN, "silent, not done"),
    RunState.STOPPED: Sign("■", "stopped", Tone.WARN, "ended before it was done"),
    RunState.FAILED: Sign("✗", "failed", Tone.BAD, "it ended with an error"),
    RunState.CHANGED: Sign("△", "changed", Tone.WARN, "not as stored"),
    RunState.OFFLINE: Sign("○", "offline", Tone.DIM, "cannot be read"),
}

A_RUN = Sign("▸", "a run", Tone.PLAIN, "a directory RUN1, RUN2 …")

TRANSFER_SIGNS = {
    TransferState.QUEUED: Sign("·", "waiting", Tone.DIM, "waits for its turn"),
    TransferState.ACTIVE: Sign("▲", "active", Tone.BUSY, "being uploaded"),
    TransferState.PAUSED: Sign("‖", "paused", Tone.WARN, "{pause} goes on with it"),
    TransferState.DONE: Sign("✓", "done", Tone.GOOD, "stored and recorded"),
    TransferState.FAILED: Sign("✗", "failed", Tone.BAD, "stopped; {retry} tries again"),
    TransferState.CANCELLED: Sign("–", "cancelled", Tone.DIM, "you stopped it"),
}

DOWNLOADING = Sign("▼", "active", Tone.BUSY, "being downloaded")
RESTORING = Sign("◷", "restoring", Tone.DIM, "the store restores it; looked at again by itself")
REFUSED = Sign("·", "waiting", Tone.WARN, "tried in vain, and tried again by itself")


ACTIVITY_SIGNS = {
    Level.ERROR: Sign("✗", "error", Tone.BAD, "something was not done"),
    Level.WARNING: Sign("!", "warning", Tone.WARN, "look at it when you have time"),
    Level.SUCCESS: Sign("✓", "success", Tone.GOOD, "done"),
    Level.INFO: Sign("·", "info", Tone.DIM, "it happened"),
}


def check_mark(check: Check) -> str:
    """A tick for what holds and was looked at."""
    if not check.looked:
        return "·"
    return "✓" if check.passed else "✗"


def transfer_sign(transfer: TransferView) -> Sign:
    """That of its state; of what travels, that of its direction; of what waits, whether it was tried."""
    comes_back = transfer.direction is Direction.DOWNLOAD
    if comes_back and transfer.state is TransferState.ACTIVE:
        return DOWNLOADING
    if transfer.restoring:
        return RESTORING
    tried_again = transfer.state is TransferState.QUEUED and transfer.failure
    if tried_again or transfer.waits_for_store:
        return REFUSED
    return TRANSFER_SIGNS[transfer.state]
