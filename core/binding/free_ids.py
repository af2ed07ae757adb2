"""Which run ids of a results root are still free."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count

from core.kinds.run_names import RunName
from core.model import HIGHEST_ID
from core.stored.record_format import directory_line


@dataclass
class FreeIds:
    """The ids of one root. Those `taken` are nobody's any more; each is given once."""

    taken: set[int]
    stored_from: Mapping[int, str]
    by_path: dict[str, int] = field(default_factory=dict[str, int])
    given: dict[str, int] = field(default_factory=dict[str, int])

    def recognise(self, named: Mapping[str, RunName], anywhere: Mapping[str, int]) -> None:
        """Those without a number: as they were stored from another machine, or in another job."""
        known = {directory: run_id for run_id, directory in self.stored_from.items() if directory}
        for path, name in self._left(named).items():
            run_id = known.get(directory_line(name.name)) or anywhere.get(path, 0)
            if not name.number and self._is_free(run_id, name):
                self._take(path, name, run_id, kept=True)

    def number(self, named: Mapping[str, RunName]) -> None:
        """Those whose number is free; where several have it, that of the first is written down."""
        claims = Counter(name.number for name in named.values())
        shortest_first = sorted(self._left(named).items(), key=lambda run: len(run[0]))
        for path, name in shortest_first:
            if self._is_free(name.number or 0, name, {""}):
                self._take(path, name, name.number or 0, kept=claims[name.number] > 1)

    def give(self, named: Mapping[str, RunName]) -> None:
        """The others get the next one."""
        for path, name in self._left(named).items():
            free = next(n for n in ids_after(name.number or 0) if self._is_free(n, name))
            self._take(path, name, free, kept=True)

    def _left(self, named: Mapping[str, RunName]) -> Mapping[str, RunName]:
        return {path: name for path, name in named.items() if path not in self.by_path}

    def _is_free(self, run_id: int, name: RunName, others: Collection[str] = ()) -> bool:
        """Stored from a directory of that name at most, or from one of the `others`."""
        own = directory_line(name.name)
        stored_from = self.stored_from.get(run_id, own)
        return run_id > 0 and run_id not in self.taken and stored_from in {own, *others}

    def _take(self, path: str, name: RunName, run_id: int, *, kept: bool) -> None:
        self.taken.add(run_id)
        self.by_path[path] = run_id
        if kept:
            self.given[name.name] = run_id


def ids_after(number: int) -> Iterator[int]:
    """Those that follow, then those from 1."""
    yield from range(number + 1, HIGHEST_ID + 1)
    yield from count(1)
