"""Use cases on trees of this machine; they need neither state nor store."""

from functools import cached_property

from core.finish.profiles import finish_rules
from core.source.find_results import FindResults
from core.source.scan_tree import ScanTree
from storage.machine.proc_processes import ProcProcesses
from tui.composition.adapters import Adapters


class Trees:
    """Each use case is made when it is first asked for."""

    def __init__(self, adapters: Adapters) -> None:
        self._adapters = adapters

    def check_root(self, root: str) -> None:
        """Raises InvalidResultsDirectoryError when `root` is no readable directory."""
        self._adapters.scanner.find_runs(root)

    @cached_property
    def find_results(self) -> FindResults:
        """Which RUN directories a path means."""
        return FindResults(self._adapters.scanner, self._adapters.packager, self._adapters.kind_of)

    @cached_property
    def scan_tree(self) -> ScanTree:
        """One look at a tree."""
        adapters, watch = self._adapters, self._adapters.settings.watch
        return ScanTree(
            adapters.scanner,
            finish_rules(watch),
            ProcProcesses(),
            adapters.clock,
            watch.stall_seconds,
        )
