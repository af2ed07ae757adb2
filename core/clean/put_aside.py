"""Out of the way first: a run gets a name that nobody takes for a run, and only then goes."""

import secrets
from collections.abc import Iterable
from dataclasses import replace

from core.care.saying_what_was_kept import kept_unless_said
from core.clean.check_here import beside
from core.clean.proven import Proven, trace_of
from core.errors import CleanUpError, SourceChangedError
from core.ports.folders import Folders
from core.ports.journal.cleanings import Cleaning, Cleanings
from core.ports.run_removal import RunRemoval
from core.ports.tree import TreeScanner
from core.printable import printable

_LONGEST_NAME = 40


class PutAside:
    """Noted before each step, so that whoever is killed leaves no half a run that looks like one.

    Methods raise CleanUpError, StateError. Callable from any thread.
    """

    def __init__(
        self, journal: Cleanings, removal: RunRemoval, scanner: TreeScanner, folders: Folders
    ) -> None:
        self._journal = journal
        self._removal = removal
        self._scanner = scanner
        self._folders = folders

    def check_target(self, path: str, target: str) -> None:
        """Raises CleanUpError when a run at `path` cannot be moved there in the end."""
        if self._scanner.device(target) != self._scanner.device(path):
            raise CleanUpError(
                f"{printable(target)} would be on another file system.",
                todo="Name a directory on that of the run: nothing is copied.",
            )
        if self._removal.is_there(target):
            raise CleanUpError(f"{printable(target)} is there already.")

    def __call__(self, proven: Proven, target: str) -> Cleaning:
        """The run is at another path now; `target` is where it goes to in the end, if anywhere."""
        stored = proven.stored
        cleaning = Cleaning(
            _aside(proven.path),
            proven.path,
            stored.job_id,
            stored.run_id,
            stored.content_id,
            str(self._scanner.device(proven.path)),
            target,
        )
        self._journal.put_cleaning(cleaning)
        try:
            self._removal.move(proven.path, cleaning.aside)
        except Exception:
            self._forget_unless_moved(cleaning)
            raise
        return cleaning

    def check(self, proven: Proven, directory: str) -> None:
        """Raises SourceChangedError unless what is in the directory was not touched since the proof."""
        paths = [*proven.traces]
        now = map(self._scanner.scan, _moved(paths, proven.path, directory))
        same = [*map(trace_of, now)] == [*proven.traces.values()]
        if same and not beside(self._folders, proven.path, paths, directory):
            return
        raise SourceChangedError("It was written, or taken away, after it had been compared.")

    def back(self, cleaning: Cleaning) -> None:
        """It is a run again."""
        with kept_unless_said(f"It is as a whole in {printable(cleaning.aside)}."):
            self._removal.move(cleaning.aside, cleaning.path)
        self._journal.remove_cleaning(cleaning.aside)

    def mark_checked(self, cleaning: Cleaning) -> None:
        """From now on it goes, whatever happens."""
        self._journal.put_cleaning(replace(cleaning, checked=True))

    def finish(self, cleaning: Cleaning) -> None:
        """What was checked is deleted, or moved to its target. May be repeated after any failure."""
        rest = f"What is left of it is in {printable(cleaning.aside)}; the store has all of it."
        with kept_unless_said(rest):
            self._let_go(cleaning)
        self._journal.remove_cleaning(cleaning.aside)

    def is_aside(self, cleaning: Cleaning) -> bool:
        """Whether anything of it is there still, under the name that nobody takes for a run."""
        return self._removal.is_there(cleaning.aside)

    def is_mounted(self, cleaning: Cleaning) -> bool:
        """Whether its file system is there: else nothing is known of it."""
        return str(self._scanner.device(cleaning.aside)) == cleaning.device

    def forget(self, cleaning: Cleaning) -> None:
        """There is nothing to go on with."""
        self._journal.remove_cleaning(cleaning.aside)

    def _let_go(self, cleaning: Cleaning) -> None:
        if cleaning.target:
            self._removal.move(cleaning.aside, cleaning.target)
        else:
            self._removal.delete(cleaning.aside)

    def _forget_unless_moved(self, cleaning: Cleaning) -> None:
        if not self.is_aside(cleaning):
            self.forget(cleaning)


def _aside(path: str) -> str:
    above, _, name = path.rpartition("/")
    return f"{above}/.runferry-clean-{name[:_LONGEST_NAME]}-{secrets.token_hex(4)}"


def _moved(paths: Iterable[str], run: str, directory: str) -> Iterable[str]:
    """Where what was in the run is, when it is in the directory."""
    return (directory + path[len(run) :] for path in paths)
