"""Copy all of a run to where it is to be, and make sure of it."""

from core.care.check_moved import CheckMoved
from core.care.copy_object import CopyObject
from core.care.copy_version import CopyVersion
from core.care.delete_artifact import DeleteArtifact
from core.care.move_plan import NOTHING_MOVED, MovePlan
from core.errors import JobNotFoundError
from core.ports.catalog import Catalog
from core.ports.object_store import ObjectStore
from core.progress import Progress
from core.transfer_view import Phase


class TakeBack:
    """Deletes what this move has put into a job that was deleted meanwhile, and only that."""

    def __init__(self, store: ObjectStore, catalog: Catalog) -> None:
        self._catalog = catalog
        self._delete_artifact = DeleteArtifact(store, catalog)

    def __call__(self, plan: MovePlan) -> None:
        """Raises ConflictError, StoreError, CatalogError; then it is left there, as an unnamed job."""
        for artifact in plan.copied:
            self._delete_artifact(artifact)
        self._catalog.remove_job(plan.to_job.id)


class CopyRun:
    """The newest version first: as soon as anything is there, it is the latest."""

    def __init__(
        self,
        copy_version: CopyVersion,
        copy_object: CopyObject,
        check_moved: CheckMoved,
        take_back: TakeBack,
    ) -> None:
        self._copy_version = copy_version
        self._copy_object = copy_object
        self._check_moved = check_moved
        self._take_back = take_back

    def __call__(self, plan: MovePlan, progress: Progress) -> None:
        """What is there already is not copied again.

        When the job is deleted meanwhile, nothing of it is left there. Raises JobNotFoundError then;
        ConflictError, StoreError, CatalogError, TransferCancelledError.
        """
        progress.begin(Phase.COPYING, total=plan.copied_bytes)
        self._copy_versions(plan, progress)
        self._copy_objects(plan, progress)
        try:
            self._check_moved(plan)
        except JobNotFoundError:
            self._take_back(plan)
            raise _deleted(plan.to_job.id) from None

    def _copy_versions(self, plan: MovePlan, progress: Progress) -> None:
        for move in plan.versions:
            if not move.there:
                self._copy_version(move, plan.prefix, plan.to, progress)

    def _copy_objects(self, plan: MovePlan, progress: Progress) -> None:
        for move in plan.objects:
            if not move.there:
                self._copy_object(move, progress)


def _deleted(job_id: int) -> JobNotFoundError:
    return JobNotFoundError(
        f"Job {job_id} was deleted while the run was moved to it.",
        kept=f"{NOTHING_MOVED} What was copied is deleted again.",
        todo="Name another job.",
    )
