"""What was decided last on a screen, as long as it can be taken back."""

from collections.abc import Callable

from core.ports.clock import Clock

SECONDS = 5.0
NOTHING = "There is nothing to take back: it can be for 5 seconds"


class Undo:
    """On the UI thread. One decision at a time: the next one makes the one before it final."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until = 0.0
        self._back: Callable[[], None] | None = None

    @property
    def is_possible(self) -> bool:
        """Whether `take_back` would do anything now."""
        return self._back is not None and self._clock.monotonic() < self._until

    def offer(self, back: Callable[[], None]) -> None:
        """From now on, for some seconds, `take_back` calls this."""
        self._back, self._until = back, self._clock.monotonic() + SECONDS

    def take_back(self) -> None:
        """Once."""
        back, possible = self._back, self.is_possible
        self._back = None
        if back and possible:
            back()
