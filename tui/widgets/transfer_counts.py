"""How many transfers there are of each kind, in one line."""

from collections.abc import Iterable, Sequence

from core.events import TransferState
from tui.formatting import rate
from tui.states import TRANSFER_SIGNS
from tui.transfer_summary import TransferSummary
from tui.widgets.cells import Part, Tone
from tui.widgets.text_pane import Line

_TITLE = ("Transfers", Tone.STRONG)


def counts_line(summary: TransferSummary, limit: int | None, width: int) -> Line:
    """In words with much room, with little, or in signs: the first that `width` cells can hold.

    `limit` in bytes per second; without one, as without paused transfers, nothing is said of it.
    """
    limited = [(f"limit {rate(limit)}", Tone.WARN)] if limit else []
    counts = list(_counts(summary))
    words = [(f"{TRANSFER_SIGNS[s].word.capitalize()} {n}", tone) for s, n, tone in counts]
    signs = [(f"{TRANSFER_SIGNS[s].glyph} {n}", tone) for s, n, tone in counts]
    forms = (
        _joined([_TITLE, *limited, *words], "  │  "),
        _joined([*limited, *words], " │ "),
        _joined([*limited, *signs], "  "),
    )
    return next((form for form in forms if _cells(form) <= width), forms[-1])


def _counts(summary: TransferSummary) -> Iterable[tuple[TransferState, int, Tone]]:
    numbers = {
        TransferState.ACTIVE: summary.active,
        TransferState.QUEUED: summary.queued,
        TransferState.FAILED: summary.failed,
        TransferState.PAUSED: summary.paused,
        TransferState.DONE: summary.ended,
    }
    for state, number in numbers.items():
        if number or state is not TransferState.PAUSED:
            yield state, number, TRANSFER_SIGNS[state].tone if number else Tone.DIM


def _joined(parts: Sequence[Part], between: str) -> Line:
    line: list[Part] = []
    for part in parts:
        line += [(between if line else " ", Tone.DIM), part]
    return line


def _cells(line: Line) -> int:
    return sum(len(text) for text, _ in line)
