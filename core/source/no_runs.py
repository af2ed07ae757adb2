"""What to say of a tree without runs, and of directories that are nearly called as runs are."""

from collections.abc import Sequence

from core.kinds.run_kind import RunKind
from core.kinds.usual_names import LIKE_A_RUN, USUAL_NAMES
from core.model import natural_order
from core.ports.tree import FoundRuns
from core.printable import brief

_MOST = 5


def no_runs(root: str, found: FoundRuns, kind: RunKind) -> str:
    """What was looked for below the root, what was there instead, and what takes that for runs."""
    names = kind.names
    called = names.examples or f"by the pattern {names}"
    looked_for = f"Looked for directories of runs of the kind {kind.name}, {called}"
    if not found.others:
        return f"{looked_for}; it has no directories."
    others = near_misses(root, found) or sorted(found.others, key=natural_order)
    return f"{looked_for}; found instead: {listed(others)}.{_hint(root, others[:_MOST])}"


def near_misses(root: str, found: FoundRuns) -> Sequence[str]:
    """The directories that are called nearly as runs are and hold none, by their path below the root.

    In natural order, and of those within each other the outermost.
    """
    alike = [o for o in found.others if LIKE_A_RUN.fullmatch(o.rpartition("/")[2])]
    holding = {above for run in found.runs for above in _above(run)} if alike else set[str]()
    top = root.rstrip("/")
    missed = {o for o in alike if f"{top}/{o}" not in holding}
    return sorted((o for o in missed if missed.isdisjoint(_above(o))), key=natural_order)


def listed(names: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    more = f" and {len(names) - _MOST:,} more" if len(names) > _MOST else ""
    return ", ".join(map(brief, names[:_MOST])) + more


def _hint(root: str, others: Sequence[str]) -> str:
    top = root.rstrip("/")
    usual = [o for o in others if USUAL_NAMES.place_of(root, f"{top}/{o}")]
    these = "these" if len(usual) == len(others) else ", ".join(map(brief, usual))
    return f" `--kind any` takes {these} for runs." if usual else ""


def _above(path: str) -> Sequence[str]:
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]
