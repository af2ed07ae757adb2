"""The processes of this host that finish rules ask for, and the runs that they write into."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from core.finish.finish_rules import FinishRules
from core.finish.rule import FinishRule
from core.finish.running import RunAt, runs_of
from core.ports.processes import Process, Processes

Writing = Mapping[str, tuple[Process, ...]]
"""Who writes into which run."""
_Places = Mapping[tuple[str, Process], Sequence[str]]


@dataclass(frozen=True)
class AtWork:
    """One look at them: the places of each, without links, by the rule that asked for it."""

    rules: FinishRules
    places: _Places = field(default_factory=dict[tuple[str, Process], Sequence[str]])

    @property
    def processes(self) -> Iterator[Process]:
        """All that were seen."""
        return (process for _, process in self.places)

    def again(self, processes: Processes, resolve: Callable[[str], str]) -> "AtWork":
        """A new look. `resolve` follows links, once for each process that stays where it is."""
        asking = [rule for rule in self.rules.all if rule.program]
        running = {p: processes.running(p) for p in {rule.program for rule in asking}}

        def places(rule: FinishRule, process: Process) -> Sequence[str]:
            known = self.places.get((rule.name, process))
            return known or [*map(resolve, rule.places_of(process))]

        found = {(r.name, p): places(r, p) for r in asking for p in running[r.program]}
        return AtWork(self.rules, found)

    def writing(self, run_at: RunAt) -> Writing:
        """Into runs that go by the rule which asked for the process."""
        found: dict[str, tuple[Process, ...]] = {}
        for (rule, process), its_places in self.places.items():
            for run in runs_of(its_places, run_at):
                if self.rules.of(run).name == rule:
                    found[run] = (*found.get(run, ()), process)
        return found
