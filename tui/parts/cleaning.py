"""Runs of this machine that may go, as all they hold is in the store."""

from collections.abc import Callable
from dataclasses import dataclass

from core.clean.clean_run import CleanRun
from core.clean.finish_cleanings import FinishCleanings
from core.clean.local_runs import LocalRuns
from core.clean.prove_run import ProveRun


@dataclass(frozen=True)
class Cleaning:
    """Everything here reads trees or asks the store, and may take long.

    `name_of` says what a run is called. The objects of a store that `must_read` are proven by reading
    them: it does not tell of itself when a byte of one has changed.
    """

    local_runs: LocalRuns
    prove: ProveRun
    clean: CleanRun
    finish: FinishCleanings
    name_of: Callable[[str], str]
    must_read: bool
