"""Delete what was copied into a job that was deleted meanwhile."""

from core.care.delete_artifact import DeleteArtifact
from core.care.move_plan import MovePlan
from core.ports.catalog import Catalog
from core.ports.object_store import ObjectStore


class TakeBack:
    """Only what this move has put there."""

    def __init__(self, store: ObjectStore, catalog: Catalog) -> None:
        self._catalog = catalog
        self._delete_artifact = DeleteArtifact(store, catalog)

    def __call__(self, plan: MovePlan) -> None:
        """Raises ConflictError, StoreError, CatalogError; then it is left there, as an unnamed job."""
        for artifact in plan.copied:
            self._delete_artifact(artifact)
        self._catalog.remove_job(plan.to_job.id)
