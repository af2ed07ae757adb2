"""What is asked before something is done, in words."""

from collections.abc import Sequence
from os.path import basename

from core.finish.run_state import RunState
from core.model import Artifact
from core.transfer_view import TransferState, TransferView
from tui.screens.job_facts import JobFacts
from tui.widgets.cells import Tone
from tui.widgets.text_pane import Line, line
from tui.widgets.upload_choice import UploadChoice, failing_checks, why_not
from tui.wording.formatting import date_time, limit, plural, size
from tui.wording.transfer_names import transfer_name
from tui.wording.transfer_summary import TransferSummary

_SHOWN = 8
_WAYS_ROUND = {
    TransferState.PAUSED: "Paused it keeps them; s goes on there.",
    TransferState.FAILED: "As it is it keeps them; r goes on there.",
}


def group_question(choice: UploadChoice, title: str) -> Sequence[Line]:
    """One key on a results root starts many uploads."""
    refused, stored = plural(len(choice.refused), "other"), plural(len(choice.stored), "other")
    others = (
        f"{refused} not ready." if choice.refused else "",
        f"{stored} stored as they are." if choice.stored else "",
    )
    return (
        line(f"Upload {plural(len(choice.accepted), 'run')} of {title}?", Tone.STRONG),
        line(" ".join(filter(None, others)), Tone.DIM),
    )


def anyway_question(choice: UploadChoice) -> Sequence[Line]:
    """What speaks against uploading runs that are not finished: everything, for a single one."""
    runs = choice.unfinished
    if len(runs) == 1:
        stands = "failed" if runs[0].state is RunState.FAILED else "is not done"
        head = f"{runs[0].name} {stands}. Upload it as it is now?"
        reasons = [line(f" ✗ {reason}") for reason in failing_checks(runs[0])]
    else:
        head = f"{plural(len(runs), 'run')} are not done or failed. Upload them as they are now?"
        reasons = [line(f" ✗ {why_not(run)}") for run in runs]
    also = f"{plural(len(choice.accepted), 'ended run')} as well." if choice.accepted else ""
    return [line(head, Tone.STRONG), *reasons, *([line(also, Tone.DIM)] if also else [])]


def job_question(what: str, facts: JobFacts) -> Sequence[Line]:
    """Whose job it is that runs are about to be put into, and how many it has."""
    job = facts.job
    whose = f", made by {job.owner}" if job.owner else ""
    made = f"on {date_time(job.created_at)[:10]}"
    return (
        line(f'Upload {what} to job {job.id} "{job.name}"?', Tone.STRONG),
        line(f" It has {plural(facts.runs, 'run')}{whose} {made}."),
        line(" Later runs of this folder go there, too.", Tone.DIM),
    )


def versions_question(facts: JobFacts) -> Sequence[Line]:
    """Runs of the same numbers are in the job already: each one by name, size, date and host."""
    held, job = facts.holds, facts.job
    head = f'Job {job.id} "{job.name}" holds {plural(len(held), "run")} of the same number'
    shown = [line(f" {_held(artifact)}") for artifact in held[:_SHOWN]]
    more = [line(f" and {len(held) - _SHOWN} more")] if len(held) > _SHOWN else []
    what = "What differs from yours gets yours as its next version."
    return (line(head, Tone.STRONG), *shown, *more, line(what), line("Upload all the same?"))


def _held(artifact: Artifact) -> str:
    when = f", stored {date_time(artifact.stored_at)}" if artifact.stored_at else ""
    where = f" from {artifact.host}" if artifact.host else ""
    return f"run {artifact.run_id}: {size(artifact.size)}{when}{where}"


def auto_upload_question(root: str, count: int, *, failed_too: bool) -> Sequence[Line]:
    """What will happen, and what will not, when runs are uploaded by themselves."""
    now = plural(count, "run")
    left = "Those that changed" if failed_too else "Failed runs and those that changed"
    return (
        line(
            f"Upload runs of {basename(root) or root} by themselves when they are done?",
            Tone.STRONG,
        ),
        line(f" Now: {now} that {'is' if count == 1 else 'are'} not stored, after a countdown."),
        line(" Later: every run that gets done. h holds one back."),
        line(f" {left} are left to you.", Tone.DIM),
    )


def limit_question(limits: Sequence[int]) -> Sequence[Line]:
    """What the first press of the key does, and the next ones."""
    first, *others = map(limit, limits)
    return (
        line(f"Limit all transfers together to {first}?", Tone.STRONG),
        line(f" b again: {', '.join(others)}, then no limit."),
        line(" It counts for what travels now, too, and until RunFerry ends.", Tone.DIM),
    )


def cancel_question(view: TransferView) -> Sequence[Line]:
    """What giving an upload up throws away, and the way round it."""
    there = size(max(view.sent, view.kept))
    return (
        line(f"Give up {transfer_name(view)}?", Tone.STRONG),
        line(f" {there} that were sent are freed; another try sends them again."),
        line(f" {_WAYS_ROUND.get(view.state, 's pauses it and keeps them.')}", Tone.DIM),
    )


def quit_question(summary: TransferSummary) -> Sequence[Line]:
    """What quitting means for the queue."""
    open_ones = summary.active + summary.queued
    return (
        line(f"{plural(open_ones, 'transfer')} not done yet", Tone.STRONG),
        line("They stay queued and go on at the next start.", Tone.PLAIN),
    )
