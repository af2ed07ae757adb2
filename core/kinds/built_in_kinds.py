"""The kinds that RunFerry brings along."""

from core.kinds.run_kind import RunKind
from core.kinds.run_names import RunNames

FRED = RunKind("fred", RunNames((r"RUN([0-9]+)",)), "fred")
ANY = RunKind("any", RunNames((r"RUN([0-9]+)",)), "sentinel")
BUILT_IN_KINDS = (FRED, ANY)


def default_kind(path: str) -> RunKind:
    """Of every run, where nobody says anything else."""
    return FRED
