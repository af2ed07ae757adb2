"""Whose the runs of a job are: the directories that they were stored from, or are being stored from."""

import threading
from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

from core.binding.free_ids import ids_after
from core.binding.stored_here import StoredHere
from core.errors import ConflictError
from core.model import Run
from core.ports.journal.bindings import GivenIds
from core.printable import printable
from core.source.run_places import RunPlaces
from core.stored.record_format import directory_line


class Choice(NamedTuple):
    """The run that a directory is to be. `fixed`: no other one instead; `sure`: whoever's it is."""

    run_id: int
    fixed: bool = False
    sure: bool = False


class RunOwners:
    """A directory is told by its path on this machine, and by its name below the results root on others.

    One that is gone stands in nobody's way, unless it had another name.
    """

    def __init__(
        self,
        here: StoredHere,
        journal: GivenIds,
        places: RunPlaces,
        run_of: Callable[[int, int], Run | None],
    ) -> None:
        """`run_of` tells what is known of a run of a job, by whoever it was stored."""
        self._here = here
        self._journal = journal
        self._places = places
        self._run_of = run_of
        self._lock = threading.Lock()
        self._under_way: dict[tuple[int, int], tuple[str, bool]] = {}
        self._others: dict[tuple[int, int], str] = {}

    @contextmanager
    def claimed(self, job_id: int, choice: Choice, path: str) -> Generator[int]:
        """The run id, which is nobody else's while the context lasts. Raises StateError, CatalogError.

        If the run is another directory's, that is the next free one, which the directory then keeps.
        """
        with self._lock:
            run_id = choice.run_id if choice.fixed else self._own_id(job_id, choice.run_id, path)
            self._under_way[job_id, run_id] = (path, choice.sure)
        try:
            yield run_id
        finally:
            with self._lock:
                self._under_way.pop((job_id, run_id), None)

    def check(self, job_id: int, run_id: int, path: str) -> None:
        """Raises ConflictError when the run is known to be a directory with another name."""
        other = self._stored_from(job_id, run_id)
        if other and other != self.directory(path):
            raise _another(job_id, run_id, other, path)

    def is_other(self, job_id: int, run_id: int, path: str, directory: str) -> bool:
        """Whether what was stored from `directory`, on some machine, is not the run at `path`.

        Unless it is under way because it is sure. What is another one's is not given to a directory
        again.
        """
        is_sure = self._under_way.get((job_id, run_id)) == (path, True)
        if is_sure or directory in {"", self.directory(path)}:
            return False
        self._others[job_id, run_id] = directory
        return True

    def is_own(self, path: str, job_id: int, run_id: int) -> bool:
        """Whether the directory was stored as the run, and not only found to be there."""
        return self._here.is_own(path, job_id, run_id)

    def is_free(self, job_id: int, run_id: int, path: str) -> bool:
        """Whether no other directory that is there is stored, or being stored, as the run."""
        under_way = self._under_way.get((job_id, run_id))
        storer = under_way[0] if under_way else self._here.holder(job_id, run_id, path)
        return storer in {None, path}

    def told(self, path: str) -> int | None:
        """By what was given to it, else by the number in its name, if that is nobody's."""
        named = self._places.named(path)
        given = self._journal.given_ids(named.root)
        if run_id := given.get(named.name):
            return run_id
        return None if named.number in given.values() else named.number

    def root_of(self, path: str) -> str:
        """The results root of a RUN directory."""
        return self._places.root_of_run(path)

    def directory(self, path: str) -> str:
        """Its name below that, as a manifest holds it."""
        return directory_line(self._places.named(path).name)

    def _own_id(self, job_id: int, run_id: int, path: str) -> int:
        """The next one that is free when this is another directory's; then it is kept."""
        if self._is_own(job_id, path, {""}, run_id):
            return run_id
        free = next(filter(partial(self._is_own, job_id, path, ()), ids_after(run_id)))
        named = self._places.named(path)
        self._journal.give_ids(named.root, {named.name: free})
        return free

    def _is_own(self, job_id: int, path: str, others: Collection[str], run_id: int) -> bool:
        """Nobody's, or that of a directory with this name on another machine, or of the `others`."""
        if self._is_given_to_another(run_id, path) or not self.is_free(job_id, run_id, path):
            return False
        return self._stored_from(job_id, run_id) in {None, self.directory(path), *others}

    def _is_given_to_another(self, run_id: int, path: str) -> bool:
        named = self._places.named(path)
        given = self._journal.given_ids(named.root).items()
        return run_id in {given_id for name, given_id in given if name != named.name}

    def _stored_from(self, job_id: int, run_id: int) -> str | None:
        """The directory; empty when that was not told, None when nothing is stored."""
        return self._others.get((job_id, run_id)) or self._known_from(job_id, run_id)

    def _known_from(self, job_id: int, run_id: int) -> str | None:
        run = self._run_of(job_id, run_id)
        return run.directory if run and run.stored else None


def _another(job_id: int, run_id: int, other: str, path: str) -> ConflictError:
    name = printable(path.rpartition("/")[2])
    return ConflictError(
        f"Run {run_id} of job {job_id} was stored from {printable(other)}; {name} would become a "
        "version of it.",
        kept="Nothing was stored; your files are untouched.",
        todo=f"Without --run-id, or with another one, {name} is a run by itself. If it is the same "
        "run all the same, --new-version makes it the next version.",
    )
