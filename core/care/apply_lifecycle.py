"""Give a bucket the lifecycle rules of RunFerry."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.care.lifecycle_rules import is_ours
from core.errors import ConflictError, StoreError
from core.ports.lifecycle import Lifecycle, Rule


@dataclass(frozen=True)
class LifecyclePlan:
    """What the rules of the bucket are, and are to be. `kept` are those of others."""

    before: Sequence[Rule]
    kept: Sequence[Rule]
    ours: Sequence[Rule]

    @property
    def after(self) -> Sequence[Rule]:
        """All of them."""
        return [*self.kept, *self.ours]

    @property
    def changes(self) -> bool:
        """Whether anything would be different."""
        return _by_id(self.before) != _by_id(self.after)

    def explains(self, told: Sequence[Rule]) -> bool:
        """Whether a bucket on its way from the rules before to ours may tell these."""
        return all(rule in (*self.before, *self.ours) for rule in told)


class ApplyLifecycle:
    """Touches only rules that RunFerry made for the store with this prefix in its bucket.

    They become exactly those that are asked for.
    """

    def __init__(self, lifecycle: Lifecycle, prefix: str = "") -> None:
        self._lifecycle = lifecycle
        self._prefix = prefix

    def plan(self, ours: Sequence[Rule]) -> LifecyclePlan:
        """Raises StoreError, also where a store has no lifecycle rules."""
        before = self._lifecycle.rules()
        return LifecyclePlan(before, [rule for rule in before if not self._is_ours(rule)], ours)

    def __call__(self, plan: LifecyclePlan) -> bool:
        """Reads back what the store made of it, and restores what was there if it is something else.

        A server that drops half of a filter would archive what has to be at hand. One that still
        tells the rules from before is only late: False then. Raises StoreError, and
        ConflictError when the rules are not those of the plan any more.
        """
        if not plan.changes:
            return True
        self._check_unchanged(plan)
        self._lifecycle.replace(plan.after)
        told = [*filter(self._is_ours, self._lifecycle.rules())]
        if not plan.explains(told):
            raise self._restored(plan)
        return _by_id(told) == _by_id(plan.ours)

    def _is_ours(self, rule: Rule) -> bool:
        return is_ours(rule, self._prefix)

    def _restored(self, plan: LifecyclePlan) -> StoreError:
        self._lifecycle.replace(plan.before)
        return StoreError(
            f"{self._lifecycle.location} did not keep the rules as they were given to it.",
            kept="The rules are what they were before.",
            todo="Its server may know fewer kinds of rules: leave --archive-after out.",
        )

    def _check_unchanged(self, plan: LifecyclePlan) -> None:
        """All rules are written at once: one that somebody added meanwhile would be lost."""
        if _by_id(self._lifecycle.rules()) != _by_id(plan.before):
            raise ConflictError(
                f"The rules of {self._lifecycle.location} were changed meanwhile.",
                kept="They were left as they are.",
                todo="Give the same command again.",
            )


def _by_id(rules: Sequence[Rule]) -> list[Rule]:
    return sorted(rules, key=lambda rule: str(rule.get("ID", "")))
