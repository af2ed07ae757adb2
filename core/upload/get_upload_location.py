"""Where a client that uploads by itself is to put an artifact."""

from core.errors import ConflictError
from core.jobs.get_job import GetJob
from core.model import ArtifactKind, Job, run_id_of
from core.ports.object_store import ObjectReader
from core.ports.presigned_url import LinkMethod
from core.stored.links import LINK_SECONDS, Link, LinkMaker
from core.upload.upload_request import ArtifactUpload


class GetUploadLocation:
    """A link to store one artifact, without credentials and without RunFerry.

    What is stored by it has no record of ours: it is listed as unmanaged.
    """

    def __init__(self, get_job: GetJob, store: ObjectReader, link: LinkMaker) -> None:
        self._get_job = get_job
        self._store = store
        self._link = link

    def __call__(
        self, job_id: int, upload: ArtifactUpload, *, expires_seconds: int = LINK_SECONDS
    ) -> Link:
        """Raises ConflictError when something is stored there: a link would overwrite it.

        Raises JobNotFoundError, SettingsError, StoreError too.
        """
        key = self._key(self._get_job(job_id), upload)
        if self._store.head(key):
            raise ConflictError(
                f"{self._store.url(key)} is stored already.",
                kept="No link was made, because it could overwrite that.",
                todo="Upload with `runferry`, which keeps versions and asks before it replaces.",
            )
        place = job_id, upload.kind, upload.run_id
        return self._link(*place, key, LinkMethod.PUT, expires_seconds)

    def _key(self, job: Job, upload: ArtifactUpload) -> str:
        places = self._get_job.places
        if upload.kind is ArtifactKind.RUN_RESULTS:
            return places.results(job, run_id_of(upload)).run_results(run_id_of(upload))
        return places.artifact(job, upload.kind, upload.run_id)
