"""The order in which FRED writes the results of one run.

After the simulation come the variables of a condition, in the order of their columns in out.csv, and its table; the
next condition; then what is the same for all, and out.csv. A later run into the same directory writes the same from
the beginning.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from core.finish.fred_files import OUT

_LAST = ("DAILY/Popsize.txt", "DAILY/Date.txt", "DAILY/EpiWeek.txt", OUT)
_OF_ALL = frozenset({"Day", "Date", "EpiWeek", "Popsize"})


def results_in_order(header: bytes) -> Sequence[str]:
    """As the header of out.csv tells it, whole or cut."""
    line, end, _ = header.partition(b"\n")
    columns = line.decode("utf-8", "surrogateescape").split(",")
    variables = [c for c in (columns if end else columns[:-1]) if c not in _OF_ALL]
    return [*_by_condition(variables), *_LAST]


def _by_condition(variables: Sequence[str]) -> Iterator[str]:
    for condition, columns in groupby(variables, lambda column: column.partition(".")[0]):
        yield from (f"DAILY/{column}.txt" for column in columns)
        yield f"{condition}.csv"


def is_kept(order: Sequence[str], times: Mapping[str, int]) -> bool:
    """Whether the files were written in this order."""
    return all(times[before] <= times[after] for before, after in pairwise(order))


def begun_again(order: Sequence[str], times: Mapping[str, int]) -> int:
    """How many of the first files are the newest, written in this order: as a later run leaves them.

    All of them when one run has written all; 0 when no run can have.
    """
    newest = max(times[name] for name in order)
    begun = max(n for n, name in enumerate(order) if times[name] == newest) + 1
    older = all(times[name] <= times[order[0]] for name in order[begun:])
    return begun if older and is_kept(order[:begun], times) else 0
