"""Go on with what was killed while runs were on their way out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.care.runs_at_rest import RunsAtRest
from core.clean.in_store import InStore
from core.clean.put_aside import PutAside
from core.errors import ConflictError, RunFerryError, UnprovenRunError
from core.ports.journal.cleanings import Cleaning, Cleanings


class Ending(StrEnum):
    """What became of one of them."""

    GONE = "gone"
    """It was deleted, or moved where it was to go."""
    BACK = "back"
    """It had not been looked at again: it is where it was."""
    LEFT = "left"
    """It could not be gone on with."""


@dataclass(frozen=True)
class Ended:
    """One that was cut short, what became of it now, and of one that is left why."""

    cleaning: Cleaning
    ending: Ending
    why: str = ""


class FinishCleanings:
    """At the next start, and before others are cleaned. What another process is at is left to it."""

    def __init__(
        self, journal: Cleanings, at_rest: RunsAtRest, in_store: InStore, put_aside: PutAside
    ) -> None:
        self._journal = journal
        self._at_rest = at_rest
        self._in_store = in_store
        self._put_aside = put_aside

    def waiting(self) -> Sequence[Cleaning]:
        """What there is to go on with, unless another process is at it. Raises StateError."""
        return self._journal.cleanings()

    def __call__(self) -> Iterator[Ended]:
        """One by one; asks the store only where there is any. Raises StateError."""
        for cleaning in self._journal.cleanings():
            if ended := self._end(cleaning):
                yield ended

    def _end(self, cleaning: Cleaning) -> Ended | None:
        try:
            with self._at_rest(cleaning.job_id, cleaning.run_id, ""):
                return self._ended(cleaning)
        except ConflictError:
            return None
        except RunFerryError as error:
            return Ended(cleaning, Ending.LEFT, error.what)

    def _ended(self, cleaning: Cleaning) -> Ended | None:
        if cleaning not in self._journal.cleanings():
            return None  # whoever was at it has ended it meanwhile
        return (
            self._moved(cleaning) if self._put_aside.is_aside(cleaning) else self._missing(cleaning)
        )

    def _moved(self, cleaning: Cleaning) -> Ended:
        if not cleaning.checked:
            self._put_aside.back(cleaning)
            return Ended(cleaning, Ending.BACK)
        self._check_stored(cleaning)
        self._put_aside.finish(cleaning)
        return Ended(cleaning, Ending.GONE)

    def _missing(self, cleaning: Cleaning) -> Ended | None:
        """It was not moved yet, or is gone; who cannot look there does not know."""
        if not self._put_aside.is_mounted(cleaning):
            return Ended(cleaning, Ending.LEFT, "its file system is not mounted")
        self._put_aside.forget(cleaning)
        return Ended(cleaning, Ending.GONE) if cleaning.checked else None

    def _check_stored(self, cleaning: Cleaning) -> None:
        if self._in_store(cleaning.job_id, cleaning.run_id).content_id != cleaning.content_id:
            raise UnprovenRunError("something else is stored as this run by now")
