"""Finish rules by the names used in settings."""

from core.finish.fred import FredRule
from core.finish.rule import FinishRule
from core.finish.sentinel import SentinelRule
from core.settings import WatchSettings

RULE_NAMES = ("fred", "sentinel")


def finish_rule(settings: WatchSettings) -> FinishRule:
    """The rule that the settings name; the settings have been validated."""
    if settings.rule == "sentinel":
        return SentinelRule(settings.success_files, settings.failure_files)
    return FredRule()
