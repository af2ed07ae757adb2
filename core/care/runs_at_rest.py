"""Keep uploads from this machine away from a run, or from a job, while it is deleted or moved."""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

from core.errors import ConflictError
from core.ports.journal.journal import Journal
from core.ports.journal.queue import TransferRecord
from core.ports.turns import Turns
from core.printable import printable
from core.source.run_places import RunPlaces
from core.stored.orphans import is_under_way
from core.waiting.patient_turns import run_matter

_Which = Callable[[TransferRecord], bool]


class BusyTransfers:
    """Those that are queued or under way, in whatever process on this state."""

    def __init__(self, journal: Journal, places: RunPlaces | None = None) -> None:
        self._places = places or RunPlaces()
        self._journal = journal

    def refuse_job(self, job_id: int, kept: str) -> None:
        """Raises ConflictError while there are any of the job, StateError."""
        _refuse(f"job {job_id}", self._busy(lambda t: self._job_of(t) == job_id), kept)

    def refuse_run(self, job_id: int, run_id: int, kept: str) -> None:
        """Likewise, where it is known that they are of the run."""

        def is_of_run(transfer: TransferRecord) -> bool:
            return self._job_of(transfer) == job_id and self._run_of(transfer, job_id) == run_id

        _refuse(f"run {run_id} of job {job_id}", self._busy(is_of_run), kept)

    def refuse_directory(self, path: str, kept: str) -> None:
        """Likewise, where they are of what is at, above or below `path`."""

        def touches(transfer: TransferRecord) -> bool:
            source = transfer.source
            inside = f"{path}/".startswith(f"{source}/") or f"{source}/".startswith(f"{path}/")
            return bool(source) and inside

        _refuse(printable(path), self._busy(touches), kept)

    def _busy(self, which: _Which) -> Sequence[int]:
        transfers = filter(is_under_way, self._journal.transfers())
        return [transfer.id for transfer in transfers if which(transfer)]

    def _job_of(self, transfer: TransferRecord) -> object:
        asked = transfer.job_id or transfer.request.get("job_id")
        return asked or self._journal.bound_job(self._places.results_root_of(transfer.source))

    def _run_of(self, transfer: TransferRecord, job_id: int) -> object:
        asked = transfer.run_id or transfer.request.get("run_id")
        return asked or self._journal.stored_in(job_id).get(transfer.source)


class RunsAtRest:
    """Uploads have a turn for each run: who changes one otherwise takes it, and waits for nobody."""

    def __init__(self, busy: BusyTransfers, turns: Turns) -> None:
        self._busy = busy
        self._turns = turns

    def check(self, job_id: int, run_id: int, kept: str) -> None:
        """Raises ConflictError, which says what was `kept`, while transfers of it wait or travel."""
        self._busy.refuse_run(job_id, run_id, kept)

    @contextmanager
    def __call__(self, job_id: int, run_id: int, kept: str) -> Generator[None]:
        """Nothing on this machine stores the run while the context lasts. Raises as `check` does."""

        def refuse() -> None:
            raise ConflictError(
                f"Run {run_id} of job {job_id} is being stored by another RunFerry on this machine.",
                kept=kept,
                todo="Wait for it, or stop it; then try again.",
            )

        self.check(job_id, run_id, kept)
        with self._turns.turn(run_matter(job_id, run_id), refuse):
            yield


def _refuse(what: str, busy: Sequence[int], kept: str) -> None:
    if busy:
        numbers = " ".join(map(str, busy))
        raise ConflictError(
            f"Transfers of {what} are queued or under way.",
            kept=kept,
            todo=f"Wait for them, or give them up: `runferry queue cancel {numbers}`.",
        )
