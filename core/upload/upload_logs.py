"""Store what lies beside the results of a run: its log, and the files that FRED wrote above it."""

from collections.abc import Sequence

from core.binding.check_own import CheckOwn
from core.errors import ConflictError
from core.jobs.get_job import GetJob
from core.model import ArtifactKind, Run
from core.ports.packaging import ResultsPackager
from core.progress import Progress
from core.source.find_sidecars import FindSidecars
from core.upload.new_object import Present, UnversionedContent
from core.upload.store_unversioned import StoreUnversioned
from core.upload.upload_result import UploadOutcome

_SIDECARS = "sidecars"


class LogContent:
    """The files beside a run, as one ZIP."""

    def __init__(self, find_sidecars: FindSidecars, packager: ResultsPackager) -> None:
        self._find_sidecars = find_sidecars
        self._packager = packager

    def __call__(
        self, run_directories: Sequence[str], progress: Progress
    ) -> UnversionedContent | None:
        """None when there are none. Raises InvalidResultsDirectoryError."""
        sources = self._find_sidecars(run_directories)
        if not sources:
            return None
        return UnversionedContent(
            lambda: self._packager.pack(sources, lambda _: progress.check_cancelled()),
            origin=_SIDECARS,
            may_replace=_if_ours,
        )


class UploadLogs:
    """One ZIP a run. Changed content replaces exactly the object that was looked at: no versions.

    Other logs stay: a user submitted them, or they have no origin to tell. The counters of the
    run's progress are left alone, because these files are small.
    """

    def __init__(
        self,
        get_job: GetJob,
        log_content: LogContent,
        check_own: CheckOwn,
        store_unversioned: StoreUnversioned,
    ) -> None:
        self._get_job = get_job
        self._log_content = log_content
        self._check_own = check_own
        self._store_unversioned = store_unversioned

    def __call__(
        self, run: Run, run_directories: Sequence[str], progress: Progress
    ) -> UploadOutcome | None:
        """What it took, KEPT when other logs stay; None when there are no such files.

        Raises InvalidResultsDirectoryError, ConflictError when the run is somebody else's, and what
        `StoreUnversioned` raises.
        """
        content = self._log_content(run_directories, progress)
        if content is None:
            return None
        job = self._get_job(run.job_id)
        self._check_own.logs(job.id, run.run_id, run_directories[0], progress)
        key = self._get_job.places.artifact(job, ArtifactKind.RUN_LOGS, run.run_id)
        try:
            stored = self._store_unversioned(
                key, content, progress, still_there=lambda: self._get_job.still_there(job)
            )
        except _SubmittedError:
            return UploadOutcome.KEPT
        return stored.outcome


def _if_ours(present: Present) -> None:
    if not present.artifact.managed:
        raise ConflictError(
            f"{present.url} was not stored by RunFerry.",
            kept="Nothing was overwritten.",
            todo="Find out whose it is; move it away to store the files beside the run.",
        )
    if present.origin != _SIDECARS:
        raise _SubmittedError(f"{present.url} was submitted.")


class _SubmittedError(ConflictError):
    """Other logs are there, which are not these files of an earlier time."""
