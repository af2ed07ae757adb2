"""Delete what another tool stored of a job, or of a run, that is deleted."""

from collections.abc import Iterable

from core.care.delete_artifact import changed_object, forget_artifact
from core.errors import PreconditionFailedError
from core.ports.catalog import Catalog
from core.ports.object_store import ObjectStore
from core.stored.orphans import FoundOrphan


class DeleteForeign:
    """Only an artifact of the layout, which the user has seen in the list, and only as it was then."""

    def __init__(self, store: ObjectStore, catalog: Catalog) -> None:
        self._store = store
        self._catalog = catalog

    def __call__(self, found: FoundOrphan) -> None:
        """Raises ConflictError when it is another object by now, StoreError, CatalogError."""
        try:
            self._store.delete(found.key, if_match=found.etag)
        except PreconditionFailedError:
            raise changed_object(self._store.url(found.key), "was replaced meanwhile") from None
        self._forget(found)

    def all(self, found: Iterable[FoundOrphan]) -> None:
        """One after the other; raises as the call does."""
        for one in found:
            self(one)

    def _forget(self, found: FoundOrphan) -> None:
        """Beside it there may be a version whose content it took the place of."""
        place = found.place
        known = self._catalog.artifacts(place.prefix.job_id, place.run_id)
        for artifact in filter(lambda one: (one.key, one.managed) == (found.key, False), known):
            forget_artifact(self._catalog, artifact)
