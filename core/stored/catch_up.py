"""Make the catalog equal to the store, or say how old it is."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.errors import RunFerryError, StoreConnectionError
from core.ports.catalog import CatalogReader
from core.ports.object_store import ObjectStore
from core.stored.refresh_catalog import Refreshed

_PATIENCE_SECONDS = 6.0
"""Somebody looks at the prompt meanwhile."""


@dataclass(frozen=True)
class Stale:
    """Why the catalog may be behind the store, and since when; None when it never equalled it."""

    reason: str
    synced_at: datetime | None


class CatchUp:
    """For commands that show what is stored: with a store that does not answer, the cache will do."""

    def __init__(
        self,
        catalog: CatalogReader,
        store: ObjectStore,
        refresh: Callable[[], Refreshed],
        *,
        patience: float = _PATIENCE_SECONDS,
    ) -> None:
        """`patience` is how many seconds the store has for its first answer."""
        self._catalog = catalog
        self._store = store
        self._refresh = refresh
        self._patience = patience

    def __call__(self) -> Refreshed | Stale:
        """What the catalog holds when it equals the store now.

        Raises StoreError when the store refuses, or does not answer and nothing of it is cached.
        """
        try:
            self._await_answer()
            return self._refresh()
        except RunFerryError as error:
            if not error.offline:
                raise
            return self._stale(error)

    def _stale(self, error: RunFerryError) -> Stale:
        synced_at = self._catalog.synced_at()
        if synced_at is None and not self._catalog.job_count():
            error.kept = "Nothing of this store is cached on this machine yet."
            raise error
        return Stale(error.what, synced_at)

    def _await_answer(self) -> None:
        answers: queue.Queue[Exception | None] = queue.Queue()
        ask = threading.Thread(
            target=lambda: answers.put(self._trouble()), name="catch-up", daemon=True
        )
        ask.start()
        try:
            trouble = answers.get(timeout=self._patience)
        except queue.Empty:
            what = f"{self._store.location} has not answered within {self._patience:g} s."
            todo = "Check the network, and that the server is running, then retry."
            raise StoreConnectionError(what, todo=todo) from None
        if trouble:
            raise trouble

    def _trouble(self) -> Exception | None:
        """A refusal is none: who may not write may still read, and reading tells."""
        try:
            self._store.check()
        except Exception as error:  # noqa: BLE001 - it is raised again on the thread that waits
            return None if _is_refusal(error) else error
        return None


def _is_refusal(error: Exception) -> bool:
    return isinstance(error, RunFerryError) and not error.offline
