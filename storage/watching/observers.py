"""The observer of the file system events that this system has, by what can be imported here.

What is heard of is no optimisation: with watchdog's default its own walk of a tree of about 8,000
directories overflows the kernel's queue, which makes it walk again, for ever. Writes are left out
where the end of writing is told, because runs that are being written are looked at regularly.
"""

import errno
import logging
import os
import warnings
from collections.abc import Sequence

from watchdog import events
from watchdog.observers.api import BaseObserver
from watchdog.utils import UnsupportedLibcError

from storage.watching.event_loss import EventLoss

_log = logging.getLogger(__name__)
Kinds = Sequence[type[events.FileSystemEvent]]
"""The events that are heard of."""
_CLOSED: Kinds = (
    events.DirCreatedEvent,
    events.DirDeletedEvent,
    events.DirMovedEvent,
    events.FileCreatedEvent,
    events.FileDeletedEvent,
    events.FileMovedEvent,
    events.FileClosedEvent,
)
_WRITTEN: Kinds = (*_CLOSED, events.FileModifiedEvent)
_MERE_LOOKING = ("PollingObserver", "KqueueObserver")
"""They list the whole tree every second, or keep each file of it open: less often is enough here."""


def new_observer(loss: EventLoss, nap: float) -> tuple[BaseObserver, Kinds]:
    """Not started yet. Raises OSError, ENOSYS on a system that reports nothing."""
    try:
        return _reporting(loss, nap)
    except (ImportError, AttributeError, TypeError):
        _log.exception("this watchdog is not the expected one: losses are noticed late")
    return _plain()


def _reporting(loss: EventLoss, nap: float) -> tuple[BaseObserver, Kinds]:
    try:
        from storage.watching.reporting_inotify import ReportingObserver

        return ReportingObserver(loss, nap), _CLOSED
    except UnsupportedLibcError:
        return _fsevents(loss, nap), _WRITTEN


def _fsevents(loss: EventLoss, nap: float) -> BaseObserver:
    try:
        from storage.watching.reporting_fsevents import ReportingFSEventsObserver
    except ModuleNotFoundError as error:
        if error.name != "_watchdog_fsevents":
            raise
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS)) from None
    return ReportingFSEventsObserver(loss, nap)


def _plain() -> tuple[BaseObserver, Kinds]:
    from watchdog.observers import Observer

    # It prints its whole table of watches on ordinary races.
    warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"watchdog\.")
    observer = Observer()
    if type(observer).__name__ in _MERE_LOOKING:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    return observer, _WRITTEN
