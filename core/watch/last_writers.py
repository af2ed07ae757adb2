"""Who was seen to write into a run, and has ended since."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.ports.processes import Process

_PAUSES = 3
_LONGEST_WAIT = 3600.0


@dataclass
class LastWriters:
    """The last that were seen. For one thread; times are monotonic seconds.

    When something is written long after their end, somebody goes on that was not seen, and may
    pause: for three times as long as it did, up to an hour, their end proves nothing.
    """

    processes: tuple[Process, ...] = ()
    ended_at: float | None = None
    _proves_nothing_until: float = float("-inf")

    def ended(
        self,
        here: tuple[Process, ...],
        have_ended: Callable[[Sequence[Process]], bool],
        at: float,
    ) -> Sequence[Process]:
        """They, when that is proven and means something at `at`: nobody is `here`."""
        if here:
            self.processes, self.ended_at = here, None
            self._proves_nothing_until = float("-inf")
        elif self.ended_at is None and self.processes and have_ended(self.processes):
            self.ended_at = at
        proven = self.ended_at is not None and at >= self._proves_nothing_until
        return self.processes if proven else ()

    def note_change(self, since: float, seen_at: float, at: float, settle: float) -> None:
        """What was as it is now since `since` was written between `seen_at` and `at`."""
        if self.ended_at is None or seen_at < self.ended_at or at - self.ended_at <= settle:
            return
        pause = max(settle, at - max(since, self.ended_at))
        self._proves_nothing_until = at + min(_PAUSES * pause, _LONGEST_WAIT)
