"""Finish rules by the names used in settings."""

from core.finish.rule import FinishRule
from core.settings import RuleKind, WatchSettings


def finish_rule(settings: WatchSettings) -> FinishRule:
    """The rule that the settings name; the settings have been validated."""
    rule = next(rule for rule in settings.rules if rule.name == settings.rule)
    if rule.kind is RuleKind.SENTINEL:
        from core.finish.sentinel import SentinelRule

        return SentinelRule(rule)
    if rule.kind is RuleKind.QUIET:
        from core.finish.quiet import QuietRule

        return QuietRule(rule)
    from core.finish.fred import FredRule

    return FredRule(rule.name)
