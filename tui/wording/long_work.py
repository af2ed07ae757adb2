"""What is told to somebody who looks elsewhere: how far everything is, and how what took long ended."""

from collections.abc import Sequence

from core.transfer_view import Direction, TransferState, TransferView
from tui.wording.formatting import percent, plural
from tui.wording.transfers import transfer_name

PROGRAM = "RunFerry"
LONG = 60.0
"""Seconds after which nobody watches any more."""
_ENDED_BY_ITSELF = frozenset({TransferState.DONE, TransferState.FAILED})


class LongWork:
    """Remembers what began when. One thread; `now` are seconds of a steady clock."""

    def __init__(self) -> None:
        self._began: dict[int, float] = {}
        self._together: set[int] = set()
        self._together_began = 0.0

    def look(self, views: Sequence[TransferView], now: float) -> str:
        """What ended since the last look and took long, in a line; empty for nothing.

        What waits for its store to answer has not ended.
        """
        going = [view for view in views if _goes_on(view)]
        ended = [view for view in views if view.id in self._began and _has_ended(view)]
        took_long = [view for view in ended if now - self._began[view.id] >= LONG]
        self._began = {
            view.id: self._began.get(view.id, now)
            for view in going
            if view.state is TransferState.ACTIVE or view.id in self._began
        }
        if going:
            if not self._together:
                self._together_began = now
            self._together |= {view.id for view in going}
        elif self._together:
            if now - self._together_began >= LONG:
                took_long = [view for view in self._of_these(views) if _has_ended(view)]
            self._together = set()
        return _told(took_long)

    def title(self, views: Sequence[TransferView]) -> str:
        """As in "RunFerry 41% 2 of 3": of what travels and waits, and of what ended since that began.

        Without a percentage while nobody knows how much some of it is.
        """
        of_these = self._of_these(views)
        if not of_these:
            return PROGRAM
        ended = [view for view in of_these if _has_ended(view)]
        counted = f"{len(ended)} of {len(of_these)}"
        if not all(view.total for view in of_these):
            return f"{PROGRAM} {counted}"
        total = sum(view.total for view in of_these)
        done = sum(view.total if view in ended else view.done for view in of_these)
        return f"{PROGRAM} {percent(done / total).strip()} {counted}"

    def _of_these(self, views: Sequence[TransferView]) -> Sequence[TransferView]:
        """Without what the user stopped."""
        return [v for v in views if v.id in self._together and (_goes_on(v) or _has_ended(v))]


def _goes_on(view: TransferView) -> bool:
    return not view.state.ended or view.waits_for_store


def _has_ended(view: TransferView) -> bool:
    return view.state in _ENDED_BY_ITSELF and not view.waits_for_store


def _told(views: Sequence[TransferView]) -> str:
    if len(views) == 1:
        return _how_it_ended(views[0])
    failed = sum(view.state is TransferState.FAILED for view in views)
    if failed == len(views):
        return f"{plural(failed, 'transfer')} failed" if failed else ""
    done = f"{plural(len(views) - failed, 'transfer')} done"
    return f"{done}, {failed} failed" if failed else done


def _how_it_ended(view: TransferView) -> str:
    name = transfer_name(view)
    if view.state is TransferState.DONE:
        return f"{name} {view.outcome or f'{view.direction}ed'}"
    why = f": {view.failure.what}" if view.failure else ""
    what = "downloaded" if view.direction is Direction.DOWNLOAD else "uploaded"
    return f"{name} was not {what}{why}"
