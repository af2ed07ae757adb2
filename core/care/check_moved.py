"""Whether all of a run is where it is to be, before it is removed from where it was."""

from collections.abc import Mapping

from core.care.move_plan import NOTHING_MOVED, MovePlan, ObjectMove, VersionMove
from core.care.run_manifests import proven_content, run_manifests
from core.errors import ConflictError
from core.jobs.get_job import GetJob
from core.model import Manifest
from core.ports.object_store import ObjectReader
from core.stored.job_s3_prefix import JobS3Prefix
from core.stored.unversioned import unversioned_content


class CheckMoved:
    """By a fresh look at manifests, objects and the record of the job."""

    def __init__(self, store: ObjectReader, get_job: GetJob) -> None:
        self._store = store
        self._get_job = get_job

    def __call__(self, plan: MovePlan) -> None:
        """Raises JobNotFoundError when the job was deleted meanwhile, ConflictError, StoreError."""
        to = plan.to
        there = run_manifests(self._store, to, plan.to_run, NOTHING_MOVED)
        for version in plan.versions:
            self._check_version(version, there, to)
        for one in plan.objects:
            self._check_object(one)
        self._get_job.still_there(plan.to_job)  # last: who deletes a job looks for what came to it

    def _check_version(
        self, move: VersionMove, there: Mapping[int, Manifest], to: JobS3Prefix
    ) -> None:
        manifest = there.get(move.target.version)
        if manifest is None or not self._holds(manifest, move.source, to):
            raise self._missing(to.manifest(move.target.run_id, move.target.version))

    def _holds(self, manifest: Manifest, source: Manifest, to: JobS3Prefix) -> bool:
        same = manifest.content_id == source.content_id
        return same and proven_content(self._store, to, manifest) is not None

    def _check_object(self, move: ObjectMove) -> None:
        stored = self._store.head(move.target.key)
        if stored is None or not unversioned_content(stored, move.source):
            raise self._missing(move.target.key)

    def _missing(self, key: str) -> ConflictError:
        return ConflictError(
            f"{self._store.url(key)} is not what was copied there.",
            kept=NOTHING_MOVED,
            todo="Look at it, then give the same command again.",
        )
