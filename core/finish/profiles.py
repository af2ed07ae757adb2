"""Finish rules by the names used in settings."""

from core.finish.fred import FredRule
from core.finish.quiet import QuietRule
from core.finish.rule import FinishRule
from core.finish.sentinel import SentinelRule
from core.settings import RuleKind, WatchSettings


def finish_rule(settings: WatchSettings) -> FinishRule:
    """The rule that the settings name; the settings have been validated."""
    rule = next(rule for rule in settings.rules if rule.name == settings.rule)
    if rule.kind is RuleKind.SENTINEL:
        return SentinelRule(rule)
    if rule.kind is RuleKind.QUIET:
        return QuietRule(rule)
    return FredRule(rule.name)
