"""Turns that somebody may have to wait for, and is told so."""

import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager

from core.events import Event, UploadAwaited
from core.ports.turns import Turns
from core.progress import Progress
from core.transfer_view import Phase

_LOOKS_BEFORE_A_WORD = 10
"""Mostly it takes a moment."""


def run_matter(job_id: int, run_id: int) -> str:
    """What is one at a time: to store a run, to delete it, or to move it."""
    return f"run {job_id} {run_id}"


class PatientTurns:
    """What uploads on one state do one after the other, in whatever threads and processes."""

    def __init__(self, turns: Turns, publish: Callable[[Event], None]) -> None:
        self._turns = turns
        self._publish = publish

    def binding(self, results_root: str, progress: Progress) -> AbstractContextManager[None]:
        """To find or make the job of a results root.

        Raises TransferCancelledError while it waits; so does `storing`.
        """
        awaited = UploadAwaited(results_root, "finding or making its job")
        return self._turns.turn(f"root {results_root}", self._waiting(awaited, progress))

    def storing(
        self, job_id: int, run_id: int, source: str, progress: Progress
    ) -> AbstractContextManager[None]:
        """To store a run: two would go on with the same upload in parts."""
        awaited = UploadAwaited(source, "storing the same run")
        return self._turns.turn(run_matter(job_id, run_id), self._waiting(awaited, progress))

    def _waiting(self, awaited: UploadAwaited, progress: Progress) -> Callable[[], None]:
        looks = itertools.count(1)

        def wait() -> None:
            progress.begin(Phase.WAITING)
            if next(looks) == _LOOKS_BEFORE_A_WORD:
                self._publish(awaited)

        return wait
