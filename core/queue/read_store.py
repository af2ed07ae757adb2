"""Read of the store what is looked at, and no more often than it is worth."""

import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.ports.catalog import ReadAt
from core.ports.clock import Clock
from core.queue.catalog_news import CatalogNews
from core.queue.store_watch import StoreWatch

_LIST_LASTS = timedelta(minutes=1)
_JOB_LASTS = timedelta(seconds=10)


@dataclass(frozen=True)
class StoreReaders:
    """Each makes a part of the catalog equal to the store, and raises StoreError when it cannot."""

    everything: Callable[[], object]
    job_list: Callable[[], object]
    job: Callable[[int], object]


class ReadStore:
    """Who asks for what is being read waits for that; what was read just now is not read again.

    By whichever process. Whether the store answers is learnt on the way. Callable from any thread;
    blocks, but for the properties.
    """

    def __init__(
        self, readers: StoreReaders, watch: StoreWatch, news: CatalogNews, clock: Clock
    ) -> None:
        self._readers = readers
        self._watch = watch
        self._news = news
        self._clock = clock
        self._lock = threading.Lock()
        self._reading: defaultdict[int, threading.Lock] = defaultdict(threading.Lock)
        self._under_way = 0
        self._behind = False

    @property
    def under_way(self) -> bool:
        """Whether anything is being read. Takes no lock."""
        return self._under_way > 0

    @property
    def behind(self) -> bool:
        """Whether the last reading got nothing. Takes no lock."""
        return self._behind

    @property
    def news(self) -> CatalogNews:
        """Of the catalog that is read into."""
        return self._news

    def everything(self) -> None:
        """All of the store. Raises StoreError, CatalogError."""
        with self._turn(0):
            self._watch.noted(lambda: self._read(self._readers.everything))

    def job_list(self) -> None:
        """Which jobs there are, unless that was read within a minute; all, the first time.

        Not while it is known that the store does not answer: it is asked for that already. Raises as
        `everything`.
        """
        with self._turn(0):
            if self._is_due(lambda at: at.of_list, _LIST_LASTS):
                self._watch.noted(self._read_list)

    def job(self, job_id: int) -> None:
        """What one job holds, unless that was read within ten seconds. As `job_list`."""
        with self._turn(job_id):
            if self._is_due(lambda at: at.of_job(job_id), _JOB_LASTS):
                self._watch.noted(lambda: self._read(lambda: self._readers.job(job_id)))

    def answer(self) -> None:
        """Finds out whether the store answers by reading which jobs there are. Raises as the others."""
        with self._turn(0):
            self._read_list()

    def _turn(self, job_id: int) -> AbstractContextManager[object]:
        with self._lock:
            return self._reading[job_id]

    def _is_due(self, part: Callable[[ReadAt], datetime | None], lasts: timedelta) -> bool:
        if self._watch.outage:
            return False
        self._news.look()
        read_at = part(self._news.read_at)
        # A moment that is still to come is one of another clock, and says nothing.
        return not (read_at and timedelta() <= self._clock.now() - read_at < lasts)

    def _read_list(self) -> None:
        self._news.look()
        ever = self._news.read_at.everything
        self._read(self._readers.job_list if ever else self._readers.everything)

    def _read(self, read: Callable[[], object]) -> None:
        self._count(1)
        try:
            read()
            self._behind = False
        except BaseException:
            self._behind = True
            raise
        finally:
            self._count(-1)
            self._news.look()

    def _count(self, readings: int) -> None:
        with self._lock:
            self._under_way += readings
