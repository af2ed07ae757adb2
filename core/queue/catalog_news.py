"""That the catalog changed, and from when it is: whoever changed it, in this process or another."""

import logging
import threading

from core.errors import RunFerryError
from core.ports.catalog import CatalogReader, ReadAt
from core.threads import DaemonThreads, Deadline

_log = logging.getLogger(__name__)
_POLL = 1.0


class CatalogNews:
    """Looks once a second, and when it is told to; what it saw costs nothing to ask for.

    Callable from any thread.
    """

    def __init__(self, catalog: CatalogReader) -> None:
        self.read_at = ReadAt()
        """When the catalog last equalled the store, as of the last look."""
        self.changes = 0
        """How many looks found something new."""
        self._catalog = catalog
        self._looking = threading.Lock()
        self._revision: object = None
        self._trouble = ""
        self._stop = threading.Event()
        self._threads = DaemonThreads()

    def look(self) -> None:
        """Cheap while nobody writes anything. What cannot be read is logged, and told when it can."""
        with self._looking:
            try:
                self._look()
                self._trouble = ""
            except RunFerryError as error:
                if str(error) != self._trouble:
                    _log.warning("whether the catalog changed cannot be told: %s", error)
                self._trouble = str(error)

    def start(self) -> None:
        """Looks until `stop`."""
        self._threads.begin(self._loop, "catalog-news")

    def stop(self) -> None:
        """Returns at once; safe to repeat."""
        self._stop.set()

    def close(self, deadline: Deadline) -> None:
        """Stops, and waits for that; safe to repeat."""
        self.stop()
        self._threads.join(deadline)

    def _loop(self) -> None:
        while not self._stop.wait(_POLL):
            self.look()

    def _look(self) -> None:
        revision = self._catalog.revision()
        if revision != self._revision:
            self.read_at = self._catalog.read_at()
            self._revision = revision
            self.changes += 1
