"""What is known of the store, in one value for all who show it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.errors import (
    BucketNotFoundError,
    RunFerryError,
    StoreAccessDeniedError,
    StoreCredentialsError,
)
from core.ports.catalog import ReadAt
from core.ports.clock import Clock
from core.queue.outages import Outage
from core.queue.read_store import ReadStore
from core.queue.store_watch import StoreWatch
from core.waiting.store_waits import StoreWaits

_LASTS = timedelta(hours=1)
"""What is shown of the store is called as old as it is after that."""


class StoreCondition(StrEnum):
    """One word for it.

    OK is said only while the store answers and what is known of it was read within an hour. STALE: it
    answers, and what is known is older, or the last reading got nothing. WAITS: a request has no
    answer yet, or the store asked for a pause.
    """

    NOT_ASKED = "not asked yet"
    OK = "ok"
    SYNCING = "syncing"
    STALE = "stale"
    WAITS = "waits"
    NO_BUCKET = "no such bucket"
    DENIED = "denied"
    REFUSES = "refuses"
    OFFLINE = "offline"


@dataclass(frozen=True)
class StoreState:
    """Of the store, as far as anybody has noticed; `read_at` tells from when what is shown of it is.

    `waits` says in words what a request waits for, `syncing` whether anything is being read. `changes`
    differs when rows of the catalog may.
    """

    condition: StoreCondition = StoreCondition.NOT_ASKED
    read_at: ReadAt = ReadAt()  # noqa: RUF009 - frozen
    outage: Outage | None = None
    refusal: RunFerryError | None = None
    waits: str = ""
    syncing: bool = False
    changes: int = 0

    @property
    def current(self) -> bool:
        """Whether what is known is what is stored now, or is being made so."""
        return self.condition in {StoreCondition.OK, StoreCondition.SYNCING, StoreCondition.WAITS}


class StoreStates:
    """Makes the state of this moment: no lock that anybody holds for long, and no disk."""

    def __init__(
        self, watch: StoreWatch, waits: StoreWaits, read_store: ReadStore, clock: Clock
    ) -> None:
        self._watch = watch
        self._waits = waits
        self._read_store = read_store
        self._clock = clock

    def __call__(self) -> StoreState:
        """Callable from any thread, four times a second."""
        waits, news = self._waits.describe(), self._read_store.news
        return StoreState(
            self._condition(waits, news.read_at.of_list),
            news.read_at,
            self._watch.outage,
            self._watch.refusal,
            waits,
            self._read_store.under_way,
            news.changes,
        )

    def _condition(self, waits: str, listed_at: datetime | None) -> StoreCondition:
        """The first that holds."""
        conditions = (
            (self._watch.outage, StoreCondition.OFFLINE),
            (waits, StoreCondition.WAITS),
            (self._watch.refusal, _refused(self._watch.refusal)),
            (self._read_store.under_way, StoreCondition.SYNCING),
            (not self._watch.answers, StoreCondition.NOT_ASKED),
            (self._is_behind(listed_at), StoreCondition.STALE),
        )
        return next((named for holds, named in conditions if holds), StoreCondition.OK)

    def _is_behind(self, listed_at: datetime | None) -> bool:
        if listed_at is None or self._read_store.behind:
            return True
        return self._clock.now() - listed_at >= _LASTS


def _refused(refusal: RunFerryError | None) -> StoreCondition:
    if isinstance(refusal, BucketNotFoundError):
        return StoreCondition.NO_BUCKET
    denied = isinstance(refusal, StoreAccessDeniedError | StoreCredentialsError)
    return StoreCondition.DENIED if denied else StoreCondition.REFUSES
