"""Finish rules by the kinds used in settings. A new kind is a class and a line here."""

from collections.abc import Callable, Mapping

from core.errors import SettingsError
from core.finish.finish_rules import FinishRules
from core.finish.fred import FredRule
from core.finish.measured import Measured
from core.finish.quiet import QuietRule
from core.finish.rule import FinishRule
from core.finish.rule_of_parts import RuleOfParts
from core.finish.sentinel import SentinelRule
from core.kinds.run_kind import Progress, RunKind
from core.settings import RuleKind, RuleSettings, WatchSettings

_BY_KIND: Mapping[RuleKind, Callable[[RuleSettings], FinishRule]] = {
    RuleKind.FRED: lambda rule: FredRule(rule.name),
    RuleKind.SENTINEL: SentinelRule,
    RuleKind.QUIET: QuietRule,
}


def finish_rules(settings: WatchSettings) -> FinishRules:
    """Those of the kinds that the settings choose; the settings have been validated."""
    made = {_way(kind): RuleOfParts(_rule_of(kind, settings)) for kind in settings.chosen_kinds}
    kind_of = settings.kind_of
    return FinishRules(lambda path: made[_way(kind_of(path))], tuple(made.values()), kind_of)


def _way(kind: RunKind) -> tuple[str, Progress | None]:
    return kind.rule, kind.progress


def _rule_of(kind: RunKind, settings: WatchSettings) -> FinishRule:
    rule = finish_rule(settings, kind.rule)
    return Measured(rule, kind.progress) if kind.progress else rule


def finish_rule(settings: WatchSettings, name: str = "") -> FinishRule:
    """The rule of this name, else the one that the settings name."""
    return rule_of(next(r for r in settings.rules if r.name == (name or settings.rule)))


def rule_of(rule: RuleSettings) -> FinishRule:
    """The rule that these settings describe."""
    make = _BY_KIND.get(rule.kind)
    if make is None:
        raise SettingsError(f"No finish rule is of the kind {rule.kind!r}.")
    return make(rule)
