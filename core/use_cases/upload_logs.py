"""Store what lies beside the results of a run: its log, and the files that FRED wrote above it."""

from collections.abc import Sequence

from core.errors import ConflictError
from core.job_s3_prefix import JobS3Prefix
from core.model import Artifact
from core.ports.object_store import ObjectStore
from core.ports.packaging import ResultsPackager
from core.progress import Progress
from core.upload_result import UploadOutcome
from core.use_cases.find_sidecars import FindSidecars
from core.use_cases.get_job import GetJob
from core.use_cases.store_unversioned import StoreUnversioned, UnversionedContent


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
        store_unversioned: StoreUnversioned,
        store: ObjectStore,
    ) -> None:
        self._get_job = get_job
        self._find_sidecars = find_sidecars
        self._packager = packager
        self._store_unversioned = store_unversioned
        self._store = store

    def __call__(
        self, job_id: int, run_id: int, run_directories: Sequence[str], progress: Progress
    ) -> UploadOutcome | None:
        """What it took; None when there are no such files.

        Raises InvalidResultsDirectoryError, and what `StoreUnversioned` raises.
        """
        sources = self._find_sidecars(run_directories)
        if not sources:
            return None
        key = JobS3Prefix.from_job(self._get_job(job_id)).run_logs(run_id)
        content = UnversionedContent(
            lambda: self._packager.pack(sources, lambda _: progress.check_cancelled())
        )
        outcome, _ = self._store_unversioned(key, content, progress, may_replace=self._if_ours)
        return outcome

    def _if_ours(self, there: Artifact) -> None:
        if not there.managed:
            raise ConflictError(
                f"{self._store.url(there.key)} was not stored by RunFerry.",
                kept="Nothing was overwritten.",
                todo="Find out whose it is; move it away to store the files beside the run.",
            )
