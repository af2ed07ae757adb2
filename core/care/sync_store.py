"""Make catalog and memory equal to the store, and adopt what earlier uploads left behind."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.care.forget_deleted_jobs import ForgetDeletedJobs
from core.errors import RunFerryError
from core.ports.journal.uploads import UploadJournal
from core.ports.object_store import ObjectReader
from core.stored.loose_results import find_loose
from core.stored.refresh_catalog import RefreshCatalog, Refreshed
from core.upload.adopt_intended import AdoptIntended


@dataclass(frozen=True)
class Synced:
    """What the catalog holds, the keys that were adopted, and why others were not."""

    catalog: Refreshed
    adopted: Sequence[str]
    failures: Sequence[RunFerryError]


class SyncStore:
    """Adopts only what an upload of this machine wrote down before it was cut off."""

    def __init__(
        self,
        store: ObjectReader,
        journal: UploadJournal,
        adopt: AdoptIntended,
        refresh: RefreshCatalog,
        forget_deleted: ForgetDeletedJobs,
    ) -> None:
        self._store = store
        self._journal = journal
        self._adopt = adopt
        self._refresh = refresh
        self._forget_deleted = forget_deleted

    def __call__(self, *, rebuild: bool = False) -> Synced:
        """What cannot be adopted keeps nothing else from being done.

        Raises StoreError, StateError, CatalogError.
        """
        recorded = [orphan.key for orphan in self._journal.orphans()]
        begun = [intent.key for intent in self._journal.all_intents() if intent.sha256]
        adopted, failures = self._adopt_all([*dict.fromkeys([*recorded, *begun])])
        refreshed = self._refresh(rebuild=rebuild)
        self._forget_deleted()
        self._forget_settled()
        return Synced(refreshed, adopted, failures)

    def _adopt_all(self, keys: Sequence[str]) -> tuple[list[str], list[RunFerryError]]:
        adopted: list[str] = []
        failures: list[RunFerryError] = []
        for key in keys:
            try:
                if self._adopt(key):
                    adopted.append(key)
            except RunFerryError as error:
                failures.append(error)
        return adopted, failures

    def _forget_settled(self) -> None:
        """The record of an orphan outlives its upload, and what became of it may be in order."""
        for orphan in self._journal.orphans():
            if find_loose(self._store, orphan.key) is None:
                self._journal.remove_orphan(orphan.key)
