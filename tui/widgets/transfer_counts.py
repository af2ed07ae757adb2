"""How many transfers there are of each kind, in one line."""

from collections.abc import Iterable, Sequence

from core.transfer_view import TransferState
from tui.widgets.cells import Part, Tone
from tui.widgets.panes import Line
from tui.wording.formatting import limit
from tui.wording.signs import REFUSED, TRANSFER_SIGNS
from tui.wording.transfers import TransferSummary

_ONLY_IF_ANY = frozenset({TransferState.PAUSED, TransferState.CANCELLED})
_TITLE = ("Transfers", Tone.STRONG)


def counts_line(summary: TransferSummary, per_second: int | None, width: int) -> Line:
    """In words with much room, with little, or in signs: the first that `width` cells can hold.

    `per_second` is the limit in bytes; without one nothing is said of it, nor of paused or cancelled
    transfers where there are none.
    """
    limited = [(f"limit {limit(per_second)}", Tone.WARN)] if per_second else []
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
        TransferState.DONE: summary.done,
        TransferState.CANCELLED: summary.cancelled,
    }
    for state, number in numbers.items():
        if number or state not in _ONLY_IF_ANY:
            refused = state is TransferState.QUEUED and summary.refused
            sign = REFUSED if refused else TRANSFER_SIGNS[state]
            yield state, number, sign.tone if number else Tone.DIM


def _joined(parts: Sequence[Part], between: str) -> Line:
    line: list[Part] = []
    for part in parts:
        line += [(between if line else " ", Tone.DIM), part]
    return line


def _cells(line: Line) -> int:
    return sum(len(text) for text, _ in line)
