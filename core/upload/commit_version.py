"""How stored results become a version: their manifest, then the rows."""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from core.errors import JobNotFoundError, StoreAccessDeniedError, StoreError
from core.jobs.get_job import GetJob
from core.model import MOST_TAGS, FileId, Job, Manifest, run_id_of, whole_seconds
from core.ports.clock import Clock
from core.ports.journal.uploads import Intent
from core.ports.object_store import StoredObject
from core.progress import Progress
from core.stored.job_s3_prefix import JobS3Prefix
from core.stored.results_versions import ResultsVersions

_log = logging.getLogger(__name__)


def _anything(latest: Manifest | None, progress: Progress) -> None:
    """All content is admitted."""


@dataclass(frozen=True)
class Writer:
    """Who writes manifests: the host's name and the version of RunFerry."""

    host: str
    app_version: str


@dataclass(frozen=True)
class Destination:
    """The job that content goes to, below `prefix`.

    `still_there` raises JobNotFoundError when it is gone, StoreError. `admit` is told the run's
    latest version, and raises ConflictError for content that may not become its next one unasked.
    `directory` is that of the run, as a new manifest is to hold it.
    """

    prefix: JobS3Prefix
    tags: tuple[str, ...]
    still_there: Callable[[], None]
    admit: Callable[[Manifest | None, Progress], None] = _anything
    directory: str = ""

    @classmethod
    def of(cls, job: Job, run_id: int, get_job: GetJob) -> "Destination":
        """Where versions of the run go. Raises StoreError."""
        still_there = partial(get_job.still_there, job)
        return cls(get_job.places.results(job, run_id), job.tags, still_there)

    def tagged(self, batch: str) -> "Destination":
        """The same, for versions that have these tags, separated by spaces, beside those of the job."""
        return replace(self, tags=(*self.tags, *batch.split())[:MOST_TAGS])


class CommitVersion:
    """Commits one version and keeps its manifest."""

    def __init__(
        self, job: Destination, versions: ResultsVersions, clock: Clock, writer: Writer
    ) -> None:
        self.job = job
        self.versions = versions
        self._clock = clock
        self._writer = writer
        self._manifest: Manifest | None = None

    def __call__(self, intent: Intent, stored: StoredObject) -> FileId:
        """What `ArtifactProducer` calls; may be repeated.

        Raises JobNotFoundError when the job is gone, and then there is no such version; ConflictError,
        StoreError.
        """
        self.job.still_there()
        self._manifest = self._made_of(intent, stored)
        file_id = self.versions.commit(self.job.prefix, self._manifest)
        self._check_again(self._manifest)
        return file_id

    def _made_of(self, intent: Intent, stored: StoredObject) -> Manifest:
        return Manifest(
            job_id=intent.job_id,
            run_id=run_id_of(intent),
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
            tags=self.job.tags,
            verified=stored.verified,
            left_out=intent.left_out,
            directory=intent.directory,
        )

    def _check_again(self, manifest: Manifest) -> None:
        """Who deletes a job empties its record and then looks for what is left: one of us sees."""
        try:
            self.job.still_there()
        except JobNotFoundError:
            with suppress(StoreAccessDeniedError):  # then it stays, below a job that is gone
                self.versions.withdraw(self.job.prefix, manifest)
            raise
        except StoreError as error:
            _log.info("job %d was not looked at again: %s", manifest.job_id, error.what)

    def manifest(self) -> Manifest:
        """What was committed last."""
        if self._manifest is None:
            raise RuntimeError("nothing was committed")
        return self._manifest


class CommitVersions:
    """Makes a `CommitVersion` for one upload."""

    def __init__(self, versions: ResultsVersions, clock: Clock, writer: Writer) -> None:
        self._versions = versions
        self._clock = clock
        self._writer = writer

    def __call__(self, job: Destination) -> CommitVersion:
        """Touches nothing."""
        return CommitVersion(job, self._versions, self._clock, self._writer)
