"""Where a client that uploads by itself is to put an artifact."""

from core.errors import ConflictError
from core.ports.object_store import ObjectReader
from core.ports.presigned_url import LinkMethod
from core.stored.job_s3_prefix import JobS3Prefix
from core.stored.links import LINK_SECONDS, Link, LinkMaker
from core.upload.upload_request import ArtifactUpload


class GetUploadLocation:
    """A link to store one artifact, without credentials and without RunFerry.

    What is stored by it has no record of ours: it is listed as unmanaged.
    """

    def __init__(self, store: ObjectReader, link: LinkMaker) -> None:
        self._store = store
        self._link = link

    def __call__(
        self, upload: ArtifactUpload, s3_prefix: JobS3Prefix, *, expires_seconds: int = LINK_SECONDS
    ) -> Link:
        """Raises ConflictError when something is stored there: a link would overwrite it.

        Raises SettingsError, StoreError too.
        """
        key = s3_prefix.artifact(upload.kind, upload.run_id)
        if self._store.head(key):
            raise ConflictError(
                f"{self._store.url(key)} is stored already.",
                kept="No link was made, because it could overwrite that.",
                todo="Upload with `runferry`, which keeps versions and asks before it replaces.",
            )
        return self._link(s3_prefix, upload.kind, upload.run_id, LinkMethod.PUT, expires_seconds)
