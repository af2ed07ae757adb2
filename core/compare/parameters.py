"""What several simulations were told differently."""

from collections.abc import Mapping, Sequence

Parameters = Mapping[str, str] | None
"""None of a run that tells none."""


def differing(told: Sequence[Parameters]) -> Mapping[str, Sequence[str | None]]:
    """Parameters that are not the same, with the value of each run; None where it has none.

    Runs that tell no parameters say nothing about it: None there, too.
    """
    telling = [parameters for parameters in told if parameters is not None]
    names = dict.fromkeys(name for parameters in telling for name in parameters)
    different = [n for n in names if len({parameters.get(n) for parameters in telling}) > 1]
    return {name: [(parameters or {}).get(name) for parameters in told] for name in different}
