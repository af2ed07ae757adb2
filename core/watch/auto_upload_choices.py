"""What the user decided about uploads that nobody starts, in this process or in another one."""

import threading
from collections.abc import Callable, Mapping

from core.ports.journal.journal import WatchJournal


class AutoUploadChoices:
    """As they were read last, on any thread; what changes them may raise StateError.

    `changed_too` is asked of a root where nobody has decided about runs that changed since they
    were stored.
    """

    def __init__(
        self, journal: WatchJournal, changed_too: Callable[[str], bool] = lambda root: False
    ) -> None:
        self._journal = journal
        self._changed_too = changed_too
        self._lock = threading.Lock()
        self._remembered: Mapping[str, bool | None] = {}
        self._for_now: dict[str, bool] = {}
        self._held: frozenset[str] = frozenset()
        self._revision: object = None

    @property
    def held(self) -> frozenset[str]:
        """The RUN directories that are kept back."""
        return self._held

    def load(self) -> None:
        """Reads all. Raises StateError."""
        self._read(None)

    def load_news(self) -> bool:
        """Reads all if anybody wrote anything since the last call; whether so. Raises StateError."""
        revision = self._journal.revision()
        if revision == self._revision:
            return False
        self._read(revision)
        return True

    def set_on(self, root: str, *, on: bool, changed: bool | None, remember: bool) -> None:
        """What is not to be remembered counts here alone, whatever is decided elsewhere."""
        if remember:
            self._journal.put_auto_upload(root, on=on, changed=changed)
            self.load()
        else:
            with self._lock:
                self._for_now[root] = on

    def is_on(self, root: str) -> bool:
        """Whether runs below a watched root are uploaded by themselves."""
        return self._for_now.get(root, root in self._remembered)

    def takes_changed(self, root: str) -> bool:
        """Whether those are taken along, when it is on, that changed since they were stored."""
        decided = None if root in self._for_now else self._remembered.get(root)
        return self._changed_too(root) if decided is None else decided

    def put_held(self, path: str, *, held: bool) -> None:
        """Keeps a run back, or releases it."""
        self._journal.put_held(path, held=held)
        self.load()

    def _read(self, revision: object) -> None:
        remembered, held = self._journal.auto_uploads(), self._journal.held()
        with self._lock:
            self._revision, self._remembered, self._held = revision, remembered, held
