"""How stored results become a version: their manifest, then the rows."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import JobNotFoundError, StoreError
from core.model import FileId, Manifest, whole_seconds
from core.ports.clock import Clock
from core.ports.journal.uploads import Intent
from core.ports.object_store import StoredObject
from core.stored.job_s3_prefix import JobS3Prefix
from core.stored.results_versions import ResultsVersions

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Writer:
    """Who writes manifests: the host's name and the version of RunFerry."""

    host: str
    app_version: str


class CommitVersion:
    """Commits one version and keeps its manifest."""

    def __init__(
        self,
        versions: ResultsVersions,
        prefix: JobS3Prefix,
        clock: Clock,
        writer: Writer,
        tags: tuple[str, ...],
        still_there: Callable[[], None],
    ) -> None:
        """`still_there` raises JobNotFoundError when the job is gone."""
        self.prefix = prefix
        self._versions = versions
        self._clock = clock
        self._writer = writer
        self._tags = tags
        self._still_there = still_there
        self._manifest: Manifest | None = None

    def __call__(self, intent: Intent, stored: StoredObject) -> FileId:
        """What `ArtifactProducer` calls; may be repeated.

        Raises JobNotFoundError when the job is gone, and then there is no such version; ConflictError,
        StoreError.
        """
        self._still_there()
        self._manifest = Manifest(
            job_id=intent.job_id,
            run_id=intent.run_id,
            version=intent.version,
            key=intent.key,
            content_id=intent.content_id,
            sha256=intent.sha256,
            write_token=intent.write_token,
            files=intent.files,
            raw_bytes=intent.raw_bytes,
            stored_bytes=intent.stored_bytes,
            stored_at=whole_seconds(self._clock.now()),
            encoder=intent.encoder,
            host=self._writer.host,
            app_version=self._writer.app_version,
            etag=stored.etag,
            tags=self._tags,
        )
        file_id = self._versions.commit(self.prefix, self._manifest)
        self._check_again(self._manifest)
        return file_id

    def _check_again(self, manifest: Manifest) -> None:
        """Who deletes a job empties its record and then looks for what is left: one of us sees."""
        try:
            self._still_there()
        except JobNotFoundError:
            self._versions.withdraw(self.prefix, manifest)
            raise
        except StoreError as error:
            _log.info("job %d was not looked at again: %s", manifest.job_id, error.what)

    def manifest(self) -> Manifest:
        """What was committed last."""
        if self._manifest is None:
            raise RuntimeError("nothing was committed")
        return self._manifest
