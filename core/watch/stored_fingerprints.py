"""As what RUN directories were stored last: by this process, and by others on the same state."""

import logging
import threading
from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from core.errors import RunFerryError
from core.ports.journal.bindings import StoredSource
from core.ports.journal.journal import WatchJournal

_log = logging.getLogger(__name__)


class StoredFingerprints:
    """Fingerprints by RUN directory. Any thread, but `load` and `take_news` one after the other."""

    def __init__(self, journal: WatchJournal) -> None:
        self._journal = journal
        self._revision: object = None
        self._read: Mapping[str, StoredSource] = dict[str, StoredSource]()
        self._lock = threading.Lock()
        self._fingerprints: dict[str, str] = {}
        self._deleted: set[str] = set()
        self._trouble = ""

    def fingerprint(self, source: str) -> str | None:
        """What it had when it was stored last; None when nothing is known of that."""
        with self._lock:
            return self._fingerprints.get(source)

    def was_deleted(self, source: str) -> bool:
        """Whether it was stored, and its job was deleted since this process looks."""
        with self._lock:
            return source in self._deleted

    def put(self, source: str, fingerprint: str) -> None:
        """This process stored it."""
        with self._lock:
            self._fingerprints[source] = fingerprint

    def load(self) -> None:
        """Takes up what earlier sessions wrote down. Raises StateError."""
        self._read = self._journal.stored()
        with self._lock:
            for source, stored in self._read.items():
                self._fingerprints.setdefault(source, stored.fingerprint)

    def take_news(self) -> AbstractSet[str]:
        """RUN directories that were stored, or the job of which was deleted, since the last call.

        By whichever process. Cheap while nobody writes anything down. What cannot be read is logged,
        and told as soon as it can.
        """
        try:
            return self._read_changes()
        except RunFerryError as error:
            self._complain(str(error))
            return frozenset()

    def _read_changes(self) -> AbstractSet[str]:
        revision = self._journal.revision()
        if revision == self._revision:
            return frozenset()
        before, now = self._read, self._journal.stored()
        self._revision, self._read = revision, now
        changed = {source for source, _ in before.items() ^ now.items()}
        self._take(changed, now)
        return changed

    def _take(self, changed: AbstractSet[str], now: Mapping[str, StoredSource]) -> None:
        gone = changed - now.keys()
        with self._lock:
            self._fingerprints.update({s: now[s].fingerprint for s in changed & now.keys()})
            for source in gone:
                self._fingerprints.pop(source, None)
            self._deleted = self._deleted - now.keys() | gone

    def _complain(self, trouble: str) -> None:
        if trouble != self._trouble:
            _log.warning("what others have stored could not be read: %s", trouble)
        self._trouble = trouble
