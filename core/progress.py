"""Progress of one transfer: counters that any thread may add to, and what they mean."""

import threading
from collections import deque
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from core.errors import TransferCancelledError, TransferStoppedError
from core.transfer_view import Phase

_RATE_WINDOW = 5.0
_ETA_WINDOW = 30.0
_TRAVELLING = frozenset({Phase.COMPARING, Phase.SENDING, Phase.RECEIVING})
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
        self._phase = Phase.WAITING
        self._reset()
        self._to_keep = self._in_store = 0
        self.total = 0
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
                self._reset()
                self.total = total
            self._phase = phase

    def begin_last(self) -> None:
        """Sends what is left of an archive that is packed to its end. Raises as `begin` does."""
        self.begin(Phase.SENDING)
        self._whole = True

    @property
    def phase(self) -> Phase:
        """What it does now.

        While what an earlier try sent is looked through, nothing is sent; and when all is sent, the
        store has still to make one object of it.
        """
        with self._lock:
            if self._phase is not Phase.SENDING:
                return self._phase
            if self._whole and self._sent + self._kept >= self._packed[1]:
                return Phase.COMPLETING
            if not self._sent and self._kept < self._to_keep:
                return Phase.COMPARING
            return Phase.SENDING

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
        """`count` bytes were there from an earlier try and need not travel."""
        with self._lock:
            self._kept += count

    def expect_kept(self, count: int) -> None:
        """So many bytes may turn out to be there from an earlier try; they are compared first."""
        with self._lock:
            self._to_keep = self._in_store = count

    def add_in_store(self, count: int) -> None:
        """`count` bytes were accepted that another try finds there."""
        with self._lock:
            self._in_store += count

    @property
    def in_store(self) -> int:
        """Bytes of the archive that another try need not send; 0 of what is received."""
        return self._in_store

    @property
    def kept_before(self) -> int:
        """Bytes that earlier tries left, whether or not they have been looked through."""
        return max(self._kept, self._to_keep)

    @property
    def kept(self) -> int:
        """Bytes that need not travel: of the archive, or of the object that is received."""
        return self._kept

    def counts(self) -> tuple[int, int]:
        """(source bytes done, archive bytes sent); the first never goes back within a phase."""
        with self._lock:
            done = self._source_bytes(self._sent + self._kept, self._read + self._kept)
            self._done = max(self._done, min(done, self.total))
            return self._done, self._sent

    def travelled(self) -> int:
        """As the first of `counts`, without what was kept: how far it came by its own speed."""
        with self._lock:
            done = self._source_bytes(self._sent, self._read)
            self._travelled = max(self._travelled, min(done, self.total))
            return self._travelled

    def wait(self, seconds: float) -> None:
        """Sleeps; raises TransferCancelledError as soon as the transfer is cancelled."""
        self._ended.wait(seconds)
        self.check_cancelled()

    def cancel(self) -> None:
        """The next step of the transfer raises TransferCancelledError."""
        self._ended.set()

    def stop(self) -> None:
        """The next step raises TransferStoppedError: it is to be gone on with later."""
        if not self._ended.is_set():
            self._stopped = True
            self._ended.set()

    def _reset(self) -> None:
        self._read = self._sent = self._kept = self._done = self._travelled = 0
        self._packed = (0, 0)
        self._whole = False

    def _source_bytes(self, sent: int, read: int) -> int:
        source, archive = self._packed
        if archive:
            return source * min(sent, archive) // archive
        return 0 if self._phase is Phase.SENDING else read

    @property
    def ended(self) -> bool:
        """Whether `cancel` or `stop` was called."""
        return self._ended.is_set()

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
        self._phase: Phase | None = None

    def of(self, progress: Progress, now: float) -> Pace:
        """The pace of what travels at monotonic second `now`; none where nothing does."""
        phase = progress.phase
        if phase not in _TRAVELLING:
            return Pace()
        done, _ = progress.counts()
        return self.sample(now, progress.travelled(), progress.total - done, phase)

    def sample(self, now: float, moved: int, left: int, phase: Phase | None = None) -> Pace:
        """The pace when `moved` bytes have come by and `left` have still to; each phase has its own."""
        if self._samples and (moved < self._samples[-1][1] or phase is not self._phase):
            self._samples.clear()
        self._phase = phase
        self._samples.append((now, moved))
        while now - self._samples[0][0] > _ETA_WINDOW:
            self._samples.popleft()
        if now - self._samples[0][0] < _PATIENCE:
            return Pace()
        mean = self._rate_since(now - _ETA_WINDOW)
        seconds = left / mean if mean > 0 and left >= 0 else None
        return Pace(self._rate_since(now - _RATE_WINDOW), seconds)

    def _rate_since(self, start: float) -> float:
        now, done = self._samples[-1]
        then, before = next(s for s in self._samples if s[0] >= start)
        return (done - before) / (now - then) if now > then else 0.0
