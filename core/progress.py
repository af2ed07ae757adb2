"""Progress of one transfer: counters that any thread may add to, and what they mean."""

import threading
from collections import deque
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from core.errors import TransferCancelledError, TransferStoppedError
from core.events import Phase

_RATE_WINDOW = 5.0
_ETA_WINDOW = 30.0
_PATIENCE = 2.0
"""Seconds of samples below which no rate is claimed."""


class Progress:
    """Counts of one transfer, shared between the threads that do it and those that show it.

    Adding is cheap and never blocks on a reader. An upload is as far as the store has accepted
    it, not as far as the source was read: the bar does not wait at its end.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._stopped = False
        self._read = self._sent = self._kept = self._done = 0
        self._packed = (0, 0)
        self.total = 0
        self.phase = Phase.WAITING
        self.packing: AbstractContextManager[object] = nullcontext()
        """Entered while the source is read and packed: of several that share a lock, one does it."""

    def begin(self, phase: Phase, total: int = 0, *, cancellable: bool = True) -> None:
        """Starts a phase; with `total` (source bytes) the counters start again.

        Raises TransferCancelledError after `cancel`, unless there is no way back any more.
        """
        if cancellable:
            self.check_cancelled()
        with self._lock:
            if total:
                self._read = self._sent = self._kept = self._done = 0
                self._packed = (0, 0)
                self.total = total
            self.phase = phase

    def add_read(self, count: int) -> None:
        """`count` bytes of the source were read. Raises TransferCancelledError after `cancel`."""
        with self._lock:
            self._read += count
        self.check_cancelled()

    def set_packed(self, source: int, archive: int) -> None:
        """So far `source` bytes became `archive` bytes of the archive."""
        with self._lock:
            self._packed = (source, archive)

    def add_sent(self, count: int) -> None:
        """`count` bytes of the archive are on their way to the store; fewer than 0 never arrived.

        Raises TransferCancelledError after `cancel`, unless they are taken back.
        """
        with self._lock:
            self._sent += count
        if count > 0:
            self.check_cancelled()

    def add_kept(self, count: int) -> None:
        """`count` bytes of the archive were there from an earlier try and need not be sent."""
        with self._lock:
            self._kept += count

    def counts(self) -> tuple[int, int]:
        """(source bytes done, archive bytes sent); the first never goes back within a phase."""
        with self._lock:
            source, archive = self._packed
            if archive:
                done = source * min(self._sent + self._kept, archive) // archive
            else:
                done = 0 if self.phase is Phase.SENDING else self._read
            self._done = max(self._done, min(done, self.total))
            return self._done, self._sent

    def wait(self, seconds: float) -> None:
        """Sleeps; raises TransferCancelledError as soon as the transfer is cancelled."""
        self._ended.wait(seconds)
        self.check_cancelled()

    def cancel(self) -> None:
        """The next step of the transfer raises TransferCancelledError."""
        self._ended.set()

    def stop(self) -> None:
        """The next step raises TransferStoppedError: it is to be gone on with later."""
        self._stopped = not self._ended.is_set()
        self._ended.set()

    def check_cancelled(self) -> None:
        """Raises TransferCancelledError when the user asked for it."""
        if not self._ended.is_set():
            return
        if self._stopped:
            raise TransferStoppedError("Stopped.", kept="What was sent stays for the next start.")
        raise TransferCancelledError("Cancelled.", kept="Nothing was changed in the store.")


@dataclass(frozen=True)
class Pace:
    """Bytes per second and seconds left; None while there is too little to tell."""

    rate: float | None = None
    seconds_left: float | None = None


class Pacer:
    """Turns samples of a counter into rate (5 s window) and time left (30 s mean). One thread."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()

    def sample(self, now: float, done: int, total: int) -> Pace:
        """The pace after `done` of `total` bytes at monotonic second `now`."""
        if self._samples and done < self._samples[-1][1]:
            self._samples.clear()
        self._samples.append((now, done))
        while now - self._samples[0][0] > _ETA_WINDOW:
            self._samples.popleft()
        if now - self._samples[0][0] < _PATIENCE:
            return Pace()
        mean = self._rate_since(now - _ETA_WINDOW)
        left = (total - done) / mean if mean > 0 and total >= done else None
        return Pace(self._rate_since(now - _RATE_WINDOW), left)

    def _rate_since(self, start: float) -> float:
        now, done = self._samples[-1]
        then, before = next(s for s in self._samples if s[0] >= start)
        return (done - before) / (now - then) if now > then else 0.0
