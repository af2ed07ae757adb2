"""Which run is written by which process of this host."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from core.finish.finish_rules import FinishRules
from core.finish.rule import FinishRule
from core.kinds.run_kind import KindOf
from core.ports.clock import Clock
from core.ports.processes import Process, Processes
from core.watch.watched_root import lies_in, run_in

_log = logging.getLogger(__name__)
_INTERVAL = 5.0
_Writing = Mapping[str, tuple[Process, ...]]


class Writers:
    """A simulation that writes into a finished run again may show in its process only."""

    def __init__(
        self, processes: Processes, rules: FinishRules, clock: Clock, kind_of: KindOf
    ) -> None:
        self._processes = processes
        self._rules = rules
        self._clock = clock
        self._kind_of = kind_of
        self._asking = [rule for rule in rules.all if rule.program]
        self._refresh_at = float("-inf")
        self._known: _Writing = {}

    def of(self, run_directory: str) -> tuple[Process, ...]:
        """The processes that were seen last."""
        return self._known.get(run_directory, ())

    def refresh(self, roots: Sequence[str]) -> Iterable[str]:
        """Looks again, at most every few seconds; returns the runs whose writers changed."""
        now = self._clock.monotonic()
        if not self._asking or now < self._refresh_at:
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
        for run, process in chain.from_iterable(
            self._writers(rule, roots) for rule in self._asking
        ):
            found[run] = (*found.get(run, ()), process)
        return found

    def _writers(self, rule: FinishRule, roots: Sequence[str]) -> Iterator[tuple[str, Process]]:
        """Of runs that go by this rule."""
        for process in self._processes.running(rule.program):
            run = self._run_of(rule.directory_of(process), roots)
            if self._goes_by(rule, run):
                yield run, process

    def _goes_by(self, rule: FinishRule, run: str) -> bool:
        return bool(run) and self._rules.of(run) is rule

    def _run_of(self, directory: str, roots: Iterable[str]) -> str:
        """The watched RUN directory that `directory` is or is in; empty for none."""
        return next(filter(None, (self._run_in(root, directory) for root in roots)), "")

    def _run_in(self, root: str, directory: str) -> str | None:
        return run_in(root, directory, self._kind_of) if lies_in(directory, root) else None


def _changed(before: _Writing, after: _Writing) -> Iterable[str]:
    paths = before.keys() | after.keys()
    return [path for path in paths if before.get(path) != after.get(path)]
