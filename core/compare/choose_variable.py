"""Which variable is compared."""

from collections import Counter
from collections.abc import Sequence

from core.errors import ArtifactNotFoundError
from core.ports.curves_cache import RunCurves
from core.printable import printable

_SOME = 8


def choose_variable(told: Sequence[RunCurves], variable: str) -> str:
    """`variable`, by its whole name or by what is behind a file's (as "temp" of "ave.dat:temp").

    Without one, what most runs would show first; "" when none has any. Raises ArtifactNotFoundError.
    """
    there = all_variables(told)
    if not variable:
        first = Counter(run.variables[0] for run in told if run.variables)
        return first.most_common(1)[0][0] if first else ""
    meant = [name for name in there if variable in {name, name.rpartition(":")[2]}]
    if not meant:
        raise _unknown(variable, there)
    return variable if variable in meant else meant[0]


def all_variables(told: Sequence[RunCurves]) -> Sequence[str]:
    """Each once, in the order of the first run that has it."""
    return [*dict.fromkeys(name for run in told for name in run.variables)]


def _unknown(variable: str, there: Sequence[str]) -> ArtifactNotFoundError:
    some = ", ".join(there[:_SOME]) + (" …" if len(there) > _SOME else "")
    return ArtifactNotFoundError(
        f"None of the runs has a variable {printable(variable)}.",
        todo=f"There are {some}." if there else "No curve of them is known.",
    )
