"""Store a configuration, an input or logs that the user names."""

from dataclasses import dataclass

from core.errors import ConflictError
from core.jobs.get_job import GetJob
from core.model import Artifact, Run
from core.ports.catalog import Catalog
from core.ports.object_store import StoreAddress
from core.progress import Progress
from core.stored.job_s3_prefix import JobS3Prefix
from core.transfer_view import Phase
from core.upload.find_submission import FindSubmission
from core.upload.store_unversioned import StoreUnversioned
from core.upload.upload_request import ArtifactUpload
from core.upload.upload_result import UploadOutcome


@dataclass(frozen=True)
class Submitted:
    """What is stored now, and what it took."""

    outcome: UploadOutcome
    artifact: Artifact
    url: str


class SubmitArtifact:
    """These kinds have no versions, so other content is replaced only when the user says so."""

    def __init__(
        self,
        *,
        get_job: GetJob,
        find_submission: FindSubmission,
        store_unversioned: StoreUnversioned,
        store: StoreAddress,
        catalog: Catalog,
    ) -> None:
        self._get_job = get_job
        self._find_submission = find_submission
        self._store_unversioned = store_unversioned
        self._store = store
        self._catalog = catalog

    def __call__(
        self,
        job_id: int,
        upload: ArtifactUpload,
        path: str,
        progress: Progress,
        *,
        replace: bool = False,
    ) -> Submitted:
        """A run that nothing is known of yet is known from now on.

        Raises JobNotFoundError, what `FindSubmission` and `StoreUnversioned` raise, and
        ConflictError when other content is there that is not to be replaced.
        """
        job = self._get_job(job_id, confirm=True)
        key = JobS3Prefix.from_job(job).artifact(upload.kind, upload.run_id)
        progress.begin(Phase.SCANNING)
        content = self._find_submission(upload.kind, path, progress.add_read)
        outcome, artifact = self._store_unversioned(
            key,
            content,
            progress,
            still_there=lambda: self._get_job.still_there(job),
            may_replace=_anything if replace else self._nothing,
        )
        if upload.run_id and self._catalog.run(job_id, upload.run_id) is None:
            self._catalog.put_run(Run(job_id, upload.run_id))
        return Submitted(outcome, artifact, self._store.url(artifact.key))

    def _nothing(self, there: Artifact, _: str) -> None:
        what = "other content" if there.managed else "content that RunFerry did not store"
        raise ConflictError(
            f"There is {what} at {self._store.url(there.key)}.",
            kept="Nothing was overwritten.",
            todo="It has no versions: --replace puts yours in its place.",
        )


def _anything(there: Artifact, origin: str) -> None:
    """The user said so."""
