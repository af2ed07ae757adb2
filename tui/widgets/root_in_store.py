"""What the store has to do with a results root: where its runs go, and which are there already."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property

from core.ports.catalog import ReadAt
from core.run_view import RunView
from core.transfer_view import TransferView
from core.upload.upload_plan import UploadPlan
from tui.services import AppServices


class Standing(Enum):
    """What the store has of a run.

    AS_IT_IS what is there now; OUTDATED what was there before it changed; SOMETHING that this
    machine has not compared with what is there. UNKNOWN: that was not read yet.
    """

    UNKNOWN = auto()

    NOTHING = auto()
    SOMETHING = auto()
    OUTDATED = auto()
    AS_IT_IS = auto()


@dataclass(frozen=True)
class RootInStore:
    """`stored` are the ids of the runs that are in the store, as far as that was ever `read`."""

    plan: UploadPlan
    stored: frozenset[int] = frozenset()
    read: bool = True

    @property
    def job_id(self) -> int | None:
        """Of the job that the root is bound to."""
        return self.plan.job.id if self.plan.job else None

    @property
    def job(self) -> str:
        """As in "job 3 (flu)", "a new job (flu)"; empty while that is not known."""
        if job := self.plan.job:
            return f"job {job.id} ({job.name})" if job.name else f"job {job.id}"
        return f"a new job ({self.plan.proposed_name})" if self.read else ""

    def standing(self, run: RunView) -> Standing:
        """Whatever state it is in, its content is compared with what was stored."""
        if self._run_ids.get(run.path) not in self.stored:
            return Standing.NOTHING if self.read else Standing.UNKNOWN
        if run.stored:
            return Standing.AS_IT_IS
        return Standing.OUTDATED if run.outdated else Standing.SOMETHING

    def run_id(self, run_directory: str) -> int:
        """In the job; 0 for what the plan does not know."""
        return self._run_ids.get(run_directory) or 0

    def knows(self, run_directory: str) -> bool:
        """Whether it is one of its runs."""
        return run_directory in self._run_ids

    def directory(self, run_id: int) -> str:
        """Of a run of the job; empty for one that does not come from this root."""
        return next((path for path, known in self._run_ids.items() if known == run_id), "")

    def destination(self, run_directory: str) -> str:
        """As in "job 3, run 17"; empty for a directory that the plan does not know."""
        if run_directory not in self._run_ids:
            return ""
        if not (self.job_id or self.read):
            return "not known yet"
        job = f"job {self.job_id}" if self.job_id else f'new job "{self.plan.proposed_name}"'
        return f"{job}, run {self._run_ids[run_directory] or '?'}"

    @cached_property
    def _run_ids(self) -> Mapping[str, int | None]:
        return dict(self.plan.runs)


def root_in_store(services: AppServices, root: str) -> RootInStore:
    """Reads disk and databases: not for the UI thread. Raises StateError, CatalogError."""
    read = services.list_jobs.synced_at() is not None
    return RootInStore(services.plan_upload(root), frozenset(services.stored_runs(root)), read)


class RootsInStore:
    """Remembers what was read for which runs, and tells what is to be read anew. One thread."""

    def __init__(self) -> None:
        self.known: Mapping[str, RootInStore] = {}
        self._read_for: dict[str, tuple[str, ...]] = {}
        self._reading = False
        self._gone_to: frozenset[tuple[str, int]] = frozenset()
        self._compared: dict[str, tuple[bool, bool]] = {}
        self._read_at = ReadAt()

    def synced(self, at: ReadAt) -> None:
        """When the catalog was read from the store: since then anything may have changed."""
        if at != self._read_at:
            self._read_at = at
            self._read_for.clear()

    def compare(self, runs: Iterable[RunView]) -> None:
        """A run that is stored now, or is not any more, says that its root is to be read anew."""
        now = {run.path: run for run in runs if run.files is not None}
        compared = {path: (run.stored, run.outdated) for path, run in now.items()}
        changed = {p for p, known in compared.items() if self._compared.get(p, known) != known}
        self._compared = compared
        self.forget({now[path].results_root for path in changed})

    def follow(self, transfers: Iterable[TransferView]) -> None:
        """One to a job says that its root is bound, by whichever process."""
        unbound = {root: found for root, found in self.known.items() if found.job_id is None}
        if not unbound:
            return
        to_jobs = [(t.source, t.job_id) for t in transfers if t.job_id]
        gone_to = frozenset(
            (root, job_id)
            for root, found in unbound.items()
            for source, job_id in to_jobs
            if found.knows(source)
        )
        self.forget(root for root, _ in gone_to - self._gone_to)
        self._gone_to = gone_to

    def begin(self, runs: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
        """The roots of `runs` to be read now; none before `take` was told of those before."""
        if self._reading:
            return frozenset()
        due = frozenset(root for root in runs if self._read_for.get(root) != runs[root])
        self._read_for.update({root: runs[root] for root in due})
        self._reading = bool(due)
        return due

    def take(self, found: Mapping[str, RootInStore]) -> None:
        """What was read; a root that could not be read stays as it was."""
        self._reading = False
        self.known = {**self.known, **found}

    def forget_root_of(self, run_directory: str) -> None:
        """That of a run changed."""
        self.forget([root for root, found in self.known.items() if found.knows(run_directory)])

    def forget(self, roots: Iterable[str]) -> None:
        """They changed: to be read anew."""
        for root in roots:
            self._read_for.pop(root, None)
