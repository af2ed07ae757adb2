"""Finish rules by the kinds used in settings. A new kind is a class and a line here."""

from collections.abc import Callable, Mapping

from core.errors import SettingsError
from core.finish.finish_rules import FinishRules
from core.finish.fred import FredRule
from core.finish.quiet import QuietRule
from core.finish.rule import FinishRule
from core.finish.sentinel import SentinelRule
from core.settings import RuleKind, RuleSettings, WatchSettings

_BY_KIND: Mapping[RuleKind, Callable[[RuleSettings], FinishRule]] = {
    RuleKind.FRED: lambda rule: FredRule(rule.name),
    RuleKind.SENTINEL: SentinelRule,
    RuleKind.QUIET: QuietRule,
}


def finish_rules(settings: WatchSettings) -> FinishRules:
    """Those of the kinds that the settings choose; the settings have been validated."""
    names = {kind.rule for kind in settings.chosen_kinds}
    made = {name: finish_rule(settings, name) for name in sorted(names)}
    return FinishRules(lambda path: made[settings.kind_of(path).rule], tuple(made.values()))


def finish_rule(settings: WatchSettings, name: str = "") -> FinishRule:
    """The rule of this name, else the one that the settings name."""
    return rule_of(next(r for r in settings.rules if r.name == (name or settings.rule)))


def rule_of(rule: RuleSettings) -> FinishRule:
    """The rule that these settings describe."""
    make = _BY_KIND.get(rule.kind)
    if make is None:
        raise SettingsError(f"No finish rule is of the kind {rule.kind!r}.")
    return make(rule)
