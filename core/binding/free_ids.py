"""Which run ids of a results root are still free."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, count

from core.kinds.run_names import RunName
from core.model import HIGHEST_ID
from core.ports.journal.bindings import StoredSource
from core.stored.record_format import directory_line


@dataclass
class FreeIds:
    """The ids of one root. `named` are its runs by path, in the order in which they are counted.

    `stored_from` tells the directories that the runs of the job were stored from, by whoever.
    """

    named: Mapping[str, RunName]
    stored_from: Mapping[int, str] = field(default_factory=dict[int, str])
    given: dict[str, int] = field(default_factory=dict[str, int])
    """By the name of the directory: what is not told by the name and has to be written down."""
    _by_path: dict[str, int] = field(default_factory=dict[str, int])
    _taken: set[int] = field(default_factory=set[int])
    _in_other_jobs: dict[str, int] = field(default_factory=dict[str, int])

    def keep_given(self, ids: Mapping[str, int]) -> None:
        """What was written down before, also of what is not there."""
        self._taken.update(ids.values())
        here = ((path, ids.get(name.name)) for path, name in self.named.items())
        self._by_path.update((path, run_id) for path, run_id in here if run_id)

    def keep_stored(self, sources: Mapping[str, StoredSource], job_id: int | None) -> None:
        """What they were stored as in the job, or, without one, in any."""
        for path in sources.keys() & self.named.keys():
            stored = sources[path]
            if not stored.run_id:
                continue
            if job_id in {None, stored.job_id}:
                self._by_path[path] = stored.run_id
                self._taken.add(stored.run_id)
            else:
                self._in_other_jobs[path] = stored.run_id

    def take(self, ids: Iterable[int]) -> None:
        """They are nobody's any more."""
        self._taken.update(ids)

    def count(self) -> Mapping[str, int]:
        """All of them, by path."""
        self._recognise()
        self._number()
        self._give()
        return {path: self._by_path[path] for path in self.named}

    def _recognise(self) -> None:
        """Those without a number: as they were stored from another machine, or in another job."""
        unnumbered = ((path, name) for path, name in self._left().items() if not name.number)
        for path, name in unnumbered:
            before = self._run_of.get(directory_line(name.name))
            run_id = before or self._in_other_jobs.get(path, 0)
            if self._is_free(run_id, name):
                self._take(path, name, run_id, kept=True)

    def _number(self) -> None:
        """Those whose number is free; where several have it, that of the first is written down."""
        claims = Counter(name.number for name in self.named.values())
        shortest_first = sorted(self._left().items(), key=lambda run: len(run[0]))
        for path, name in shortest_first:
            if self._is_free(name.number or 0, name, {""}):
                self._take(path, name, name.number or 0, kept=claims[name.number] > 1)

    def _give(self) -> None:
        """The others get the one that they have elsewhere, or the next one."""
        next_ids = dict[int, Iterator[int]]()
        for path, name in self._left().items():
            following = next_ids.setdefault(name.number or 0, ids_after(name.number or 0))
            before = self._run_of.get(directory_line(name.name), 0)
            tried = chain((before,), following)
            free = next(n for n in tried if self._is_free(n, name))
            self._take(path, name, free, kept=True)

    @cached_property
    def _run_of(self) -> Mapping[str, int]:
        """Which run of the job was stored from a directory of that name."""
        return {directory: run_id for run_id, directory in self.stored_from.items() if directory}

    def _left(self) -> Mapping[str, RunName]:
        return {path: name for path, name in self.named.items() if path not in self._by_path}

    def _is_free(self, run_id: int, name: RunName, others: Collection[str] = ()) -> bool:
        """Stored from a directory of that name at most, or from one of the `others`."""
        if run_id <= 0 or run_id in self._taken:
            return False
        if run_id not in self.stored_from:
            return True
        return self.stored_from[run_id] in {directory_line(name.name), *others}

    def _take(self, path: str, name: RunName, run_id: int, *, kept: bool) -> None:
        self._taken.add(run_id)
        self._by_path[path] = run_id
        if kept:
            self.given[name.name] = run_id


def ids_after(number: int) -> Iterator[int]:
    """Those that follow, then those from 1."""
    yield from range(number + 1, HIGHEST_ID + 1)
    yield from count(1)
