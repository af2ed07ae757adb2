"""The `[watch]` table of the settings, and which finish rule counts."""

from core.settings import RuleKind, RuleSettings, WatchSettings
from storage.settings import values
from storage.settings.layers import Layers, Setting
from storage.settings.rules import read_rules, rule_origins
from storage.settings.text import SettingsText

_DAY = 86_400
_QUIET_RULE_SECONDS = 900.0
"""A simulation that has not finished can be still for long."""

_RULE = Setting(("watch", "rule"), values.table_name, WatchSettings.rule, "RUNFERRY_RULE", "--rule")
_QUIET = Setting(
    ("watch", "quiet_seconds"),
    values.seconds(0, _DAY),
    WatchSettings.quiet_seconds,
    "RUNFERRY_QUIET_SECONDS",
    "--quiet",
    values.number,
)
_STALL = Setting(
    ("watch", "stall_seconds"),
    values.seconds(1, 30 * _DAY),
    WatchSettings.stall_seconds,
    "RUNFERRY_STALL_SECONDS",
    "--stall",
    values.number,
)
_COUNTDOWN = Setting(
    ("watch", "countdown_seconds"),
    values.seconds(0, 3600),
    WatchSettings.countdown_seconds,
    "RUNFERRY_COUNTDOWN_SECONDS",
    parse=values.number,
)
_UPLOAD_FAILED, _SIDECARS, _POLLING = (
    Setting(("watch", name), values.switch, False, f"RUNFERRY_{name.upper()}", parse=values.truth)
    for name in ("upload_failed", "sidecars", "polling")
)
WATCH_KEYS = tuple(
    setting.keys[-1]
    for setting in (_RULE, _QUIET, _STALL, _COUNTDOWN, _UPLOAD_FAILED, _SIDECARS, _POLLING)
)


def read_watch(text: SettingsText, layers: Layers) -> WatchSettings:
    """What counts, with the rules of the file. Raises SettingsError."""
    rules = read_rules(text)
    layers.origins.update(rule_origins(text, rules))
    rule = _chosen(layers, {rule.name: rule for rule in rules})
    return WatchSettings(
        rule=rule.name,
        quiet_seconds=_quiet_seconds(layers, rule),
        stall_seconds=layers.pick(_STALL),
        countdown_seconds=layers.pick(_COUNTDOWN),
        upload_failed=layers.pick(_UPLOAD_FAILED),
        sidecars=layers.pick(_SIDECARS),
        polling=layers.pick(_POLLING),
        rules=rules,
    )


def _chosen(layers: Layers, rules: dict[str, RuleSettings]) -> RuleSettings:
    name = layers.pick(_RULE)
    if name not in rules:
        todo = f"There are: {', '.join(sorted(rules))}."
        raise layers.refusal(_RULE, "names a finish rule that does not exist", todo)
    return rules[name]


def _quiet_seconds(layers: Layers, rule: RuleSettings) -> float:
    """Flag, then environment, then the rule's own, then the file's for all rules."""
    name = ".".join(_QUIET.keys)
    seconds, origin = layers.pick(_QUIET), layers.origins[name]
    if origin.startswith(("flag", "env")):
        return seconds
    if rule.quiet_seconds is not None:
        layers.origins[name] = layers.origins[f"rules.{rule.name}.quiet_seconds"]
        return rule.quiet_seconds
    is_unset_quiet = origin == "default" and rule.kind is RuleKind.QUIET
    return _QUIET_RULE_SECONDS if is_unset_quiet else seconds
