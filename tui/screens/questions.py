"""What is asked before something is done, in words."""

from collections.abc import Sequence

from core.finish.run_state import RunState
from core.transfer_view import TransferState, TransferView
from tui.widgets.cells import Tone
from tui.widgets.chosen_runs import ChosenRuns, failing_checks, why_not
from tui.widgets.panes import Line, line
from tui.wording.action_keys import key, keyed
from tui.wording.formatting import limit, plural, size
from tui.wording.transfers import TransferSummary, transfer_name

_WAYS_ROUND = {
    TransferState.PAUSED: "Paused it keeps them; {pause} goes on there.",
    TransferState.FAILED: "As it is it keeps them; {retry} goes on there.",
}
_PAUSE = "{pause} pauses it and keeps them."


def group_question(chosen: ChosenRuns, title: str) -> Sequence[Line]:
    """One key on a results root starts many uploads."""
    refused, stored = plural(len(chosen.refused), "other"), plural(len(chosen.stored), "other")
    others = (
        f"{refused} not ready." if chosen.refused else "",
        f"{stored} stored as they are." if chosen.stored else "",
    )
    return (
        line(f"Upload {plural(len(chosen.accepted), 'run')} of {title}?", Tone.STRONG),
        line(" ".join(filter(None, others)), Tone.DIM),
    )


def anyway_question(chosen: ChosenRuns) -> Sequence[Line]:
    """What speaks against uploading runs that are not finished: everything, for a single one."""
    runs = chosen.unfinished
    if len(runs) == 1:
        stands = "failed" if runs[0].state is RunState.FAILED else "is not done"
        head = f"{runs[0].name} {stands}. Upload it as it is now?"
        reasons = [line(f" ✗ {reason}") for reason in failing_checks(runs[0])]
    else:
        head = f"{plural(len(runs), 'run')} are not done or failed. Upload them as they are now?"
        reasons = [line(f" ✗ {why_not(run)}") for run in runs]
    also = f"{plural(len(chosen.accepted), 'ended run')} as well." if chosen.accepted else ""
    return [line(head, Tone.STRONG), *reasons, *([line(also, Tone.DIM)] if also else [])]


def limit_question(limits: Sequence[int]) -> Sequence[Line]:
    """What the first press of the key does, and the next ones."""
    first, *others = map(limit, limits)
    return (
        line(f"Limit all transfers together to {first}?", Tone.STRONG),
        line(f" {key('limit')} again: {', '.join(others)}, then no limit."),
        line(" It counts for what travels now, too, and until RunFerry ends.", Tone.DIM),
    )


def cancel_question(view: TransferView) -> Sequence[Line]:
    """What giving an upload up throws away, and the way round it."""
    there = size(max(view.sent, view.kept))
    return (
        line(f"Give up {transfer_name(view)}?", Tone.STRONG),
        line(f" {there} that were sent are freed; another try sends them again."),
        line(f" {keyed(_WAYS_ROUND.get(view.state, _PAUSE))}", Tone.DIM),
    )


def reopen_question(summary: TransferSummary, used: str, wanted: str) -> Sequence[Line]:
    """What it means for the queue of the store in use; nothing to ask where that is empty."""
    open_ones = summary.active + summary.queued
    if not open_ones:
        return ()
    lines = [
        line(f"{plural(open_ones, 'transfer')} of {used} not done yet", Tone.STRONG),
        line("What travels stops; parts that have arrived are kept."),
    ]
    if wanted == used:
        return [*lines, line("The queue goes on at once.")]
    return [
        *lines,
        line(f"Its queue goes on when {used} is used again:"),
        line(f" here, or in another `runferry --profile {used}`.", Tone.DIM),
    ]


def suspend_question(summary: TransferSummary) -> Sequence[Line]:
    """What a process that is stopped does not do."""
    return (
        line(
            f"Stop RunFerry until the shell brings it back? {plural(summary.active, 'transfer')} stand still."
        ),
        line(" What has arrived is kept, and they go on, after a new try where the store hung up."),
        line(" Nothing is watched meanwhile; then everything is looked at again.", Tone.DIM),
    )


def quit_question(summary: TransferSummary) -> Sequence[Line]:
    """What quitting means for the queue."""
    open_ones = summary.active + summary.queued
    return (
        line(f"{plural(open_ones, 'transfer')} not done yet", Tone.STRONG),
        line("They stay queued and go on at the next start.", Tone.PLAIN),
    )
