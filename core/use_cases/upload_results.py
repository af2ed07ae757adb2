"""Store the results of one run."""

from dataclasses import dataclass

from core.errors import ConflictError, SourceChangedError
from core.events import Phase
from core.job_s3_prefix import JobS3Prefix
from core.model import ArtifactKind, FileId, Manifest, Run, whole_seconds
from core.ports.clock import Clock
from core.ports.journal import Intent
from core.ports.object_store import ObjectStore, StoredObject
from core.ports.packaging import ResultsPackager
from core.progress import Progress
from core.results_versions import ResultsVersions
from core.upload_result import UploadOutcome, UploadResult
from core.use_cases.create_artifact import ArtifactDraft, ArtifactProducer
from core.use_cases.find_results import FindResults, Results
from core.use_cases.get_job import GetJob
from core.use_cases.get_run import GetRun


@dataclass(frozen=True)
class Writer:
    """Who writes manifests: the host's name and the version of RunFerry."""

    host: str
    app_version: str


class UploadResults:
    """Packs a run while streaming it into the store, and commits it as its next version.

    Content that is stored already is recognised before a byte is sent.
    """

    def __init__(
        self,
        *,
        get_job: GetJob,
        get_run: GetRun,
        find_results: FindResults,
        versions: ResultsVersions,
        producer: ArtifactProducer,
        packager: ResultsPackager,
        store: ObjectStore,
        clock: Clock,
        writer: Writer,
    ) -> None:
        self._get_job = get_job
        self._get_run = get_run
        self._find_results = find_results
        self._versions = versions
        self._producer = producer
        self._packager = packager
        self._store = store
        self._clock = clock
        self._writer = writer

    def __call__(
        self, job_id: int, run_id: int, results_directory: str, progress: Progress
    ) -> UploadResult:
        """The stored version.

        Raises JobNotFoundError, RunNotFoundError, InvalidResultsDirectoryError,
        ResultsPackagingError, ResultsStorageError, ResultsMetadataError, ConflictError,
        TransferCancelledError.
        """
        job = self._get_job(job_id)
        run = self._get_run(job, run_id)
        progress.begin(Phase.SCANNING)
        directories = self._find_results.run_directories(results_directory)
        results = self._find_results.scan(directories)

        commit = self._commit(JobS3Prefix.from_job(job))
        key = commit.prefix.run_results(run.run_id)
        self._producer.recover(job.id, run.run_id, key, commit)
        latest = self._versions.latest(commit.prefix, run.run_id)
        if latest and self._content_id(results, progress) == latest.content_id:
            self._versions.record(commit.prefix, latest)
            self._producer.give_up(job.id, run.run_id, key)
            return self._result(UploadOutcome.UNCHANGED, latest, results)

        try:
            sent = self._send(
                commit, self._draft(commit.prefix, run, latest, results), results, progress
            )
        except ConflictError:
            # Another workstation was faster; with the same content it did our work.
            latest = self._versions.latest(commit.prefix, run.run_id)
            if latest is None or self._content_id(results, progress) != latest.content_id:
                raise
            return self._result(UploadOutcome.UNCHANGED, latest, results)
        return self._result(UploadOutcome.UPLOADED, commit.manifest(), results, sent)

    def _send(
        self, commit: "_CommitVersion", draft: ArtifactDraft, results: Results, progress: Progress
    ) -> int:
        progress.begin(Phase.SENDING, total=results.bytes)
        self._producer.create_artifact(
            self._packager.pack(results.sources, progress.add_read),
            draft,
            confirm=lambda: self._confirm_unchanged(results),
            commit=commit,
            progress=progress,
        )
        _, sent = progress.counts()
        return sent

    def _commit(self, prefix: JobS3Prefix) -> "_CommitVersion":
        return _CommitVersion(
            self._versions, prefix, self._clock, self._writer, self._packager.encoder
        )

    def _content_id(self, results: Results, progress: Progress) -> str:
        progress.begin(Phase.COMPARING, total=results.bytes)
        return self._packager.content_id(results.sources, progress.add_read)

    def _draft(
        self, prefix: JobS3Prefix, run: Run, latest: Manifest | None, results: Results
    ) -> ArtifactDraft:
        replaces = self._versions.keep_superseded(prefix, latest) if latest else None
        return ArtifactDraft(
            kind=ArtifactKind.RUN_RESULTS,
            job_id=run.job_id,
            run_id=run.run_id,
            version=latest.version + 1 if latest else 1,
            key=prefix.run_results(run.run_id),
            size_bound=self._packager.size_bound(results.sources),
            replaces=replaces,
        )

    def _confirm_unchanged(self, results: Results) -> None:
        again = self._find_results.scan([scan.path for scan in results.scans])
        if again.fingerprints != results.fingerprints:
            raise SourceChangedError(
                "The run changed while it was packed.",
                kept="Nothing was stored.",
                todo="Upload again when nothing writes into it any more.",
            )

    def _result(
        self, outcome: UploadOutcome, manifest: Manifest, results: Results, sent: int = 0
    ) -> UploadResult:
        url = self._store.url(manifest.key)
        return UploadResult(outcome, manifest, url, sent, results.fingerprints[0])


class _CommitVersion:
    """Commits one version and keeps its manifest."""

    def __init__(
        self,
        versions: ResultsVersions,
        prefix: JobS3Prefix,
        clock: Clock,
        writer: Writer,
        encoder: str,
    ) -> None:
        self.prefix = prefix
        self._versions = versions
        self._clock = clock
        self._writer = writer
        self._encoder = encoder
        self._manifest: Manifest | None = None

    def __call__(self, intent: Intent, stored: StoredObject) -> FileId:
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
            encoder=self._encoder,
            host=self._writer.host,
            app_version=self._writer.app_version,
            etag=stored.etag,
        )
        return self._versions.commit(self.prefix, self._manifest)

    def manifest(self) -> Manifest:
        """What was committed last."""
        if self._manifest is None:
            raise RuntimeError("nothing was committed")
        return self._manifest
