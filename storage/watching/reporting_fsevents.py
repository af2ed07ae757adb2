"""watchdog's observer of FSEvents, made to say what it misses.

On its own it is silent about dropped events and unmounted file systems. What is overridden here is
of watchdog 7.1, which the project pins.
"""

from watchdog.events import FileSystemEvent
from watchdog.observers.api import BaseObserver, EventQueue, ObservedWatch
from watchdog.observers.fsevents import FSEventsEmitter, FSEventsObserver

from storage.watching.event_loss import OVERFLOW, UNMOUNTED, EventLoss

# kFSEventStreamEventFlag… of the system: MustScanSubDirs, UserDropped, KernelDropped; Unmount.
_DROPPED = 0x1 | 0x2 | 0x4
_UNMOUNT = 0x80


class ReportingFSEventsEmitter(FSEventsEmitter):
    """Makes events of what one stream of the system tells."""

    def __init__(
        self,
        event_queue: EventQueue,
        watch: ObservedWatch,
        *,
        timeout: float,
        event_filter: list[type[FileSystemEvent]] | None,
        latency: float,
        loss: EventLoss,
    ) -> None:
        super().__init__(
            event_queue, watch, timeout=timeout, event_filter=event_filter, latency=latency
        )
        self.name = "watcher-emitter"
        self._loss = loss

    def events_callback(
        self, paths: list[bytes], inodes: list[int], flags: list[int], ids: list[int]
    ) -> None:
        """Called by the system, on the thread of the stream."""
        for flag in flags:
            if flag & _DROPPED:
                self._loss.lost(OVERFLOW)
            if flag & _UNMOUNT:
                self._loss.lost(UNMOUNTED)
        super().events_callback(paths, inodes, flags, ids)

    def run(self) -> None:
        self._loss.guard(super().run)
        self._loss.end_of_root()  # it stops by itself for that reason only


class ReportingFSEventsObserver(FSEventsObserver):
    """Watches one tree on two daemon threads; the system gathers events for a `nap`, in seconds."""

    def __init__(self, loss: EventLoss, nap: float) -> None:
        BaseObserver.__init__(self, ReportingFSEventsEmitter, latency=nap, loss=loss)
        self.name = "watcher-dispatcher"
        self._loss = loss

    def run(self) -> None:
        self._loss.guard(super().run)
