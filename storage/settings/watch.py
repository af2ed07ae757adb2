"""The `[watch]` table of the settings, and which finish rule counts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from core.kinds.built_in_kinds import ANY, FRED
from core.kinds.run_kind import RunKind
from core.settings import RuleKind, RuleSettings, WatchSettings
from storage.settings import values
from storage.settings.kinds import kind_origins, read_kinds, read_roots, there_are
from storage.settings.layers import Layers, Setting
from storage.settings.rules import read_rules, rule_origins
from storage.settings.text import SettingsText

_DAY = 86_400
_QUIET_RULE_SECONDS = 900.0
"""A simulation that has not finished can be still for long."""

_RULE = Setting(("watch", "rule"), values.table_name, WatchSettings.rule, "RUNFERRY_RULE", "--rule")
_KIND = Setting(("watch", "kind"), values.table_name, WatchSettings.kind, "RUNFERRY_KIND", "--kind")
_QUIET = Setting(
    ("watch", "quiet_seconds"),
    values.seconds(0, _DAY),
    WatchSettings.quiet_seconds,
    "RUNFERRY_QUIET_SECONDS",
    "--quiet",
    values.number,
)
_QUIET_NAME = ".".join(_QUIET.keys)
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
_UPLOAD_CHANGED = Setting(
    ("watch", "upload_changed"),
    values.switch_or_auto,
    WatchSettings.upload_changed,
    "RUNFERRY_UPLOAD_CHANGED",
    parse=values.truth,
)
WATCH_KEYS = tuple(
    setting.keys[-1]
    for setting in (
        _KIND,
        _RULE,
        _QUIET,
        _STALL,
        _COUNTDOWN,
        _UPLOAD_FAILED,
        _UPLOAD_CHANGED,
        _SIDECARS,
        _POLLING,
    )
)


def read_watch(text: SettingsText, layers: Layers, home: str | None) -> WatchSettings:
    """What counts, with the rules and kinds of the file. Raises SettingsError."""
    rules = {rule.name: rule for rule in read_rules(text)}
    layers.origins.update(rule_origins(text, tuple(rules.values())))
    kinds = read_kinds(text, rules)
    layers.origins.update(kind_origins(text, kinds.values()))
    choice = _choose(layers, kinds, rules)
    roots = choice.over(read_roots(text, kinds, home, layers.origins))
    told = layers.pick(_QUIET), layers.origins[_QUIET_NAME]
    rule = rules[choice.rule]
    if _is_own(rule, told[1]):
        layers.origins[_QUIET_NAME] = layers.origins[f"rules.{rule.name}.quiet_seconds"]
    return WatchSettings(
        rule=rule.name,
        kind=choice.kind.name,
        quiet_seconds=_quiet_seconds(rule, *told),
        stall_seconds=layers.pick(_STALL),
        countdown_seconds=layers.pick(_COUNTDOWN),
        upload_failed=layers.pick(_UPLOAD_FAILED),
        upload_changed=layers.pick(_UPLOAD_CHANGED),
        sidecars=layers.pick(_SIDECARS),
        polling=layers.pick(_POLLING),
        rules=tuple(rules.values()),
        kinds=tuple(kinds.values()),
        roots=roots,
        quiet_by_rule={k.rule: _quiet_seconds(rules[k.rule], *told) for k in roots.values()},
    )


@dataclass(frozen=True)
class _Choice:
    """`told_kind` and `told_rule`: that for this command, or this environment, all runs go by it."""

    kind: RunKind
    rule: str
    told_kind: bool
    told_rule: bool

    def over(self, roots: Mapping[str, RunKind]) -> Mapping[str, RunKind]:
        """What the file says of roots, as far as it counts."""
        if self.told_kind:
            return {}
        if self.told_rule:
            return {path: replace(kind, rule=self.rule) for path, kind in roots.items()}
        return roots


def _choose(
    layers: Layers, kinds: Mapping[str, RunKind], rules: Mapping[str, RuleSettings]
) -> _Choice:
    """A kind brings its rule, unless one is named beside it or over it; a rule alone brings a kind."""
    kind, rule = layers.pick(_KIND), layers.pick(_RULE)
    if kind not in kinds:
        raise layers.refusal(_KIND, "names a run kind that does not exist", there_are(kinds))
    if rule not in rules:
        raise layers.refusal(_RULE, "names a finish rule that does not exist", there_are(rules))
    of_kind, of_rule = (_rank(layers.origins[f"watch.{name}"]) for name in ("kind", "rule"))
    if of_rule < of_kind or of_rule == _DEFAULT:
        rule = kinds[kind].rule
        layers.origins["watch.rule"] = layers.origins[f"kinds.{kind}.rule"]
    elif of_kind == _DEFAULT:
        kind = _kind_of_rule(rules[rule], kinds)
        layers.origins["watch.kind"] = layers.origins["watch.rule"]
    return _Choice(kinds[kind], rule, of_kind >= _ENVIRONMENT, of_rule >= _ENVIRONMENT)


_DEFAULT, _FILE, _ENVIRONMENT, _FLAG = range(4)


def _rank(origin: str) -> int:
    """What counts over what."""
    if origin == "default":
        return _DEFAULT
    return _FLAG if origin == "flag" else _ENVIRONMENT if origin.startswith("env") else _FILE


def _kind_of_rule(rule: RuleSettings, kinds: Mapping[str, RunKind]) -> str:
    """The kind that has this rule; else that of the simulator that the rule is made for, or any."""
    of_rule = next((kind.name for kind in kinds.values() if kind.rule == rule.name), "")
    return of_rule or (FRED.name if rule.kind is RuleKind.FRED else ANY.name)


def _quiet_seconds(rule: RuleSettings, told: float, origin: str) -> float:
    """Flag, then environment, then the rule's own, then the file's for all rules."""
    if _is_own(rule, origin):
        return rule.quiet_seconds or 0.0
    is_unset_quiet = origin == "default" and rule.kind is RuleKind.QUIET
    return _QUIET_RULE_SECONDS if is_unset_quiet else told


def _is_own(rule: RuleSettings, origin: str) -> bool:
    return rule.quiet_seconds is not None and not origin.startswith(("flag", "env"))
