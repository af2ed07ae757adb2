"""Who was seen to write into a run, and has ended since."""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

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
    _seen_at: float = float("-inf")
    """When an earlier session looked last."""

    @classmethod
    def recalled(cls, text: str, at: float) -> Self:
        """As they were `remembered` at `at`; nobody where the text is none that tells of them."""
        with suppress(ValueError, TypeError, KeyError, OverflowError, RecursionError):
            known = json.loads(text)
            processes = [Process(int(p), (), "", str(name), str(b)) for p, name, b in known["seen"]]
            ended = known["ended_ago"]
            return cls(
                tuple(processes),
                None if ended is None else at - float(ended),
                at + float(known["doubted_for"]),
                at,
            )
        return cls()

    def remembered(self, at: float) -> str:
        """For the next session, which has another monotonic clock; empty where nobody was seen."""
        if not self.processes:
            return ""
        ended_ago = None if self.ended_at is None else at - self.ended_at
        known = {
            "seen": [(process.pid, process.program, process.birth) for process in self.processes],
            "ended_ago": ended_ago,
            "doubted_for": max(0.0, self._proves_nothing_until - at),
        }
        return json.dumps(known)

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
        seen_at = max(seen_at, self._seen_at)
        if self.ended_at is None or seen_at < self.ended_at or at - self.ended_at <= settle:
            return
        pause = max(settle, at - max(since, self.ended_at))
        self._proves_nothing_until = at + min(_PAUSES * pause, _LONGEST_WAIT)
