"""Where one was, one place after the other; back and forth."""

from dataclasses import dataclass

_MOST = 100


@dataclass(frozen=True)
class Spot:
    """A main screen, and what is open on it: a run here by its `path`, perhaps its files; in the store a job, a run of it."""

    mode: str
    path: str = ""
    files: bool = False
    job_id: int = 0
    run: str = ""


class History:
    """The newest places; who goes back and then elsewhere forgets what was before them."""

    def __init__(self) -> None:
        self._spots: list[Spot] = []
        self._at = -1

    def note(self, spot: Spot) -> None:
        """One is there now; nothing when one was already."""
        if self._spots and self._spots[self._at] == spot:
            return
        self._spots = [*self._spots[: self._at + 1], spot][-_MOST:]
        self._at = len(self._spots) - 1

    def can_go(self, step: int) -> bool:
        """Whether there is a place so many further on, or back."""
        return 0 <= self._at + step < len(self._spots)

    def go(self, step: int) -> Spot | None:
        """That place, where one is from now on; None where there is none."""
        if not self.can_go(step):
            return None
        self._at += step
        return self._spots[self._at]
