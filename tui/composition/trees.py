"""Use cases on trees of this machine; they need neither state nor store, and only look into the state."""

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from core.binding.known_ids import KnownIds
from core.binding.number_runs import NumberRuns, nothing_known
from core.errors import InvalidResultsDirectoryError, RunFerryError
from core.finish.finish_rules import FinishRules
from core.finish.profiles import finish_rule, finish_rules
from core.finish.rule_of_parts import RuleOfParts
from core.source.find_results import FindResults
from core.source.no_runs import near_misses, no_runs
from core.source.scan_tree import ScanTree
from storage.db.watched_proofs import WatchedProofs
from storage.machine.processes_here import processes_here
from tui.composition.adapters import Adapters

_log = logging.getLogger(__name__)


class Trees:
    """Each use case is made when it is first asked for."""

    def __init__(self, adapters: Adapters) -> None:
        self._adapters = adapters

    def check_root(self, root: str) -> None:
        """Raises InvalidResultsDirectoryError when `root` is no readable directory."""
        self._adapters.scanner.find_runs(root)

    def absence(self, root: str) -> str:
        """Why `root` cannot be watched yet, in words; empty when it can.

        Raises InvalidResultsDirectoryError for what is there and no directory: that is a mistake.
        """
        try:
            self.check_root(root)
        except InvalidResultsDirectoryError as error:
            if os.path.isfile(os.path.expanduser(root)):
                raise
            return error.what
        return ""

    def results_root(self, path: str) -> str:
        """That of a run, or the directory itself; absolute."""
        adapters = self._adapters
        return adapters.places_of_runs.results_root_of(adapters.scanner.resolve(path))

    def name_of(self, run: str) -> str:
        """What a run is called: its path below its results root."""
        return self._adapters.places_of_runs.named(run).name

    def number(self, runs: Sequence[str]) -> Mapping[str, int]:
        """As which runs these count: all that are seen together, by path. Nothing is written down.

        Who may not read the state is told what the names say.
        """
        try:
            return self.number_runs(runs)
        except RunFerryError:
            _log.warning("what is known of the ids of runs was not read", exc_info=True)
            return {path: self._adapters.places_of_runs.named(path).number or 0 for path in runs}

    def is_known(self, path: str) -> bool:
        """Whether the directory was stored as a run before, whatever it is called."""
        adapters, directory = self._adapters, self._adapters.scanner.resolve(path)
        adapters.own_names.of_run(directory)
        return adapters.journal.stored_as(directory) is not None

    def near_misses(self, root: str) -> Sequence[str]:
        """What is called nearly as runs are and holds none: absolute paths."""
        path, scanner = self._adapters.scanner.resolve(root), self._adapters.scanner
        top = path.rstrip("/")
        return [f"{top}/{missed}" for missed in near_misses(path, scanner.find_runs(root))]

    def no_runs(self, root: str) -> str:
        """What was looked for in a tree without runs, and what is there."""
        scanner = self._adapters.scanner
        path = scanner.resolve(root)
        return no_runs(path, scanner.find_runs(root), self._adapters.kind_of(path))

    @cached_property
    def number_runs(self) -> NumberRuns:
        """What a look is told: nothing is written down. Without the catalog, which takes long to open. Where there is no state, none is made."""
        adapters = self._adapters
        directories, known = adapters.run_directories, nothing_known
        if os.path.exists(adapters.places.state_db):
            known = KnownIds(adapters.journal, directories.exists)
        return NumberRuns(adapters.places_of_runs, directories, known)

    @cached_property
    def find_results(self) -> FindResults:
        """Which RUN directories a path means."""
        adapters = self._adapters
        return FindResults(
            adapters.scanner, adapters.packager, adapters.run_directories, adapters.kind_of
        )

    @cached_property
    def scan_tree(self) -> ScanTree:
        """One look at a tree."""
        return self._scan_by(finish_rules(self._adapters.settings.watch))

    def tried(self, rule: str) -> ScanTree:
        """One look by the rule of this name."""
        return self._scan_by(
            FinishRules.only(RuleOfParts(finish_rule(self._adapters.settings.watch, rule)))
        )

    def _scan_by(self, rules: FinishRules) -> ScanTree:
        adapters, stall = self._adapters, self._adapters.settings.watch.stall_seconds
        rules = replace(rules, proof_of=WatchedProofs(adapters.places.state_db))
        return ScanTree(adapters.whole_runs, rules, processes_here(), adapters.clock, stall)
