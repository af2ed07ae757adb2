"""Which finish rule judges which run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from core.finish.rule import FinishRule


@dataclass(frozen=True)
class FinishRules:
    """`of` tells the rule of a RUN directory; `all` are those that it may tell, each once."""

    of: Callable[[str], FinishRule]
    all: Sequence[FinishRule]

    @classmethod
    def only(cls, rule: FinishRule) -> Self:
        """One for all runs."""
        return cls(lambda _: rule, (rule,))
