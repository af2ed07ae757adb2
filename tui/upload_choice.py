"""Which of the chosen runs can be uploaded now, and what to say about the others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from core.events import RunView
from core.run_state import RunState
from tui.formatting import plural

UPLOADABLE = frozenset({RunState.DONE, RunState.CHANGED})
_STANDING = {
    RunState.RUNNING: "is still running",
    RunState.STALLED: "has stalled",
    RunState.STOPPED: "stopped before it was done",
    RunState.OFFLINE: "is offline",
}


@dataclass(frozen=True)
class UploadChoice:
    """Runs that have ended, runs that can be uploaded as they are, runs that cannot be."""

    accepted: tuple[RunView, ...]
    unfinished: tuple[RunView, ...] = ()
    impossible: tuple[RunView, ...] = ()

    @property
    def refused(self) -> tuple[RunView, ...]:
        """All that are not ready."""
        return self.unfinished + self.impossible


def choose(runs: Iterable[RunView]) -> UploadChoice:
    """Half a run is worth little: what has not ended is uploaded only when the user insists."""
    runs = tuple(runs)
    possible = [run for run in runs if run.files and run.state is not RunState.OFFLINE]
    return UploadChoice(
        tuple(run for run in possible if run.state in UPLOADABLE),
        tuple(run for run in possible if run.state not in UPLOADABLE),
        tuple(run for run in runs if run not in possible),
    )


def why_no_upload(runs: Sequence[RunView]) -> str:
    """Empty where something can be uploaded now, or after a question about the one that is meant."""
    if not runs:
        return "There is no run here to upload"
    choice = choose(runs)
    asks = bool(choice.accepted) or len(choice.unfinished) == 1
    return "" if asks else refused_text(choice)


def why_no_upload_anyway(runs: Sequence[RunView]) -> str:
    """Empty where something can be uploaded, whatever its state."""
    if not runs:
        return "There is no run here to upload"
    choice = choose(runs)
    return "" if choice.accepted or choice.unfinished else refused_text(choice)


def counted(runs: Sequence[RunView]) -> str:
    """As in "RUN3" and "3 runs"."""
    return runs[0].name if len(runs) == 1 else plural(len(runs), "run")


def queued_text(runs: Sequence[RunView]) -> str:
    """As in "Queued RUN3" and "Queued 3 runs"."""
    return f"Queued {counted(runs)}"


def refused_text(choice: UploadChoice) -> str:
    """Why the first is not ready, how many more are not, and the way round it."""
    first, others = choice.refused[0], len(choice.refused) - 1
    more = f" ({others} more are not ready)" if others else ""
    anyway = ". U uploads it anyway" if choice.unfinished else ""
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
