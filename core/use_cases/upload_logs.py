"""Store what lies beside the results of a run: its log, and the files that FRED wrote above it."""

from collections.abc import Sequence
from contextlib import closing

from core.errors import ConflictError, SourceChangedError
from core.events import Phase
from core.job_s3_prefix import JobS3Prefix
from core.model import ArtifactKind, FileId, whole_seconds
from core.ports.catalog import Catalog
from core.ports.clock import Clock
from core.ports.journal import Intent
from core.ports.object_store import ObjectStore, StoredObject
from core.ports.packaging import PackSource, PackStream, PackSummary, ResultsPackager
from core.progress import Progress
from core.run_logs import logs_artifact, logs_metadata
from core.upload_result import UploadOutcome
from core.use_cases.create_artifact import ArtifactDraft, ArtifactProducer
from core.use_cases.find_sidecars import FindSidecars
from core.use_cases.get_job import GetJob


class UploadLogs:
    """One ZIP a run. Changed content replaces exactly the object that was looked at: no versions.

    The counters of the run's progress are left alone, because these files are small.
    """

    def __init__(
        self,
        *,
        get_job: GetJob,
        find_sidecars: FindSidecars,
        packager: ResultsPackager,
        producer: ArtifactProducer,
        store: ObjectStore,
        catalog: Catalog,
        clock: Clock,
    ) -> None:
        self._get_job = get_job
        self._find_sidecars = find_sidecars
        self._packager = packager
        self._producer = producer
        self._store = store
        self._catalog = catalog
        self._clock = clock

    def __call__(
        self, job_id: int, run_id: int, run_directories: Sequence[str], progress: Progress
    ) -> UploadOutcome | None:
        """What it took; None when there are no such files.

        Raises InvalidResultsDirectoryError, ResultsPackagingError, ResultsStorageError,
        ResultsMetadataError, ConflictError, StoreError, TransferCancelledError.
        """
        sources = self._find_sidecars(run_directories)
        if not sources:
            return None
        key = JobS3Prefix.from_job(self._get_job(job_id)).run_logs(run_id)
        self._producer.recover(job_id, run_id, key, self._commit)
        summary = self._summary(sources, progress)
        there = self._store.head(key)
        if there and self._holds(there, summary):
            self._producer.give_up(job_id, run_id, key)
            return UploadOutcome.UNCHANGED
        draft = self._draft(job_id, run_id, key, summary, there)
        try:
            self._send(draft, sources, summary, progress)
        except ConflictError:
            # Another workstation was faster; with the same content it did our work.
            there = self._store.head(key)
            if there is None or not self._holds(there, summary):
                raise
            return UploadOutcome.UNCHANGED
        return UploadOutcome.UPLOADED

    def _summary(self, sources: Sequence[PackSource], progress: Progress) -> PackSummary:
        """What the archive will be: its digests go into the metadata, which is sent first."""
        progress.begin(Phase.COMPARING)
        with closing(self._pack(sources, progress)) as stream:
            for _ in stream:
                progress.check_cancelled()
            return stream.summary()

    def _holds(self, there: StoredObject, summary: PackSummary) -> bool:
        """Whether the object has this content; it is recorded then, the catalog may be new."""
        artifact = logs_artifact(there)
        if artifact is None or not artifact.managed:
            raise ConflictError(
                f"{self._store.url(there.key)} was not stored by RunFerry.",
                kept="Nothing was overwritten.",
                todo="Find out whose it is; move it away to store the files beside the run.",
            )
        if artifact.content_id != summary.content_id:
            return False
        self._catalog.put_artifact(artifact)
        return True

    def _draft(
        self, job_id: int, run_id: int, key: str, summary: PackSummary, there: StoredObject | None
    ) -> ArtifactDraft:
        return ArtifactDraft(
            kind=ArtifactKind.RUN_LOGS,
            job_id=job_id,
            run_id=run_id,
            version=0,
            key=key,
            size_bound=summary.stored_bytes,
            replaces=there,
            metadata=logs_metadata(summary, whole_seconds(self._clock.now())),
        )

    def _send(
        self,
        draft: ArtifactDraft,
        sources: Sequence[PackSource],
        summary: PackSummary,
        progress: Progress,
    ) -> None:
        progress.begin(Phase.SENDING)
        stream = self._pack(sources, progress)

        def confirm() -> None:
            if stream.summary() != summary:
                raise SourceChangedError(
                    "The files beside the run changed while they were packed.",
                    todo="Upload again when nothing writes into them any more.",
                )

        self._producer.create_artifact(
            stream, draft, confirm=confirm, commit=self._commit, progress=progress
        )

    def _pack(self, sources: Sequence[PackSource], progress: Progress) -> PackStream:
        return self._packager.pack(sources, lambda _: progress.check_cancelled())

    def _commit(self, intent: Intent, stored: StoredObject) -> FileId:
        artifact = logs_artifact(stored)
        if artifact is None:
            raise ValueError(f"{intent.key} is not the key of logs")
        return self._catalog.put_artifact(artifact)
