"""A command without a progress line says that the store keeps it waiting."""

import threading

from core.waiting.store_waits import StoreWaits
from tests.fakes.clock import FixedClock
from tui.commands.waiting_line import tell_waiting

_DEADLINE = 30.0


def test_told_once() -> None:
    """One line, as soon as the store has been silent for a while."""
    clock, told, lines = FixedClock(), threading.Event(), list[str]()
    waits = StoreWaits(clock)

    def tell(line: str) -> None:
        lines.append(line)
        told.set()

    with tell_waiting(waits, 0.001, tell), waits.asking():
        clock.advance(12)
        assert told.wait(_DEADLINE)
        clock.advance(12)
    assert lines == ["No answer from the store since 12 s, trying again."]


def test_nothing_to_tell() -> None:
    """A store that answers is not spoken of, nor is one that nobody asks."""
    waits, lines = StoreWaits(FixedClock()), list[str]()
    with tell_waiting(waits, 0.001, lines.append):
        pass
    assert lines == []
