"""What is behind the app as far as a test wants it: uploads, jobs, processes."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from core.binding.job_choice import ExistingJob, JobChoice, NewJob
from core.binding.propose_job import job_name
from core.download.download_request import DownloadRequest
from core.download.wanted import Downloaded
from core.events import BoundHow, Event, ResultsRootBound
from core.model import Job, Manifest, natural_order
from core.ports.processes import Process, Processes
from core.progress import Progress
from core.source.run_places import RunPlaces
from core.transfer_view import Phase
from core.upload.upload_plan import BoundJob, UploadPlan
from core.upload.upload_request import UploadRequest
from core.upload.upload_result import UploadOutcome, UploadResult
from tests.builders import NOON, a_job, an_artifact
from tests.fakes.catalog import FakeCatalog
from tests.fakes.journal import FakeJournal
from tests.fakes.tree import FakeTree

_PLACES = RunPlaces()
_PATIENCE = 60.0


@dataclass
class Script:
    """How the upload of one source goes: `done` of `total` bytes are sent, then it waits.

    `accepted` are those that another try finds in the store.
    """

    done: int = 0
    accepted: int = 0
    total: int = 100
    phase: Phase = Phase.SENDING
    error: Exception | None = None
    progress: Progress | None = None
    go_on: threading.Event = field(default_factory=threading.Event)
    waiting: threading.Event = field(default_factory=threading.Event)

    def read(self, count: int) -> None:
        """So many bytes more; only while it is waiting."""
        assert self.progress
        self.done += count
        self.progress.set_packed(self.done, self.done)
        self.progress.add_sent(count)


class ScriptedFerry:
    """A Ferry that follows scripts; a source without one is uploaded at once."""

    def __init__(self) -> None:
        self.scripts: dict[str, Script] = {}

    def __call__(self, request: UploadRequest, progress: Progress) -> UploadResult:
        script = self.scripts.get(request.source)
        if script:
            self._follow(script, progress)
        return _uploaded(request)

    def fetch(self, request: DownloadRequest, progress: Progress) -> Downloaded:
        """A Fetch that follows the scripts of keys."""
        if script := self.scripts.get(request.source):
            self._follow(script, progress)
        return Downloaded(an_artifact(request.source), request.target)

    def hold(self, source: str, *, done: int, total: int, phase: Phase = Phase.SENDING) -> Script:
        """The next upload of `source` stops there until the script's `go_on` is set."""
        self.scripts[source] = Script(done, total=total, phase=phase)
        return self.scripts[source]

    def fail(self, source: str, error: Exception) -> None:
        """Uploads of `source` fail until another script replaces this one."""
        self.scripts[source] = Script(error=error)

    def release(self) -> None:
        """Lets everything go on."""
        for script in self.scripts.values():
            script.go_on.set()

    def _follow(self, script: Script, progress: Progress) -> None:
        if script.error:
            raise script.error
        script.progress = progress
        progress.begin(Phase.SENDING, script.total)
        progress.add_read(script.done)
        progress.set_packed(script.done, script.done)
        progress.add_sent(script.done)
        progress.add_in_store(script.accepted)
        progress.begin(script.phase)
        script.waiting.set()
        script.go_on.wait(_PATIENCE)
        progress.check_cancelled()


def _uploaded(request: UploadRequest) -> UploadResult:
    run_id = _PLACES.named(request.source).number or 1
    manifest = Manifest(
        request.job_id or 12,
        run_id,
        version=1,
        key=f"jobs/12/2026/11/20/120000/run_{run_id}_results.zip",
        content_id="",
        sha256="",
        write_token="",
        files=204,
        raw_bytes=811 << 20,
        stored_bytes=203 << 20,
        stored_at=NOON,
        encoder="",
    )
    return UploadResult(UploadOutcome.UPLOADED, manifest, "")


class NoProcesses(Processes):
    """Nobody simulates on this host."""

    def running(self, program: str) -> Sequence[Process]:
        return ()

    def of_id(self, pid: int, written_at: float) -> Process | None:
        return None

    def has_ended(self, process: Process) -> bool:
        return False


class FakeJobs:
    """Plans and binds as the use cases do, as far as paths tell it. Any thread.

    `in_store` is what is found by content; `fail_next` is raised once by `bind`.
    """

    def __init__(
        self,
        tree: FakeTree,
        journal: FakeJournal,
        catalog: FakeCatalog,
        publish: Callable[[Event], None],
    ) -> None:
        self.in_store: dict[str, int] = {}
        self.looked = 0
        self.fail_next: Exception | None = None
        self.go_on = threading.Event()
        self.go_on.set()
        self.answered = threading.Event()
        self.may_plan = threading.Event()
        self.may_plan.set()
        self._tree = tree
        self._journal = journal
        self._catalog = catalog
        self._publish = publish

    def plan_upload(self, path: str) -> UploadPlan:
        assert self.may_plan.wait(_PATIENCE)
        root = _PLACES.results_root_of(path)
        job_id = self._journal.bound_job(root)
        known = self._catalog.job(job_id) if job_id else None
        job = BoundJob(job_id, known.name if known else "") if job_id else None
        return UploadPlan(root, job, job_name(root), tuple(self._run_ids(root).items()))

    def look_for_job(self, results_root: str, progress: Progress) -> tuple[int, str] | None:
        self.looked += 1
        assert self.go_on.wait(_PATIENCE)
        self.answered.set()
        progress.check_cancelled()
        if job_id := self.in_store.get(results_root):
            return job_id, next(iter(self._run_ids(results_root)))
        return None

    def bind(self, results_root: str, choice: JobChoice, progress: Progress) -> Job:
        assert self.go_on.wait(_PATIENCE)
        self.answered.set()
        progress.check_cancelled()
        if error := self.fail_next:
            self.fail_next = None
            raise error
        job_id = choice.id if isinstance(choice, ExistingJob) else None
        name = choice.name if isinstance(choice, NewJob) else ""
        how = BoundHow.AS_ASKED if job_id else BoundHow.NEW_JOB
        newest = max((job.id for job in self._catalog.jobs()), default=0)
        job_id = job_id or newest + 1
        job = self._catalog.job(job_id) or a_job(job_id, name or job_name(results_root))
        self._catalog.put_job(job)
        self._journal.bind_root(results_root, job.id)
        runs = tuple(
            (path.rpartition("/")[2], run_id)
            for path, run_id in self._run_ids(results_root).items()
        )
        self._publish(ResultsRootBound(results_root, job.id, job.name, how, runs))
        return job

    def _run_ids(self, results_root: str) -> dict[str, int]:
        there = () if self._tree.missing else self._tree.runs
        runs = [run for run in there if _PLACES.root_of_run(run) == results_root]
        return {run: _PLACES.named(run).number or 1 for run in sorted(runs, key=natural_order)}
