"""watchdog's inotify observer, made to say what it misses.

On its own it is silent about dropped events, limits, unreadable directories and unmounted file
systems, and prints tracebacks and its whole table of watches over the app's screen. Some of what
is overridden here is private to watchdog 7.1, which the project therefore pins.
"""

import errno
import os
from collections.abc import Iterator

from watchdog.events import DirCreatedEvent, DirMovedEvent, FileSystemEvent
from watchdog.observers.api import BaseObserver, EventQueue, ObservedWatch
from watchdog.observers.inotify import InotifyEmitter, InotifyWatchGroup
from watchdog.observers.inotify_c import (
    CallbackId,
    InotifyConstants,
    InotifyEvent,
    InotifyFD,
    Mask,
    Watch,
    WatchCallback,
    WatchDescriptor,
)
from watchdog.observers.inotify_move_event_grouper import GroupedInotifyEvent, PathedInotifyEvent

from storage.watching.event_loss import OVERFLOW, UNMOUNTED, EventLoss, WatchEndedError

_BUFFER = 1 << 20
"""Bytes; the kernel's queue of 16,384 events with names of usual length."""
_NO_WATCH = WatchDescriptor(-1)
_MADE = Mask(InotifyConstants.IN_CREATE)
_MADE_DIRECTORY = Mask(InotifyConstants.IN_CREATE | InotifyConstants.IN_ISDIR)


class ReportingFD(InotifyFD):
    """An inotify instance and the thread that reads it; `nap` in seconds after each reading.

    While it naps the kernel makes one event of equal ones, and nobody's GIL is taken.
    """

    def __init__(self, loss: EventLoss, nap: float) -> None:
        super().__init__()
        self.name = "watcher-reader"
        self._loss = loss
        self._nap = nap
        # Otherwise a stop before the first reading would leave the descriptors open.
        self._is_reading = False

    def run(self) -> None:
        self._loss.guard(self._read)

    def _read(self) -> None:
        while self.should_keep_running():
            for event in self.read_events(event_buffer_size=_BUFFER):
                self.handle_event(event)
            self.stopped_event.wait(self._nap)

    def read_events(self, *, event_buffer_size: int = _BUFFER) -> list[InotifyEvent]:
        """One of many equal close events is enough; of all others the order matters."""
        closed: set[tuple[WatchDescriptor, bytes]] = set()
        events: list[InotifyEvent] = []
        found = self._parse_event_buffer(self._read_event_buffer(event_buffer_size))
        for wd, mask, cookie, name in found:
            if mask == InotifyConstants.IN_CLOSE_WRITE:
                if (wd, name) in closed:
                    continue
                closed.add((wd, name))
            events.append(InotifyEvent(wd, mask, cookie, name))
        return events

    def handle_event(self, event: InotifyEvent) -> None:
        if event.is_queue_overflow:
            # watchdog would set all watches anew at once, and again at the next overflow.
            self._loss.lost(OVERFLOW)
            return
        if event.mask & InotifyConstants.IN_UNMOUNT:
            self._loss.lost(UNMOUNTED)
        super().handle_event(event)

    def _get_or_create_watch(self, path: bytes, mask: Mask) -> Watch:
        if self._closed:  # the number of the descriptor may be another's by now
            raise WatchEndedError
        self._loss.check_wanted()
        try:
            watch = super()._get_or_create_watch(path, mask)
            if watch.wd == _NO_WATCH:  # that is how a refusal is returned
                del self._watch_for_wd[_NO_WATCH]
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        except OSError as error:
            self._loss.failed(error, path)
            raise
        return watch

    def _add_callback(
        self, path: bytes, mask: Mask, callback: WatchCallback, id_: CallbackId
    ) -> WatchDescriptor:
        # A directory may be found by its event and by a walk: no reason for a warning.
        watch = self._get_or_create_watch(path, mask)
        watch.callbacks[id_] = callback
        return watch.wd

    def _remove_callback(self, wd: WatchDescriptor, id_: CallbackId) -> None:
        watch = self._watch_for_wd.get(wd)
        if watch is not None and id_ in watch.callbacks:
            super()._remove_callback(wd, id_)


