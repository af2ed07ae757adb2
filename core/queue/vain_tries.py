"""When a transfer is tried again that got nothing across, and when it is tried no more.

That a store answers what is cheap says nothing about what fails: each transfer waits for itself.
"""

from dataclasses import dataclass, replace

from core.errors import EXIT_FAILED, Failure

MOST_TRIES = 5


@dataclass(frozen=True)
class VainTries:
    """Pauses in seconds, each twice as long as the one before."""

    first_pause: float = 30.0

    def pause_after(self, tries: int) -> float:
        """After so many tries in a row that the store answered and none got anything across."""
        return self.first_pause * 2 ** (min(max(tries, 1), MOST_TRIES) - 1)

    def pause_when_back(self, tries: int) -> float:
        """The same where the store did not answer, and does now: for the first one nobody waits."""
        return self.pause_after(tries - 1) if tries > 1 else 0.0


def judged(failure: Failure, tries: int) -> Failure:
    """After so many tries in a row: what does not heal by itself, as it seemed, is not offline."""
    if not failure.offline or tries < MOST_TRIES:
        return failure
    todo = f"{tries} tries in a row got nothing across: it does not go on by itself. {failure.todo}"
    return replace(failure, todo=todo, exit_code=EXIT_FAILED)
