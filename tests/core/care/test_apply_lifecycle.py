"""Lifecycle rules of RunFerry come beside those of others, as they were meant or not at all."""

from collections.abc import Callable, Sequence

import pytest

from core.care.apply_lifecycle import ApplyLifecycle
from core.care.lifecycle_rules import proposed_rules
from core.errors import ConflictError, StoreError
from core.ports.lifecycle import Lifecycle, Rule

THEIRS: Rule = {"ID": "logs", "Status": "Enabled", "Prefix": "logs/", "Expiration": {"Days": 3}}
OURS = proposed_rules(abort_days=7, archive_days=90, storage_class="GLACIER_IR")


class FakeLifecycle(Lifecycle):
    """Rules in memory; `understood` is what the server makes of what it is given."""

    def __init__(
        self, rules: Sequence[Rule], understood: Callable[[Rule], Rule] = lambda rule: rule
    ) -> None:
        self.there = [*rules]
        self.replaced = 0
        self._understood = understood

    @property
    def location(self) -> str:
        return "s3://fake"

    def rules(self) -> Sequence[Rule]:
        return [*self.there]

    def replace(self, rules: Sequence[Rule]) -> None:
        self.replaced += 1
        self.there = [self._understood(rule) for rule in rules]

    def close(self) -> None:
        """Nothing is held."""


def apply(lifecycle: Lifecycle, ours: Sequence[Rule] = OURS) -> bool:
    applying = ApplyLifecycle(lifecycle)
    return applying(applying.plan(ours))


def test_beside_others() -> None:
    """Rules of others are the very same afterwards."""
    lifecycle = FakeLifecycle([THEIRS])
    assert apply(lifecycle)
    assert lifecycle.there == [THEIRS, *OURS]


def test_again() -> None:
    """Nothing is written when nothing would be different."""
    lifecycle = FakeLifecycle([OURS[1], THEIRS, OURS[0]])
    assert not ApplyLifecycle(lifecycle).plan(OURS).changes
    apply(lifecycle)
    assert lifecycle.replaced == 0


def test_other_numbers() -> None:
    """Ours are replaced, and taken away when they are not asked for any more."""
    lifecycle = FakeLifecycle([*OURS, THEIRS])
    ours = proposed_rules(abort_days=1, archive_days=None, storage_class="")
    apply(lifecycle, ours)
    assert lifecycle.there == [THEIRS, *ours]


def test_server_that_drops_half_of_a_filter() -> None:
    """It would archive manifests: the rules are what they were before."""
    lifecycle = FakeLifecycle([THEIRS], lambda rule: {**rule, "Filter": {"Prefix": "jobs/"}})
    with pytest.raises(StoreError, match="did not keep the rules"):
        apply(lifecycle)
    assert [rule["ID"] for rule in lifecycle.there] == ["logs"]


def test_changed_while_the_user_was_asked() -> None:
    """A rule that somebody added meanwhile is not lost."""
    lifecycle = FakeLifecycle([])
    applying = ApplyLifecycle(lifecycle)
    plan = applying.plan(OURS)
    lifecycle.there = [THEIRS]
    with pytest.raises(ConflictError, match="changed meanwhile"):
        applying(plan)
    assert lifecycle.there == [THEIRS]


def test_two_stores_in_one_bucket() -> None:
    """Each has its own rules, for what is below its prefix, and leaves those of the other alone."""
    prefix = "teams/epi/"
    lifecycle = FakeLifecycle([THEIRS, *OURS])
    epi = proposed_rules(abort_days=3, archive_days=30, storage_class="GLACIER", prefix=prefix)
    applying = ApplyLifecycle(lifecycle, prefix)
    assert applying(applying.plan(epi))
    assert lifecycle.there == [THEIRS, *OURS, *epi]
    assert epi[0]["Filter"] == {"Prefix": "teams/epi/jobs/"}
    assert epi[1]["Filter"] == {
        "And": {"Prefix": "teams/epi/jobs/", "ObjectSizeGreaterThan": 131072}
    }
    assert len({rule["ID"] for rule in lifecycle.there}) == len(lifecycle.there)

    apply(lifecycle, [])
    assert lifecycle.there == [THEIRS, *epi]


class Late(FakeLifecycle):
    """Tells for a while what was there before."""

    def replace(self, rules: Sequence[Rule]) -> None:
        self.replaced += 1


def test_server_that_is_late() -> None:
    """What it still tells from before is no mistake, and no success yet."""
    lifecycle = Late([THEIRS])
    assert not apply(lifecycle)
    assert lifecycle.replaced == 1


def test_manifests_stay_at_hand() -> None:
    """The archive rule leaves small objects alone; both rules keep to our prefix."""
    abort, archive = OURS
    assert abort["Filter"] == {"Prefix": "jobs/"}
    assert archive["Filter"] == {"And": {"Prefix": "jobs/", "ObjectSizeGreaterThan": 131072}}
