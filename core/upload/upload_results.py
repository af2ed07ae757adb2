"""Store the results of one run."""

import logging
from dataclasses import replace
from datetime import timedelta
from functools import partial

from core.binding.match_content import MatchContent
from core.errors import (
    ConflictError,
    JobNotFoundError,
    ResultsStorageError,
    SourceChangedError,
    StoreError,
)
from core.jobs.get_job import GetJob
from core.model import ArtifactKind, Job, Manifest, Run
from core.ports.clock import Clock
from core.ports.object_store import ObjectReader
from core.ports.packaging import Compression, ResultsPackager
from core.progress import Progress
from core.source.find_results import FindResults, Results
from core.stored.job_s3_prefix import JobS3Prefix
from core.stored.loose_results import find_loose
from core.stored.manifests import WRITE_TOKEN
from core.stored.results_versions import ResultsVersions, RunVersions
from core.transfer_view import Phase
from core.upload.artifact_draft import ArtifactDraft
from core.upload.choose_compression import ChooseCompression
from core.upload.commit_version import CommitVersion, Writer
from core.upload.create_artifact import ArtifactProducer
from core.upload.known_content import first_known
from core.upload.upload_result import UploadOutcome, UploadResult

_log = logging.getLogger(__name__)
_MOMENTS = (0.2, 0.5, 1.0, 2.0)
"""Seconds between two looks."""
_FRESH = timedelta(seconds=30)


