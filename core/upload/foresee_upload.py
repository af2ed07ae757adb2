"""What an upload would do, told without doing any of it."""

from abc import abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from core.binding.number_runs import NumberRuns
from core.binding.propose_job import ProposeJob
from core.ports.journal.bindings import StoredSource
from core.source.find_results import FindResults, Results
from core.upload.upload_request import UploadRequest


class Foreseen(StrEnum):
    """UPLOAD what was never stored from its directory in that job; NOTHING of what is stored as it is."""

    UPLOAD = "upload"
    NEW_VERSION = "new version"
    NOTHING = "nothing"


@dataclass(frozen=True)
class ForeseenUpload:
    """`job_id` is None where a job has to be made, which is called `new_job` then.

    `files` and `bytes` are those that are stored; `left_out` tells in lines what is not.
    """

    outcome: Foreseen
    job_id: int | None
    new_job: str
    run_id: int
    files: int
    bytes: int
    left_out: tuple[str, ...] = ()


class Memory(Protocol):
    """What is known here of earlier uploads. Raises StateError."""

    @abstractmethod
    def bound_job(self, results_root: str) -> int | None:
        """The job of a results root."""

    @abstractmethod
    def stored_as(self, source: str) -> StoredSource | None:
        """What a RUN directory was stored as last."""


class NoMemory(Memory):
    """Where nothing was ever written down."""

    def bound_job(self, results_root: str) -> int | None:
        """None."""

    def stored_as(self, source: str) -> StoredSource | None:
        """None."""


class ForeseeUpload:
    """By names, sizes and times, and by what was stored from here: no content is read, no store asked.

    So a job of the store that holds the same content is not found, as an upload finds it.
    """

    def __init__(
        self,
        find_results: FindResults,
        memory: Memory,
        number_runs: NumberRuns,
        propose_job: ProposeJob,
    ) -> None:
        self._find_results = find_results
        self._memory = memory
        self._number_runs = number_runs
        self._propose_job = propose_job

    def __call__(self, request: UploadRequest) -> ForeseenUpload:
        """Raises StateError, and as `FindResults.scan_packable` why it would not be stored."""
        root = self._number_runs.places.root_of_run(request.source)
        job_id = request.job_id or self._memory.bound_job(root)
        results = self._find_results.scan_packable([request.source])
        return ForeseenUpload(
            self._outcome(results, job_id),
            job_id,
            self._new_job(root, job_id, request),
            request.run_id or self._run_id(root, job_id, request.source),
            results.extent.files,
            results.bytes,
            results.left_out,
        )

    def _new_job(self, root: str, job_id: int | None, request: UploadRequest) -> str:
        return "" if job_id else request.job_name or self._propose_job(root).name

    def _run_id(self, root: str, job_id: int | None, path: str) -> int:
        return self._number_runs.of_root(root, job_id, path)[path]

    def _outcome(self, results: Results, job_id: int | None) -> Foreseen:
        stored = self._memory.stored_as(results.path)
        if stored is None or not _is_there(stored, job_id):
            return Foreseen.UPLOAD
        return _compared(stored, results)


def _is_there(stored: StoredSource, job_id: int | None) -> bool:
    """In that job; without a fingerprint it is not there any more."""
    return stored.job_id == job_id and bool(stored.fingerprint)


def _compared(stored: StoredSource, results: Results) -> Foreseen:
    same = stored.fingerprint == results.fingerprint
    return Foreseen.NOTHING if same else Foreseen.NEW_VERSION
