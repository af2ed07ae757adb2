"""What of a run can be told on this machine: whether it is over, whether anybody still wants it."""

from collections.abc import Sequence
from datetime import datetime

from core.care.runs_at_rest import BusyTransfers
from core.errors import ConflictError, UnprovenRunError
from core.finish.run_state import ENDED, last_write
from core.ports.folders import Folders
from core.ports.journal.bindings import StoredSource
from core.ports.journal.journal import Journal
from core.printable import brief, printable
from core.source.run_directories import RunDirectories
from core.source.scan_tree import ScannedRun


class CheckHere:
    """Asks state and disk; reads no file of the run and no store. Callable from any thread."""

    def __init__(
        self,
        journal: Journal,
        busy: BusyTransfers,
        directories: RunDirectories,
        folders: Folders,
    ) -> None:
        self._journal = journal
        self._busy = busy
        self._directories = directories
        self._folders = folders

    def __call__(self, run: ScannedRun, now: datetime, before: datetime | None) -> StoredSource:
        """As what it was stored. Runs are meant that were written last `before` that moment.

        Raises UnprovenRunError, which says why it stays, StateError.
        """
        for check in (self._of_link, _of_state, self._of_hold, self._of_rest):
            _refuse(check(run))
        if before:
            _refuse(_of_age(run, now, before))
        stored = self._stored(run.path)
        _refuse(self._of_transfers(run.path, stored))
        return stored

    def _stored(self, path: str) -> StoredSource:
        stored = self._journal.stored_as(path)
        if stored and min(stored.job_id, stored.run_id) > 0:
            return stored
        raise UnprovenRunError(
            "it was not uploaded from this machine",
            todo="`runferry upload` finds out whether it is stored already.",
        )

    def _of_link(self, run: ScannedRun) -> str:
        above, _, name = run.path.rpartition("/")
        real = self._folders.real(run.path)
        if real == f"{self._folders.real(above or '/').rstrip('/')}/{name}":
            return ""
        return f"it is a link: the files are at {printable(real)}"

    def _of_hold(self, run: ScannedRun) -> str:
        held = self._journal.held() & {run.path, self._folders.real(run.path)}
        return "it is held: h in the app releases it" if held else ""

    def _of_rest(self, run: ScannedRun) -> str:
        parts = self._directories.parts(run.path)
        name = beside(self._folders, run.path, parts, run.path)
        return (
            f"{brief(name)}, which lies beside its RUN directories, is not stored" if name else ""
        )

    def _of_transfers(self, path: str, stored: StoredSource) -> str:
        try:
            self._busy.refuse_run(stored.job_id, stored.run_id, "")
            self._busy.refuse_directory(path, "")
        except ConflictError as busy:
            return busy.what
        begun = self._journal.intents(stored.job_id, stored.run_id)
        return "an upload of it was begun and is not over" if begun else ""


def beside(folders: Folders, run: str, parts: Sequence[str], directory: str) -> str:
    """What is in the directory of a run and none of its parts; empty for nothing.

    The `directory` may have another path by now. Raises InvalidResultsDirectoryError.
    """
    if run in parts:
        return ""
    found = {entry.path for entry in folders.entries(directory)}
    return min(found.difference(map(_name, parts)), default="")


def _refuse(why: str) -> None:
    if why:
        raise UnprovenRunError(why)


def _of_state(run: ScannedRun) -> str:
    return "" if run.state in ENDED else f"it is {run.state}: {run.reason}"


def _of_age(run: ScannedRun, now: datetime, before: datetime) -> str:
    written = last_write(run.scan, now) if run.scan else None
    return _too_young(written, before) if written else "when it was last written cannot be told"


def _too_young(written: datetime, before: datetime) -> str:
    return "" if written < before else f"it was last written on {written:%Y-%m-%d}"


def _name(path: str) -> str:
    return path.rpartition("/")[2]
