"""What is said of runs of this machine that go."""

from core.clean.finish_cleanings import Ended, Ending
from core.clean.proven import Proven
from core.printable import printable
from core.redaction import conceal
from tui.wording.formatting import plural, short_path, size

_ENDINGS = {
    Ending.GONE: "its clean-up, which was cut short, is over",
    Ending.BACK: "its clean-up was cut short before anything was deleted: it is where it was",
}


def shown_name(name: str) -> str:
    """As it can be seen, and typed."""
    return printable(conceal(name)).strip()


def cleaned_subject(run: Proven) -> str:
    """What it is about, as in "job 2 · run 4"."""
    return f"job {run.stored.job_id} · run {run.stored.run_id}"


def cleaned_words(run: Proven, target: str = "") -> str:
    """That it is gone, and where all of it is."""
    went = f"moved to {printable(target)}" if target else "deleted from this machine"
    amount = f"{plural(run.files, 'file')}, {size(run.bytes)}"
    kept = f"version {run.stored.version} in the store has all of it"
    return f"{printable(short_path(run.path))} was {went} ({amount}): {kept}"


def ended_words(ended: Ended) -> str:
    """Of one that was cut short before."""
    path = printable(short_path(ended.cleaning.path))
    if ended.ending is not Ending.LEFT:
        return f"{path}: {_ENDINGS[ended.ending]}."
    left = printable(ended.cleaning.aside)
    return f"{path}: its clean-up was cut short and cannot go on now: {ended.why.rstrip('.')}. What is left of it is {left}."
