"""Which of the chosen runs can be uploaded now, and what to say about the others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from core.events import RunView
from core.run_state import RunState
from tui.formatting import plural

UPLOADABLE = frozenset({RunState.FINISHED, RunState.FAILED, RunState.CHANGED})


@dataclass(frozen=True)
class UploadChoice:
    """Runs to queue, and runs that are not ready."""

    accepted: tuple[RunView, ...]
    refused: tuple[RunView, ...]


def choose(runs: Iterable[RunView]) -> UploadChoice:
    """Only what has ended is uploaded by hand: half a run is worth nothing."""
    runs = tuple(runs)
    return UploadChoice(
        tuple(run for run in runs if run.state in UPLOADABLE),
        tuple(run for run in runs if run.state not in UPLOADABLE),
    )


def queued_text(runs: Sequence[RunView]) -> str:
    """As in "Queued RUN3" and "Queued 3 runs"."""
    return f"Queued {runs[0].name if len(runs) == 1 else plural(len(runs), 'run')}"


def refused_text(runs: Sequence[RunView]) -> str:
    """Why the first is not ready, and how many more are not."""
    more = f" ({len(runs) - 1} more are not ready)" if len(runs) > 1 else ""
    return why_not(runs[0]) + more


def why_not(run: RunView) -> str:
    """As in "RUN4 is still running: out.csv is not there yet"."""
    match run.state:
        case RunState.SETTLING:
            return f"{run.name} is settling: ready in {ceil(run.settles_in)} s if nothing changes"
        case RunState.WRITING:
            return f"{run.name} is still running: {run.reason}"
        case RunState.OFFLINE:
            return f"{run.name} is offline: the tree cannot be read"
        case _:
            return f"{run.name} is not ready: {run.reason}"
