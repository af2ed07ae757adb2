"""Store the results of one run."""

from dataclasses import replace

from core.binding.check_own import CheckOwn
from core.jobs.get_job import GetJob
from core.model import Manifest, Run
from core.progress import Progress
from core.source.find_results import FindResults, Results
from core.transfer_view import Phase
from core.upload.commit_version import CommitVersions, Destination
from core.upload.new_version import NewVersion
from core.upload.read_loose import ReadLoose
from core.upload.results_source import ResultsSource
from core.upload.store_content import StoreContent
from core.upload.upload_result import UploadResult


class BeginVersion:
    """Makes what `StoreContent` stores of a run; nothing is looked at yet."""

    def __init__(
        self,
        source: ResultsSource,
        read_loose: ReadLoose,
        commit_versions: CommitVersions,
        check_own: CheckOwn,
    ) -> None:
        self._source = source
        self._read_loose = read_loose
        self._commit_versions = commit_versions
        self._check_own = check_own

    def __call__(self, job: Destination, run_id: int, results: Results) -> NewVersion:
        """For the run's directories as they were scanned."""

        def admit(latest: Manifest | None, progress: Progress) -> None:
            self._check_own(job.prefix.job_id, run_id, results, latest=latest, progress=progress)

        directory = self._check_own.directory(results.path)
        commit = self._commit_versions(replace(job, admit=admit, directory=directory))
        return NewVersion(run_id, results, self._source, commit, self._read_loose)


class UploadResults:
    """Packs a run while streaming it into the store, and commits it as its next version."""

    def __init__(
        self,
        get_job: GetJob,
        find_results: FindResults,
        begin_version: BeginVersion,
        store_content: StoreContent,
    ) -> None:
        self._get_job = get_job
        self._find_results = find_results
        self._begin_version = begin_version
        self._store_content = store_content

    def __call__(
        self, run: Run, scanned: Results, progress: Progress, batch: str = ""
    ) -> UploadResult:
        """The stored version of what lies in the directories that were `scanned`, as they are now.

        A new one gets the tags of the `batch` job, which are separated by spaces.

        Raises JobNotFoundError, InvalidIdError, InvalidResultsDirectoryError,
        ResultsPackagingError, ResultsStorageError, ResultsMetadataError, ConflictError, OtherRunError,
        TransferCancelledError.
        """
        job = Destination.of(self._get_job(run.job_id), run.run_id, self._get_job).tagged(batch)
        progress.begin(Phase.SCANNING)
        results = self._find_results.scan_again(scanned)
        stored = self._store_content(self._begin_version(job, run.run_id, results), progress)
        return UploadResult(
            stored.outcome,
            stored.artifact,
            stored.url,
            results.fingerprint,
            left_out=results.left_out,
        )
