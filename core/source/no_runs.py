"""What to say of a tree without runs."""

from core.kinds.run_kind import RunKind
from core.kinds.usual_names import USUAL_NAMES
from core.ports.tree import FoundRuns
from core.printable import brief


def no_runs(root: str, found: FoundRuns, kind: RunKind) -> str:
    """What was looked for below the root, what was there instead, and what takes that for runs."""
    names = kind.names
    called = names.examples or f"by the pattern {names}"
    looked_for = f"Looked for directories of runs of the kind {kind.name}, {called}"
    if not found.others:
        return f"{looked_for}; it has no directories."
    others = ", ".join(map(brief, found.others))
    usual = [o for o in found.others if USUAL_NAMES.place_of(root, f"{root.rstrip('/')}/{o}")]
    hint = " `--kind any` takes these for runs." if usual else ""
    return f"{looked_for}; found instead: {others}.{hint}"
