"""Do about findings what loses nothing."""

from collections.abc import Iterator
from dataclasses import replace

from core.care.adopt_orphan import AdoptOrphan
from core.care.sync_store import SyncStore
from core.errors import RunFerryError
from core.ports.object_store import ObjectWriter
from core.stored.findings import Finding, Problem

_MENDED_BY_SYNC = (Problem.NOT_IN_CATALOG, Problem.NOT_IN_STORE, Problem.OUTDATED)


class MendStore:
    """Adopts orphans of ours, puts a copy that was kept back into its place, reads the catalog anew."""

    def __init__(self, store: ObjectWriter, adopt: AdoptOrphan, sync: SyncStore) -> None:
        self._store = store
        self._adopt = adopt
        self._sync = sync

    def __call__(self, found: Iterator[Finding]) -> Iterator[Finding]:
        """As they are mended, or say why not. Raises StoreError, CatalogError, StateError."""
        yield from map(self._mended, found)
        self._sync(rebuild=True)

    def _mended(self, finding: Finding) -> Finding:
        try:
            return replace(finding, mended=self._mend(finding))
        except RunFerryError as error:
            return replace(finding, detail=f"{finding.detail}; {error.what}")

    def _mend(self, finding: Finding) -> bool:
        if finding.problem is Problem.ORPHAN:
            self._adopt(finding.key)
            return True
        if finding.copy:
            self._store.copy(finding.copy, finding.key)
            return True
        return finding.problem in _MENDED_BY_SYNC
