"""What of a run can be told on this machine: whether it is over, whether anybody still wants it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import filterfalse

from core.care.runs_at_rest import BusyTransfers
from core.errors import ConflictError, UnprovenRunError
from core.finish.run_state import ENDED, last_write
from core.ports.folders import Folders
from core.ports.journal.bindings import StoredSource
from core.ports.journal.journal import Journal
from core.ports.tree import Scan
from core.printable import brief, printable
from core.source.run_directories import RunDirectories
from core.source.scan_tree import ScannedRun

_DIRECTORY = -0o040000
"""The size that stands for one in the columns of a scan."""
_CHANGED_BY_OWNER = 0o300


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
        for check in (self._of_link, _of_state, self._of_hold, self._of_rest, self._of_rights):
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
            "it was not uploaded from this machine to this store",
            todo="`runferry upload` finds out whether it is stored already.",
        )

    def _of_link(self, run: ScannedRun) -> str:
        real, above = self._folders.real(run.path), self._folders.real(_above(run.path))
        if real == f"{above.rstrip('/')}/{_name(run.path)}":
            return ""
        return f"it is a link: the files are at {printable(real)}"

    def _of_hold(self, run: ScannedRun) -> str:
        held = self._journal.held() & {run.path, self._folders.real(run.path)}
        return "it is held back: the app can release it" if held else ""

    def _of_rest(self, run: ScannedRun) -> str:
        parts = self._directories.parts(run.path)
        name = beside(self._folders, run.path, parts, run.path)
        return (
            f"{brief(name)}, which lies beside its RUN directories, is not stored" if name else ""
        )

    def _of_rights(self, run: ScannedRun) -> str:
        """Better than to stop half way."""
        inner = (f"{run.path}/{name}" for name in _closed(run.scan))
        denied = filterfalse(self._folders.may_change, (_above(run.path), run.path, *inner))
        if first := next(denied, ""):
            return f"nothing may be deleted from {printable(first)}: permission denied"
        return ""

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


def _closed(scan: Scan | None) -> Iterator[str]:
    """Directories that their owner may not write into."""
    rows = zip(scan.names, scan.numbers[::3], scan.numbers[1::3], strict=True) if scan else ()
    return (row[0] for row in filter(_is_closed, rows))


def _is_closed(row: tuple[str, int, int]) -> bool:
    """Name, mode and size."""
    return row[2] == _DIRECTORY and row[1] & _CHANGED_BY_OWNER != _CHANGED_BY_OWNER


def _above(path: str) -> str:
    return path.rpartition("/")[0] or "/"


def _name(path: str) -> str:
    return path.rpartition("/")[2]
