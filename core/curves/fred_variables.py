"""Which of FRED's variables are worth showing first, told by their names.

A condition has states, and three counts of each: `INF.I` are people in it that day, `INF.newI` those who
entered it, `INF.totI` all who ever did.
"""

import re
from collections.abc import Iterable, Sequence

NOT_A_CURVE = frozenset({"Day", "Date", "EpiWeek"})
_INFECTIOUS = re.compile(r"I[a-z]?|Inf(?:ected|ectious)?")
_FIRST = ("I", "Is")
_EXPOSED = re.compile(r"E|Exposed|Latent|Incubating")
_ENDS = frozenset({"S", "R", "Susceptible", "Recovered", "Removed"})
_TECHNICAL = frozenset({"Import", "Start", "Excluded"})


def by_worth(names: Iterable[str]) -> Sequence[str]:
    """The infectious before all, what only falls or rises at the end; else by name."""
    return sorted((name for name in names if name not in NOT_A_CURVE), key=_rank)


def _rank(name: str) -> tuple[int, bool, str]:
    """Those with symptoms before those without, and each before those who enter it."""
    _, _, state = name.partition(".")
    entered = state.startswith("new")
    bare = state.removeprefix("new")
    ranks = (
        (not state, 10),
        (state.startswith("tot"), 9),
        (bare in _TECHNICAL, 8),
        (bare in _ENDS, 7),
        (bare == "RR", 6),
        (bool(_INFECTIOUS.fullmatch(bare)), entered),
        (bool(_EXPOSED.fullmatch(bare)), 2 + entered),
    )
    rank = next((rank for fits, rank in ranks if fits), 4 + entered)
    return rank, bare not in _FIRST, name
