"""How long what failed rests before it is tried again."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.queue.vain_tries import VainTries

if TYPE_CHECKING:
    from storage.s3.backoff import Backoff


@dataclass(frozen=True)
class Pauses:
    """As a `share` of what users wait: all of it, unless somebody looks only at what comes of it."""

    share: float = 1.0

    def vain_tries(self) -> VainTries:
        """Between the tries of a transfer."""
        return VainTries(VainTries.first_pause * self.share)

    def backoff(self) -> "Backoff":
        """Between the repetitions of a request."""
        from storage.s3.backoff import Backoff

        return Backoff(base_seconds=Backoff.base_seconds * self.share)
