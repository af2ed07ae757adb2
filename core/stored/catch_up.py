"""Make the catalog equal to the store, or say how old it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from core.errors import RunFerryError, StoreAccessDeniedError, StoreConnectionError
from core.ports.catalog import CatalogReader
from core.ports.object_store import ObjectStore
from core.stored.refresh_catalog import Refreshed
from core.threads import SharedWork
from core.waiting.store_waits import StoreWaits


@dataclass(frozen=True)
class Stale:
    """Why the catalog may be behind the store, and since when; None when it never equalled it."""

    reason: str
    synced_at: datetime | None


class CatchUp:
    """For commands that show what is stored: with a store that does not answer, the cache will do.

    So it will for who may list the store and not read it: what is shown is what this machine stored.
    """

    def __init__(
        self,
        catalog: CatalogReader,
        store: ObjectStore,
        refresh: Callable[[], Refreshed],
        waits: StoreWaits,
        *,
        patience: float,
    ) -> None:
        """`patience` is how many seconds the store has for its first answer: a user waits meanwhile.

        Not those in which the user is asked for a code, or a program makes credentials.
        """
        self._catalog = catalog
        self._store = store
        self._refresh = refresh
        self._waits = waits
        self._patience = patience

    def __call__(self) -> Refreshed | Stale:
        """What the catalog holds when it equals the store now.

        Raises StoreError when the store refuses, or does not answer and nothing of it is cached.
        """
        try:
            listable = self._await_answer()
            return self._refreshed(listable=listable)
        except RunFerryError as error:
            if not error.offline:
                raise
            return self._stale(error)

    def _refreshed(self, *, listable: bool) -> Refreshed | Stale:
        """A cache is no answer to who may not even list."""
        try:
            return self._refresh()
        except StoreAccessDeniedError as error:
            if not listable:
                raise
            return self._stale(error)

    def _stale(self, error: RunFerryError) -> Stale:
        synced_at = self._catalog.synced_at()
        if synced_at is None and not self._catalog.job_count():
            error.kept = "Nothing of this store is cached on this machine yet."
            raise error
        return Stale(f"{error.what.rstrip('.')}.", synced_at)

    def _await_answer(self) -> bool:
        """Whether the store may be listed: a refusal is an answer too."""
        asking, refused = SharedWork(), list[RunFerryError]()
        asking.begin(partial(self._ask, refused), "catch-up")
        while not asking.join(self._waits.deadline(self._patience)):
            if self._waits.since_attended() < self._patience:
                continue
            what = f"{self._store.location} has not answered within {self._patience:g} s."
            todo = "Check the network, and that the server is running, then retry."
            raise StoreConnectionError(what, todo=todo)
        return not refused

    def _ask(self, refused: list[RunFerryError]) -> None:
        """Who may not write may still read, and reading tells."""
        try:
            self._store.check()
        except RunFerryError as error:
            if error.offline:
                raise
            refused.append(error)
