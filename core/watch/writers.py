"""Which run is written by which process of this host."""

import logging
from collections.abc import Collection, Iterable, Sequence
from itertools import chain, starmap

from core.finish.at_work import AtWork, Writing
from core.finish.finish_rules import FinishRules
from core.finish.job_process import SeenJob, jobs_at_work
from core.finish.pid_file import NamedProcess
from core.finish.rule import FinishRule
from core.finish.running import RunAt
from core.ports.clock import Clock
from core.ports.processes import Process, Processes
from core.ports.tree import TreeScanner

_log = logging.getLogger(__name__)
_INTERVAL = 5.0
_QUICK_INTERVAL = 1.0
_COST_FACTOR = 100.0
"""Processes are looked at for at most a hundredth of the time, however many there are."""


class Writers:
    """A simulation that writes into a finished run again may show in its process only."""

    def __init__(
        self, processes: Processes, rules: FinishRules, clock: Clock, scanner: TreeScanner
    ) -> None:
        self._processes = processes
        self._clock = clock
        self._scanner = scanner
        self._is_asked = any(rule.program for rule in rules.all)
        self._look_at = self._quick_look_at = float("-inf")
        self._at_work = AtWork(rules)
        self._known: Writing = {}
        self._named: dict[tuple[str, int], Process] = {}
        self._jobs: dict[str, SeenJob] = {}

    def of(self, run: str, named: Sequence[NamedProcess] = ()) -> tuple[Process, ...]:
        """The processes that were seen last, and those that files of the run name, if they live."""
        found = self._known.get(run, ())
        return self._with_named(run, found, named) if named else found

    def _with_named(
        self, run: str, found: tuple[Process, ...], named: Sequence[NamedProcess]
    ) -> tuple[Process, ...]:
        alive = _by_pid(filter(None, starmap(self._processes.of_id, named)))
        self._named |= {(run, pid): process for pid, process in alive.items()}
        return (*(_by_pid(found) | alive).values(),)

    def job_of(self, rule: FinishRule, run: str) -> SeenJob | None:
        """The process that was seen last to run the job around a run, at work or not any more."""
        if not rule.job or not self._jobs:
            return None
        return self._jobs.get(self._scanner.real(rule.job.directory_of(run)))

    def have_ended(self, processes: Iterable[Process]) -> bool:
        """Whether all of them certainly have."""
        return all(map(self._processes.has_ended, processes))

    def refresh(self, run_at: RunAt) -> Collection[str]:
        """Looks again when it is time to; returns the runs whose writers changed."""
        if self._is_due():
            self._look()
        before, self._known = self._known, self._at_work.writing(run_at)
        return [*_changed(before, self._known), *self._bereft()]

    def _bereft(self) -> Collection[str]:
        """Runs of whose named processes one has ended; it is told once."""
        gone = [*filter(self._has_ended, self._named)]
        for of in gone:
            del self._named[of]
        return [run for run, _ in gone]

    def _has_ended(self, of: tuple[str, int]) -> bool:
        return self._processes.has_ended(self._named[of])

    def one_has_ended(self) -> bool:
        """Whether one of those seen has, by a look at them alone, at most once a second.

        Then the next `refresh` looks again at once.
        """
        now = self._clock.monotonic()
        if now < self._quick_look_at:
            return False
        seen = chain(self._at_work.processes, self._named.values())
        ended = any(map(self._processes.has_ended, seen))
        cost = self._clock.monotonic() - now
        self._quick_look_at = now + max(_QUICK_INTERVAL, _COST_FACTOR * cost)
        self._look_at = now if ended else self._look_at
        return ended

    def _is_due(self) -> bool:
        due = self.one_has_ended() or self._clock.monotonic() >= self._look_at
        return self._is_asked and due

    def _look(self) -> None:
        started = self._clock.monotonic()
        try:
            self._at_work = self._at_work.again(self._processes, self._scanner.real)
            now = self._clock.now().timestamp()
            jobs = [rule.job for rule in self._at_work.rules.all]
            self._jobs |= jobs_at_work(jobs, self._processes, now)
        except Exception:  # noqa: BLE001 - whatever it was, the trees are looked at
            _log.exception("the processes could not be looked at; those seen last count")
        cost = self._clock.monotonic() - started
        self._look_at = started + max(_INTERVAL, _COST_FACTOR * cost)


def _by_pid(processes: Iterable[Process]) -> dict[int, Process]:
    return {process.pid: process for process in processes}


def _changed(before: Writing, after: Writing) -> Collection[str]:
    paths = before.keys() | after.keys()
    return [path for path in paths if before.get(path) != after.get(path)]
