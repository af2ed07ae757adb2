"""Runs of this machine that are in the store: which of some may go, and how they do."""

from collections.abc import Sequence
from functools import partial

from core.clean.prove_run import ProofWanted
from core.clean.proven import OF_ONE_RUN, Proven, Stays
from core.errors import Failure, RunFerryError
from core.finish.run_state import ENDED
from core.run_view import RunView
from tui.background import failure_of
from tui.cleaning_activity import record_cleaned, record_kept
from tui.parts.cleaning import Cleaning
from tui.screens.care_operations import asked
from tui.screens.typed import Operation, Outcome, Steps
from tui.services import AppServices
from tui.widgets.cells import Tone
from tui.widgets.panes import Line, line
from tui.wording.cleaning import counted, shown_name
from tui.wording.formatting import plural, size

_SHOWN = 12
_STAYS = "In the store nothing changes: it is browsed and downloaded as before."


def clean_operation(services: AppServices, runs: Sequence[RunView], looking: Steps) -> Operation:
    """Reads every file of the runs, and asks the store. Raises RunFerryError."""
    cleaning = services.part(Cleaning)
    going, stays = _looked_at(services, cleaning, runs, looking)
    lines = _lines(going, stays, services.store_location)
    if not going:
        return Operation(lines)
    return Operation(
        lines,
        "deletes them here" if len(going) > 1 else "deletes it here",
        f"Deleting {counted(going)} here",
        partial(_clean, services, cleaning, going),
        len(going),
        counted(going),
    )


def _looked_at(
    services: AppServices, cleaning: Cleaning, runs: Sequence[RunView], looking: Steps
) -> tuple[Sequence[Proven], Sequence[Stays]]:
    """What the watch sees counts, too: it has looked more than once."""
    names = {run.path: run.name for run in runs}
    ended = [run.path for run in runs if run.state in ENDED]
    stays = [
        Stays(run.path, run.name, f"it is {run.state}: {run.reason}")
        for run in runs
        if run.state not in ENDED
    ]
    going = list[Proven]()
    wanted = ProofWanted(services.clock.now(), read=cleaning.must_read)
    for run in cleaning.local_runs.looks(ended):
        name = names[run.path]
        looking.step()
        prove = partial(cleaning.prove, run, name, wanted, looking.progress)
        try:
            going.append(asked(services, prove))
        except OF_ONE_RUN as error:
            stays.append(Stays.because(run.path, name, error))
    return going, stays


def _clean(
    services: AppServices, cleaning: Cleaning, going: Sequence[Proven], steps: Steps
) -> Outcome:
    """One that cannot go keeps no other one."""
    gone, kept = list[Proven](), list[Failure]()
    for run in going:
        if steps.progress.ended:
            break
        try:
            steps.step()
            asked(services, partial(cleaning.clean, run))
        except RunFerryError as error:
            kept.append(failure_of(error))
            record_kept(services.activity, run, kept[-1])
            if not isinstance(error, OF_ONE_RUN):
                break
        else:
            gone.append(run)
            record_cleaned(services.activity, run)
            services.watch.mark_dirty(run.path)
    said = f"Deleted {counted(gone)} here: {_room(gone)} freed" if gone else "Nothing was deleted"
    return Outcome(said, kept[0] if kept else None)


def _lines(going: Sequence[Proven], stays: Sequence[Stays], where: str) -> Sequence[Line]:
    if not going:
        return (line("None of this is provably in the store.", Tone.STRONG), *_staying(stays))
    them = "it" if len(going) == 1 else "them"
    files = plural(sum(run.files for run in going), "file")
    return (
        line(f"Delete {counted(going)} on this machine: {files}, {_room(going)}", Tone.STRONG),
        line(f"{where} has all of {them}, as each file was just read."),
        line(_STAYS, Tone.DIM),
        *(
            line(f" {shown_name(run.name)}  {size(run.bytes)}  version {run.stored.version}")
            for run in going[:_SHOWN]
        ),
        *_more(len(going)),
        *_staying(stays),
    )


def _staying(stays: Sequence[Stays]) -> Sequence[Line]:
    told = [f" {shown_name(run.name)} stays: {run.why}" for run in stays[:_SHOWN]]
    return (*(line(text, Tone.WARN) for text in told), *_more(len(stays)))


def _more(count: int) -> Sequence[Line]:
    return [line(f" and {count - _SHOWN} more", Tone.DIM)] if count > _SHOWN else []


def _room(runs: Sequence[Proven]) -> str:
    return size(sum(run.bytes for run in runs))
