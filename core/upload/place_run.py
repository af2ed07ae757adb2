"""Where an upload goes: which run of which job."""

import logging
from collections.abc import Generator
from contextlib import contextmanager

from core.binding.bind_job import BindJob
from core.binding.run_ids import RunIds
from core.errors import StateError
from core.model import Job, Run
from core.ports.catalog import Catalog
from core.ports.journal.bindings import StoredSource
from core.progress import Progress
from core.source.find_results import Results
from core.upload.upload_request import UploadRequest
from core.upload.upload_result import UploadOutcome, UploadResult
from core.waiting.patient_turns import PatientTurns

_log = logging.getLogger(__name__)


class PlaceRun:
    """Finds or makes both, and keeps uploads of one run out of each other's way, in any process."""

    def __init__(
        self, bind_job: BindJob, run_ids: RunIds, catalog: Catalog, turns: PatientTurns
    ) -> None:
        self._bind_job = bind_job
        self._run_ids = run_ids
        self._catalog = catalog
        self._turns = turns

    @contextmanager
    def __call__(
        self, request: UploadRequest, results: Results, progress: Progress
    ) -> Generator[Run]:
        """The run, which is nobody else's while the context lasts; the catalog knows it.

        Raises what `BindJob` and `RunIds` raise, TransferCancelledError.
        """
        job = self._job(request, results, progress)
        with self._run_ids.assigned(
            job.id, results, request.run_id, progress, new_version=request.new_version
        ) as run_id:
            run = Run(job.id, run_id)
            self._make_known(run)
            with self._turns.storing(job.id, run_id, results.path, progress):
                yield run

    def remember(self, results: Results, run: Run, stored: UploadResult) -> None:
        """That its directory is stored as the run; several ones are named each time."""
        if len(results.runs) > 1:
            return
        try:
            found = stored.outcome is UploadOutcome.UNCHANGED
            content_id = stored.manifest.content_id
            source = StoredSource(stored.fingerprint, run.job_id, run.run_id, found, content_id)
            self._run_ids.remember(results.path, source)
        except StateError:  # it is stored all the same; the next upload finds it by its content
            _log.warning("%s is not remembered as stored", results.path, exc_info=True)

    def _make_known(self, run: Run) -> None:
        if self._catalog.run(run.job_id, run.run_id) is None:
            self._catalog.put_run(run)

    def _job(self, request: UploadRequest, results: Results, progress: Progress) -> Job:
        return self._bind_job(
            self._run_ids.root_of(results.path),
            job_id=request.job_id,
            name=request.job_name,
            bound=request.bound,
            results=results,
            progress=progress,
        )
