"""What is asked before something is done, in words."""

from collections.abc import Sequence
from os.path import basename

from tui.formatting import plural
from tui.transfer_summary import TransferSummary
from tui.upload_choice import UploadChoice, failing_checks, why_not
from tui.widgets.cells import Tone
from tui.widgets.text_pane import Line, line


def group_question(choice: UploadChoice, title: str) -> Sequence[Line]:
    """One key on a results root starts many uploads."""
    refused = f"{plural(len(choice.refused), 'other')} not ready." if choice.refused else ""
    return (
        line(f"Upload {plural(len(choice.accepted), 'run')} of {title}?", Tone.STRONG),
        line(refused, Tone.DIM),
    )


def anyway_question(choice: UploadChoice) -> Sequence[Line]:
    """What speaks against uploading runs that are not finished: everything, for a single one."""
    runs = choice.unfinished
    if len(runs) == 1:
        head = f"{runs[0].name} is not done. Upload it as it is now?"
        reasons = [line(f" ✗ {reason}") for reason in failing_checks(runs[0])]
    else:
        head = f"{plural(len(runs), 'run')} are not done. Upload them as they are now?"
        reasons = [line(f" ✗ {why_not(run)}") for run in runs]
    also = f"{plural(len(choice.accepted), 'ended run')} as well." if choice.accepted else ""
    return [line(head, Tone.STRONG), *reasons, *([line(also, Tone.DIM)] if also else [])]


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


def quit_question(summary: TransferSummary) -> Sequence[Line]:
    """What quitting means for the queue."""
    open_ones = summary.active + summary.queued
    return (
        line(f"{plural(open_ones, 'transfer')} not done yet", Tone.STRONG),
        line("They stay queued and go on at the next start.", Tone.PLAIN),
    )
