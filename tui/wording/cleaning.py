"""What is said of runs of this machine that go."""

from collections.abc import Sequence

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


def cleaned_words(run: Proven, target: str = "") -> str:
    """That it is gone, and where all of it is."""
    went = f"moved to {printable(short_path(target))}" if target else "deleted here"
    amount = f"{plural(run.files, 'file')}, {size(run.bytes)}"
    kept = f"version {run.stored.version} in the store has all of it"
    return f"{went}: {amount}, {printable(short_path(run.path))}; {kept}"


def ended_words(ended: Ended) -> str:
    """Of one that was cut short before."""
    path = printable(short_path(ended.cleaning.path))
    if ended.ending is not Ending.LEFT:
        return f"{path}: {_ENDINGS[ended.ending]}."
    left = printable(ended.cleaning.aside)
    return f"{path}: its clean-up was cut short and cannot go on now: {ended.why.rstrip('.')}. What is left of it is {left}."


def counted(runs: Sequence[Proven]) -> str:
    """What is typed to mean them: the name of the only one, else as in "3 runs"."""
    return shown_name(runs[0].name) if len(runs) == 1 else f"{len(runs)} runs"