class UploadResults:
    """Packs a run while streaming it into the store, and commits it as its next version.

    Content that is stored already is recognised before a byte is sent.
    """

    def __init__(
        self,
        *,
        get_job: GetJob,
        find_results: FindResults,
        match_content: MatchContent,
        versions: ResultsVersions,
        producer: ArtifactProducer,
        packager: ResultsPackager,
        choose_compression: ChooseCompression,
        store: ObjectReader,
        clock: Clock,
        writer: Writer,
    ) -> None:
        self._get_job = get_job
        self._find_results = find_results
        self._match_content = match_content
        self._versions = versions
        self._producer = producer
        self._packager = packager
        self._choose_compression = choose_compression
        self._store = store
        self._clock = clock
        self._writer = writer

    def __call__(
        self, job_id: int, run_id: int, scanned: Results, progress: Progress
    ) -> UploadResult:
        """The stored version of what lies in the directories that were `scanned`, as they are now.

        Raises JobNotFoundError, InvalidIdError, InvalidResultsDirectoryError,
        ResultsPackagingError, ResultsStorageError, ResultsMetadataError, ConflictError,
        TransferCancelledError.
        """
        job = self._get_job(job_id)
        run = Run(job.id, run_id)
        progress.begin(Phase.SCANNING)
        results = self._find_results.scan_again(scanned)
        try:
            return self._stored(job, run, results, progress)
        except (ConflictError, ResultsStorageError, StoreError):
            self._give_up_if_gone(job, run)
            raise

    def _stored(
        self, job: Job, run: Run, results: Results, progress: Progress, *, again: bool = True
    ) -> UploadResult:
        commit = self._commit(job)
        key = commit.prefix.run_results(run.run_id)
        self._producer.recover(job.id, run.run_id, key, commit)
        versions = self._versions.of_run(commit.prefix, run.run_id)
        latest = versions.latest
        if latest and self._is_stored(latest, results, progress):
            self._versions.record(commit.prefix, latest)
            self._producer.give_up(job.id, run.run_id, key)
            return self._result(UploadOutcome.UNCHANGED, latest, results)

        try:
            draft = self._draft(commit.prefix, run, versions, results)
            if self._copy(job, commit, draft, results, progress):
                return self._result(UploadOutcome.COPIED, commit.manifest(), results)
            self._send(job, commit, draft, results, progress)
        except ConflictError:
            self._give_up_if_gone(job, run)
            # Another workstation was faster; with the same content it did our work.
            known, version = latest, latest.version + 1 if latest else 1
            latest = self._theirs(commit.prefix, run.run_id, version, progress)
            if again and latest and latest == known and self._versions.is_in_place(latest):
                # What is to be replaced was moved meanwhile, as into an archive.
                return self._stored(job, run, results, progress, again=False)
            if latest is None and find_loose(self._store, key):
                raise _unclaimed(key, self._store.url(key)) from None
            if latest is None or not self._is_stored(latest, results, progress):
                raise
            self._versions.record(commit.prefix, latest)
            return self._result(UploadOutcome.UNCHANGED, latest, results)
        return self._result(UploadOutcome.UPLOADED, commit.manifest(), results)

    def _give_up_if_gone(self, job: Job, run: Run) -> None:
        """Who deletes a job ends the uploads to it: they learn it by whatever fails first.

        Raises JobNotFoundError then.
        """
        try:
            self._get_job.still_there(job)
        except JobNotFoundError:
            key = JobS3Prefix.from_job(job).run_results(run.run_id)
            self._producer.give_up(job.id, run.run_id, key)
            raise
        except StoreError as error:
            _log.info("job %d was not looked at: %s", job.id, error.what)

    def _theirs(
        self, prefix: JobS3Prefix, run_id: int, version: int, progress: Progress
    ) -> Manifest | None:
        """The newest version; who was faster may need a moment from its object to its manifest."""
        for seconds in _MOMENTS:
            latest = self._versions.of_run(prefix, run_id).latest
            if (latest and latest.version >= version) or not self._is_fresh(prefix, run_id):
                return latest
            progress.wait(seconds)
        return self._versions.of_run(prefix, run_id).latest

    def _is_fresh(self, prefix: JobS3Prefix, run_id: int) -> bool:
        """By the clock of the store."""
        there = self._store.head(prefix.run_results(run_id))
        stored_at = there.last_modified if there and WRITE_TOKEN in there.metadata else None
        return stored_at is not None and self._store.now() - stored_at < _FRESH

    def _is_stored(self, latest: Manifest, results: Results, progress: Progress) -> bool:
        """A manifest outlives its object when somebody deletes that by hand."""
        content_id = self._match_content.content_id(results, progress)
        return content_id == latest.content_id and self._versions.is_in_place(latest)

    def _copy(
        self,
        job: Job,
        commit: CommitVersion,
        draft: ArtifactDraft,
        results: Results,
        progress: Progress,
    ) -> bool:
        """Whether the store could take the content from another run, job or version.

        That also replaces the run's older content: `copy` has the condition for it.
        """
        equal = self._match_content.all(results, progress)
        content = first_known(self._store, (a for a in equal if a.key != draft.key))
        if content is None:
            return False
        copied = self._producer.copy_artifact(
            content,
            draft,
            confirm=lambda: self._confirm(job, results),
            commit=commit,
            progress=progress,
        )
        return copied is not None

    def _send(
        self,
        job: Job,
        commit: CommitVersion,
        draft: ArtifactDraft,
        results: Results,
        progress: Progress,
    ) -> None:
        progress.begin(Phase.SENDING, total=results.bytes)
        compression = self._compression(draft)
        self._producer.create_artifact(
            self._packager.pack(results.sources, progress.add_read, compression),
            replace(draft, encoder=self._packager.encoder(compression)),
            confirm=lambda: self._confirm(job, results),
            commit=commit,
            progress=progress,
        )

    def _compression(self, draft: ArtifactDraft) -> Compression:
        """Parts that were sent already are of use to the encoder that made them only."""
        begun = self._producer.begun_with(draft.job_id, draft.run_id, draft.key)
        usable = (c for c in Compression if begun and self._packager.encoder(c) == begun)
        return next(usable, None) or self._choose_compression()

    def _commit(self, job: Job) -> CommitVersion:
        prefix = JobS3Prefix.from_job(job)
        still_there = partial(self._get_job.still_there, job)
        return CommitVersion(
            self._versions, prefix, self._clock, self._writer, job.tags, still_there
        )

    def _draft(
        self, prefix: JobS3Prefix, run: Run, versions: RunVersions, results: Results
    ) -> ArtifactDraft:
        version, latest = versions.following(), versions.latest
        replaces = self._versions.keep_superseded(prefix, latest) if latest else None
        return ArtifactDraft(
            kind=ArtifactKind.RUN_RESULTS,
            job_id=run.job_id,
            run_id=run.run_id,
            version=version,
            key=prefix.run_results(run.run_id),
            size_bound=self._packager.size_bound(results.sources),
            replaces=replaces,
        )

    def _confirm(self, job: Job, results: Results) -> None:
        if self._find_results.scan_again(results) is not results:
            raise SourceChangedError(
                "The run changed while it was packed.",
                kept="Nothing was stored.",
                todo="Upload again when nothing writes into it any more.",
            )
        self._get_job.still_there(job)

    def _result(self, outcome: UploadOutcome, manifest: Manifest, results: Results) -> UploadResult:
        url = self._store.url(manifest.key)
        return UploadResult(outcome, manifest, url, results.fingerprints[0])


def _unclaimed(key: str, url: str) -> ConflictError:
    """Trying again would not help: whoever stored it may never come back to record it."""
    return ConflictError(
        f"{url} is there already, and no version refers to it.",
        kept="Nothing was overwritten; your files are untouched.",
        todo=f"`runferry store orphans adopt {key}` makes it a version; then upload again.",
    )
