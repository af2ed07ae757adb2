"""Store a configuration, an input or logs that the user names."""

from dataclasses import replace as changed

from core.jobs.get_job import GetJob
from core.model import Artifact, Run
from core.ports.catalog import Catalog
from core.progress import Progress
from core.transfer_view import Phase
from core.upload.find_submission import FindSubmission
from core.upload.new_object import Present
from core.upload.store_content import Stored
from core.upload.store_unversioned import StoreUnversioned
from core.upload.upload_request import ArtifactUpload


class SubmitArtifact:
    """These kinds have no versions, so other content is replaced only when the user says so."""

    def __init__(
        self,
        get_job: GetJob,
        find_submission: FindSubmission,
        store_unversioned: StoreUnversioned,
        catalog: Catalog,
    ) -> None:
        self._get_job = get_job
        self._find_submission = find_submission
        self._store_unversioned = store_unversioned
        self._catalog = catalog

    def __call__(
        self,
        job_id: int,
        upload: ArtifactUpload,
        path: str,
        progress: Progress,
        *,
        replace: bool = False,
    ) -> Stored[Artifact]:
        """A run that nothing is known of yet is known from now on.

        Raises JobNotFoundError, what `FindSubmission` and `StoreUnversioned` raise, and
        ConflictError when other content is there that is not to be replaced.
        """
        job = self._get_job(job_id, confirm=True)
        key = self._get_job.places.artifact(job, upload.kind, upload.run_id)
        progress.begin(Phase.SCANNING)
        content = self._find_submission(upload.kind, path, progress.add_read)
        if replace:
            content = changed(content, may_replace=_anything)
        stored = self._store_unversioned(
            key, content, progress, still_there=lambda: self._get_job.still_there(job)
        )
        self._make_known(job_id, upload.run_id)
        return stored

    def _make_known(self, job_id: int, run_id: int | None) -> None:
        if run_id and self._catalog.run(job_id, run_id) is None:
            self._catalog.put_run(Run(job_id, run_id))


def _anything(_: Present) -> None:
    """The user said so."""