class ReportingWatchGroup(InotifyWatchGroup):
    """The watches of one tree, whose table survives paths that were moved out and made again.

    watchdog's own walks call themselves for each level: a deep tree ended them.
    """

    def _add_all_callbacks(self, path: bytes) -> None:
        self._add_callback(path)
        for above, directories, _ in _walk(path):
            for name in directories:
                self._add_callback(os.path.join(above, name))

    def _recursive_simulate(self, src_path: bytes) -> list[InotifyEvent]:
        events: list[InotifyEvent] = []
        for above, directories, others in _walk(src_path):
            watch = self._active_callbacks_by_path.get(above)
            if watch is not None:  # else its own event, still queued, tells of what is in it
                events += (InotifyEvent(watch, _MADE_DIRECTORY, 0, name) for name in directories)
                events += (InotifyEvent(watch, _MADE, 0, name) for name in others)
        return events

    def _remove_watch_internally(self, wd: WatchDescriptor) -> None:
        path = self._active_callbacks_by_watch.pop(wd, None)
        if path is not None and self._active_callbacks_by_path.get(path) == wd:
            del self._active_callbacks_by_path[path]


class ReportingEmitter(InotifyEmitter):
    """Makes events of what one ReportingFD read."""

    def __init__(
        self,
        event_queue: EventQueue,
        watch: ObservedWatch,
        *,
        timeout: float,
        event_filter: list[type[FileSystemEvent]] | None,
        inotify_fd: ReportingFD,
        loss: EventLoss,
    ) -> None:
        super().__init__(
            event_queue, watch, timeout=timeout, event_filter=event_filter, inotify_fd=inotify_fd
        )
        self.name = "watcher-emitter"
        self._loss = loss

    def on_thread_start(self) -> None:
        self._inotify = ReportingWatchGroup(
            self._inotify_fd,
            os.fsencode(self.watch.path),
            is_recursive=self.watch.is_recursive,
            event_mask=self.get_event_mask_from_filter(),
        )

    def build_and_queue_event(
        self, event: GroupedInotifyEvent, *, full_events: bool = False
    ) -> None:
        come = event if isinstance(event, PathedInotifyEvent) else event[1]
        if not come.ev.is_moved_to or not come.ev.is_directory:
            super().build_and_queue_event(event, full_events=full_events)
            return
        if not isinstance(event, PathedInotifyEvent):
            self.queue_event(DirMovedEvent(event[0].path, come.path))
        # watchdog would call itself for each level, and tell of each file as well.
        for directory, _, _ in _walk(come.path):
            self.queue_event(DirCreatedEvent(directory))

    def run(self) -> None:
        self._loss.guard(self._emit)

    def _emit(self) -> None:
        super().run()
        self._loss.end_of_root()  # it stops by itself for that reason only


class ReportingObserver(BaseObserver):
    """Watches one tree on three daemon threads of its own. Raises OSError without inotify."""

    def __init__(self, loss: EventLoss, nap: float) -> None:
        self._fd = ReportingFD(loss, nap)
        super().__init__(ReportingEmitter, inotify_fd=self._fd, loss=loss)
        self.name = "watcher-dispatcher"
        self._loss = loss
        self._fd.start()

    def run(self) -> None:
        self._loss.guard(super().run)

    def on_thread_stop(self) -> None:
        self._fd.stop()
        self._fd.join()
        super().on_thread_stop()


def _walk(top: bytes) -> Iterator[tuple[bytes, list[bytes], list[bytes]]]:
    """Each directory from `top` down with the directories and the other entries in it.

    Links are not followed; what cannot be listed is left out.
    """
    unread = [top]
    while unread:
        above = unread.pop()
        directories: list[bytes] = []
        others: list[bytes] = []
        try:
            with os.scandir(above) as entries:
                for entry in entries:
                    of_its_kind = directories if entry.is_dir(follow_symlinks=False) else others
                    of_its_kind.append(entry.name)
        except OSError:
            continue
        yield above, directories, others
        unread += (os.path.join(above, name) for name in directories)
