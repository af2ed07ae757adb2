"""Rules by the names of the settings."""

from enum import StrEnum
from typing import cast

import pytest

from core.errors import SettingsError
from core.finish.profiles import finish_rule
from core.ports.tree import Scan
from core.settings import Marker, RuleKind, RuleSettings, WatchSettings


@pytest.mark.parametrize(("name", "program"), [("fred", "FRED"), ("sentinel", ""), ("quiet", "")])
def test_built_in(name: str, program: str) -> None:
    """Three rules exist without any setting."""
    rule = finish_rule(WatchSettings(name))
    assert (rule.name, rule.program) == (name, program)


def test_configured() -> None:
    """A rule of the settings has its own name, program and markers."""
    mine = RuleSettings("mine", RuleKind.SENTINEL, (Marker("OK", "x"),), program="sim")
    rule = finish_rule(WatchSettings("mine", rules=(*WatchSettings().rules, mine)))
    assert (rule.name, rule.program) == ("mine", "sim")
    scan = Scan.of("/x/RUN1", [], "f")
    assert [request.path for request in rule.requests(scan)] == ["OK"]


def test_fred_by_another_name() -> None:
    """Each kind can have several names."""
    mine = RuleSettings("fred-on-nfs", RuleKind.FRED, quiet_seconds=120)
    rule = finish_rule(WatchSettings("fred-on-nfs", rules=(mine,)))
    assert (rule.name, rule.program) == ("fred-on-nfs", "FRED")


class Strange(StrEnum):
    TELEPATHY = "telepathy"


@pytest.mark.parametrize("kind", RuleKind)
def test_every_kind(kind: RuleKind) -> None:
    """A kind that settings accept has a rule."""
    rule = RuleSettings("mine", kind, (Marker("OK"),))
    assert finish_rule(WatchSettings("mine", rules=(rule,))).name == "mine"


def test_unknown_kind() -> None:
    """It is never taken for one of the others."""
    rule = RuleSettings("mine", cast("RuleKind", Strange.TELEPATHY))
    with pytest.raises(SettingsError, match="telepathy"):
        finish_rule(WatchSettings("mine", rules=(rule,)))
