"""Use cases on trees of this machine; they need neither state nor store, and only look into the state."""

import os
from dataclasses import replace
from functools import cached_property

from core.errors import InvalidResultsDirectoryError
from core.finish.finish_rules import FinishRules
from core.finish.profiles import finish_rule, finish_rules
from core.source.find_results import FindResults
from core.source.scan_tree import ScanTree
from storage.db.watched_proofs import WatchedProofs
from storage.machine.processes_here import processes_here
from tui.composition.adapters import Adapters


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

    @cached_property
    def find_results(self) -> FindResults:
        """Which RUN directories a path means."""
        return FindResults(self._adapters.scanner, self._adapters.packager, self._adapters.kind_of)

    @cached_property
    def scan_tree(self) -> ScanTree:
        """One look at a tree."""
        return self._scan_by(finish_rules(self._adapters.settings.watch))

    def tried(self, rule: str) -> ScanTree:
        """One look by the rule of this name."""
        return self._scan_by(FinishRules.only(finish_rule(self._adapters.settings.watch, rule)))

    def _scan_by(self, rules: FinishRules) -> ScanTree:
        adapters, stall = self._adapters, self._adapters.settings.watch.stall_seconds
        rules = replace(rules, proof_of=WatchedProofs(adapters.places.state_db))
        return ScanTree(adapters.scanner, rules, processes_here(), adapters.clock, stall)
