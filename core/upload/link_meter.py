"""How fast the link to the store is, seen by the uploads that had to wait for it."""

import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress

from core.errors import RunFerryError
from core.pace.limited_pace import LimitedPace
from core.pace.throttle import Throttle
from core.ports.clock import Clock
from core.ports.journal.uploads import LinkRate, LinkRates
from core.ports.object_store import StoredObject, Upload
from core.progress import Progress

_log = logging.getLogger(__name__)
_SHORTEST = 1.0
"""Seconds: in shorter uploads the time of single requests counts for too much."""
_MOSTLY = 0.5


class LinkMeter:
    """One for all uploads of a process, because they share the link. Callable from any thread."""

    def __init__(self, journal: LinkRates, clock: Clock, throttle: Throttle | None = None) -> None:
        self._journal = journal
        self._clock = clock
        self._throttle = throttle
        self._lock = threading.Lock()
        self._sent = 0

    @property
    def sent(self) -> int:
        """Bytes that the store accepted from all uploads together."""
        return self._sent

    def add_sent(self, count: int) -> None:
        """For `on_sent` of every upload."""
        with self._lock:
            self._sent += count

    def pace(self, progress: Progress) -> LimitedPace | None:
        """Of one upload; None without a throttle."""
        if self._throttle is None:
            return None
        return LimitedPace(self._throttle, self._clock, progress)

    def measure(self, upload: Upload, pace: LimitedPace | None = None) -> "MeteredUpload":
        """The same upload, timed from now on; `pace` is its own."""
        return MeteredUpload(upload, self, self._clock, pace)

    def record(self, rate: int) -> None:
        """Uploads waited for the link, which carried `rate` bytes per second."""
        self._put(LinkRate(rate, self._clock.now()))

    def outran(self, rate: int) -> None:
        """The link carried `rate` without being waited for: one that was slower is so no more."""
        with suppress(RunFerryError):
            known = self._journal.link_rate()
            if known and known.bytes_per_second < rate:
                self._put(None)

    def _put(self, rate: LinkRate | None) -> None:
        """A journal that fails is no harm."""
        try:
            self._journal.put_link_rate(rate)
        except RunFerryError:
            _log.exception("the rate of the link was not written down")


class MeteredUpload(Upload):
    """Knows how long its caller was kept waiting by the store."""

    def __init__(
        self, upload: Upload, meter: LinkMeter, clock: Clock, pace: LimitedPace | None
    ) -> None:
        self._upload = upload
        self._meter = meter
        self._clock = clock
        self._pace = pace
        self._begun = clock.monotonic()
        self._sent_before = meter.sent
        self._waited = 0.0

    def write(self, data: bytes) -> None:
        """See `Upload`."""
        with self._waiting():
            self._upload.write(data)

    def flush(self) -> None:
        """See `Upload`."""
        with self._waiting():
            self._upload.flush()

    def complete(self, *, if_match: str | None = None) -> StoredObject:
        """See `Upload`."""
        with self._waiting():
            return self._upload.complete(if_match=if_match)

    def abort(self) -> bool:
        """See `Upload`."""
        return self._upload.abort()

    def suspend(self) -> None:
        """See `Upload`."""
        self._upload.suspend()

    def conclude(self) -> None:
        """After `complete`: what the upload tells about the link goes into the journal.

        The store made it wait most of the time: what all uploads sent meanwhile is the rate of the
        link. Otherwise, and when a limit held it back, the link carries that at least.
        """
        seconds = self._clock.monotonic() - self._begun
        if seconds < _SHORTEST:
            return
        rate = round((self._meter.sent - self._sent_before) / seconds)
        if self._was_waiting(seconds):
            self._meter.record(rate)
        else:
            self._meter.outran(rate)

    def _was_waiting(self, seconds: float) -> bool:
        """For the link, and not for the limit."""
        held = self._pace is not None and self._pace.held
        return not held and self._waited >= _MOSTLY * seconds

    @contextmanager
    def _waiting(self) -> Generator[None]:
        start = self._clock.monotonic()
        try:
            yield
        finally:
            self._waited += self._clock.monotonic() - start
