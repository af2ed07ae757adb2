"""Which run is written by which process of this host."""

import logging
from collections.abc import Iterable, Mapping, Sequence

from core.finish.rule import FinishRule
from core.model import run_number
from core.ports.clock import Clock
from core.ports.processes import Process, Processes
from core.watch.watched_root import lies_in, place_of

_log = logging.getLogger(__name__)
_INTERVAL = 5.0
_Writing = Mapping[str, tuple[Process, ...]]


class Writers:
    """A simulation that writes into a finished run again may show in its process only."""

    def __init__(self, processes: Processes, rule: FinishRule, clock: Clock) -> None:
        self._processes = processes
        self._rule = rule
        self._clock = clock
        self._refresh_at = float("-inf")
        self._known: _Writing = {}

    def of(self, run_directory: str) -> tuple[Process, ...]:
        """The processes that were seen last."""
        return self._known.get(run_directory, ())

    def refresh(self, roots: Sequence[str]) -> Iterable[str]:
        """Looks again, at most every few seconds; returns the runs whose writers changed."""
        now = self._clock.monotonic()
        if not self._rule.program or now < self._refresh_at:
            return ()
        self._refresh_at = now + _INTERVAL
        before, self._known = self._known, self._look(roots)
        return _changed(before, self._known)

    def _look(self, roots: Sequence[str]) -> _Writing:
        try:
            return self._writing(roots)
        except Exception:  # noqa: BLE001 - whatever it was, the trees are looked at
            _log.exception("the processes could not be looked at; those seen last count")
            return self._known

    def _writing(self, roots: Sequence[str]) -> _Writing:
        found: dict[str, tuple[Process, ...]] = {}
        for process in self._processes.running(self._rule.program):
            if run := _run_of(self._rule.directory_of(process), roots):
                found[run] = (*found.get(run, ()), process)
        return found


def _changed(before: _Writing, after: _Writing) -> Iterable[str]:
    paths = before.keys() | after.keys()
    return [path for path in paths if before.get(path) != after.get(path)]


def _run_of(directory: str, roots: Iterable[str]) -> str | None:
    """The watched RUN directory that `directory` is or is in."""
    for root in roots:
        if lies_in(directory, root):
            return _run_in(root, directory)
    return None


def _run_in(root: str, directory: str) -> str | None:
    place = place_of(root, directory)
    return place if place and run_number(place.rpartition("/")[2]) is not None else None
