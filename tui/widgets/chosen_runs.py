"""Which of the chosen runs can be uploaded now, and what to say about the others."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from math import ceil

from core.finish.run_state import RunState
from core.run_view import RunView
from tui.wording.action_keys import key, keyed
from tui.wording.formatting import plural

NO_RUN = "There is no run here to upload"
UPLOADABLE = frozenset({RunState.DONE, RunState.CHANGED})
IsStored = Callable[[RunView], bool]
"""Whether what the store has of a run is what is there."""
_STANDING = {
    RunState.RUNNING: "is still running",
    RunState.STALLED: "has stalled",
    RunState.STOPPED: "stopped before it was done",
    RunState.OFFLINE: "is offline",
}


@dataclass(frozen=True)
class ChosenRuns:
    """Runs that have ended, runs that can be uploaded as they are, runs that cannot be.

    `stored` need no upload.
    """

    accepted: tuple[RunView, ...]
    unfinished: tuple[RunView, ...] = ()
    impossible: tuple[RunView, ...] = ()
    stored: tuple[RunView, ...] = ()

    @property
    def refused(self) -> tuple[RunView, ...]:
        """All that are not ready."""
        return self.unfinished + self.impossible


def choose(runs: Iterable[RunView], is_stored: IsStored) -> ChosenRuns:
    """Half a run is worth little: what has not ended is uploaded only when the user insists."""
    parts = [list[RunView]() for _ in fields(ChosenRuns)]
    accepted, unfinished, impossible, stored = parts
    for run in runs:
        if is_stored(run):
            stored.append(run)
        elif not run.files or run.state is RunState.OFFLINE:
            impossible.append(run)
        else:
            (accepted if run.state in UPLOADABLE else unfinished).append(run)
    return ChosenRuns(*map(tuple, parts))


def choose_all(runs: Iterable[RunView]) -> ChosenRuns:
    """What the user insists on is asked of the store, whatever is known of it."""
    return choose(runs, lambda _: False)


def why_no_upload(runs: Sequence[RunView], is_stored: IsStored) -> str:
    """Empty where something can be uploaded now, or after a question about the one that is meant."""
    if not runs:
        return NO_RUN
    chosen = choose(runs, is_stored)
    asks = bool(chosen.accepted) or len(chosen.unfinished) == 1
    return "" if asks else refused_text(chosen)


def why_no_upload_anyway(runs: Sequence[RunView]) -> str:
    """Empty where something can be uploaded, whatever its state."""
    if not runs:
        return NO_RUN
    chosen = choose_all(runs)
    return "" if chosen.accepted or chosen.unfinished else refused_text(chosen)


def counted(runs: Sequence[RunView]) -> str:
    """As in "RUN3" and "3 runs"."""
    return runs[0].name if len(runs) == 1 else plural(len(runs), "run")


def queued_text(runs: Sequence[RunView]) -> str:
    """As in "Queued RUN3" and "Queued 3 runs"."""
    return f"Queued {counted(runs)}"


def refused_text(chosen: ChosenRuns) -> str:
    """Why the first is not ready, how many more are not, and the way round it."""
    if not chosen.refused:
        stand = "is stored as it is" if len(chosen.stored) == 1 else "are stored as they are"
        return f"{counted(chosen.stored)} {stand}. {key('upload_anyway')} asks the store again"
    first, others = chosen.refused[0], len(chosen.refused) - 1
    more = f" ({others} more are not ready)" if others else ""
    anyway = keyed(". {upload_anyway} uploads it anyway") if chosen.unfinished else ""
    return why_not(first) + more + anyway


def why_not(run: RunView) -> str:
    """As in "RUN4 is still running: out.csv is not there yet"."""
    if run.files == 0 and run.state is not RunState.OFFLINE:
        return f"{run.name} is empty: there is nothing to upload"
    if run.state is RunState.SETTLING:
        return f"{run.name} is settling: ready in {ceil(run.settles_in)} s if nothing changes"
    return f"{run.name} {_STANDING.get(run.state, 'is not ready')}: {run.reason}"


def failing_checks(run: RunView) -> Sequence[str]:
    """What speaks against uploading it, as in "log ended: LOG has not ended"; at least one line."""
    failing = [f"{check.name}: {check.reason}" for check in run.checks if not check.passed]
    return failing or [why_not(run)]
