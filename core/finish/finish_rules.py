"""Which finish rule judges which run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from core.finish.rule import FinishRule
from core.kinds.built_in_kinds import default_kind
from core.kinds.run_kind import KindOf


@dataclass(frozen=True)
class FinishRules:
    """`of` tells the rule of a RUN directory, `kind_of` its kind; `all` are those that may be told, each once.

    `proof_of` is for who looks once: what the rule remembers of a run that was watched.
    """

    of: Callable[[str], FinishRule]
    all: Sequence[FinishRule]
    kind_of: KindOf = default_kind
    proof_of: Callable[[str], str] = lambda run: ""

    @classmethod
    def only(cls, rule: FinishRule) -> Self:
        """One for all runs."""
        return cls(lambda _: rule, (rule,))
