"""What a transfer is doing, in words."""

from core.transfer_view import Phase
from tui.wording.formatting import size

PHASE_WORDS = {
    Phase.WAITING: "starting",
    Phase.SCANNING: "scanning",
    Phase.COMPARING: "comparing",
    Phase.SENDING: "sending",
    Phase.CHECKING: "checking",
    Phase.COMPLETING: "finishing",
    Phase.COPYING: "copying",
    Phase.RECEIVING: "downloading",
    Phase.VERIFYING: "verifying",
    Phase.EXTRACTING: "extracting",
    Phase.RECORDING: "recording",
}

PHASE_MEANINGS = {
    Phase.CHECKING: "that nothing was written meanwhile",
    Phase.COMPLETING: "the store makes one object of it",
    Phase.COPYING: "within the store, nothing is sent",
    Phase.VERIFYING: "what arrived is what was stored",
    Phase.RECORDING: "so that it is found again",
}
"""What the steps wait for that move no bytes."""


def phase_text(phase: Phase, kept: int) -> str:
    """What it does and what that is for; `kept` bytes were there before, as in "sending, 16 MiB kept"."""
    word, meaning = PHASE_WORDS[phase], PHASE_MEANINGS.get(phase)
    before = f", {size(kept)} kept" if kept else ""
    return f"{word}{before}: {meaning}" if meaning else word + before
