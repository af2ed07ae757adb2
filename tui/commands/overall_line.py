"""How far several transfers are together, as a single line on stderr."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from core.progress import Pace, Pacer, Progress
from tui.commands.progress_line import Surroundings, TerminalLine, with_pace
from tui.wording.formatting import plural, size


class Transfer(Protocol):
    """One of them."""

    @property
    def progress(self) -> Progress:
        """Of its newest try."""
        ...

    @property
    def ended(self) -> bool:
        """Whether nothing of it is left to do, however it went."""
        ...


@dataclass(frozen=True)
class Share:
    """A transfer of so many bytes of the source, as far as anybody knows."""

    transfer: Transfer
    bytes: int

    def done(self) -> int:
        """Bytes that need not be waited for any more."""
        progress = self.transfer.progress
        if self.transfer.ended:
            return self.bytes
        return self.bytes * progress.counts()[0] // progress.total if progress.total else 0

    def moved(self) -> int:
        """Of these, what went by its own speed in this try."""
        progress = self.transfer.progress
        return self.bytes * progress.travelled() // progress.total if progress.total else 0


@dataclass(frozen=True)
class Together:
    """All that a command does: so many runs, or whatever the noun is. One thread at a time asks."""

    noun: str
    shares: Sequence[Share]
    pacer: Pacer = field(default_factory=Pacer)

    def title(self) -> str:
        """How many have ended."""
        ended = sum(share.transfer.ended for share in self.shares)
        return f"{ended} of {plural(len(self.shares), self.noun)}"

    def far(self) -> Sequence[str]:
        """Which part of how much is done; nothing where nobody knows how much it is."""
        total = self._sum(lambda share: share.bytes)
        return (f"{self._sum(Share.done) * 100 // total}%", size(total)) if total else ()

    def pace(self) -> Pace:
        """Of all that travels at this moment."""
        left = self._sum(lambda share: share.bytes - share.done())
        return self.pacer.sample(time.monotonic(), self._sum(Share.moved), left)

    def _sum(self, of: Callable[[Share], int]) -> int:
        return sum(map(of, self.shares))


class OverallLine(TerminalLine):
    """As in "2 of 3 runs  41%  3.1 MiB  1.2 MB/s  ETA 1m04s"."""

    def __init__(self, together: Together, around: Surroundings) -> None:
        super().__init__(around)
        self._together = together

    def parts(self, room: int) -> tuple[str, str]:
        """How many have ended, and how far all of them are."""
        together = self._together
        text = with_pace([*together.far()], together.pace(), self._around, room)
        return together.title(), text
