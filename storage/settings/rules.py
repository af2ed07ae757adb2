"""The `[rules.NAME]` tables of the settings file."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fnmatch import translate
from typing import Any, TypeVar, cast

from core.finish.ready_made import READY_MADE
from core.settings import (
    BUILT_IN_RULES,
    QUIET_MIN_FILES,
    RULE_FIELDS,
    Marker,
    Require,
    RuleKind,
    RuleSettings,
    Which,
)
from storage.settings import values
from storage.settings.patterns import ENDLESS, is_expression, may_not_end
from storage.settings.text import SettingsText, refuse_unknown

T = TypeVar("T")
_MARKER_KEYS = {"file", "matches", "min_bytes", "begins", "which", "says"}
_MARKERS = (
    "must be a list, one or more, of file names"
    ' or of { file = "NAME", matches = "PATTERN", min_bytes = N }'
)
_BESIDE = "../"


def _markers(value: object) -> tuple[Marker, ...]:
    items = cast("list[object]", value) if isinstance(value, list) else []
    if not items:
        raise ValueError(_MARKERS)
    return tuple(map(_marker, items))


def _marker(item: object) -> Marker:
    table = cast("dict[str, object]", item) if isinstance(item, dict) else {"file": item}
    if not isinstance(table.get("file"), str) or table.keys() - _MARKER_KEYS:
        raise ValueError(_MARKERS)
    return Marker(
        _marker_file(cast("str", table["file"])),
        _expression(table, "matches"),
        _checked(table, "min_bytes", values.size, 0),
        _expression(table, "begins"),
        Which(_checked(table, "which", values.choice(*Which), Which.ANY)),
        _checked(table, "says", values.text, ""),
    )


def _expression(table: Mapping[str, object], key: str) -> str:
    pattern = table.get(key, "")
    if not isinstance(pattern, str) or not is_expression(pattern):
        raise ValueError(f"has a pattern in {key} that is not a regular expression")
    if may_not_end(pattern):
        raise ValueError(f"has a pattern in {key} that {ENDLESS}")
    return pattern


def _checked(table: Mapping[str, object], key: str, check: Callable[[Any], T], default: T) -> T:
    if key not in table:
        return default
    try:
        return check(table[key])
    except ValueError as error:
        raise ValueError(f"has a {key} that {error}") from None


def _marker_file(file: str) -> str:
    from core.path_patterns import has_wildcards, spelled_out  # not at a start without markers

    path = file.removeprefix(_BESIDE)
    if not values.stays_inside(path):
        raise ValueError(
            "names a file that is neither inside the RUN directory nor, after one ../, beside it"
        )
    if path != file and has_wildcards(path):
        raise ValueError(
            "names a file beside the RUN directory with *, ? or [: there is only {run}, its name"
        )
    try:
        spelled_out(file)
    except ValueError as error:
        raise ValueError(f"names a file that {error}") from None
    return file


def _globs(value: object) -> tuple[str, ...]:
    items = cast("list[object]", value) if isinstance(value, list) else []
    globs = tuple(item for item in items if isinstance(item, str) and values.stays_inside(item))
    if not globs or len(globs) < len(items) or not all(map(is_expression, map(translate, globs))):
        raise ValueError('must be a list of patterns for file names, such as "*.tmp", one or more')
    return globs


def _covers(value: object) -> tuple[str, ...]:
    items = cast("list[object]", value) if isinstance(value, list) else []
    globs = tuple(i for i in items if isinstance(i, str) and values.stays_inside(i.rstrip("/")))
    if not globs or len(globs) < len(items):
        raise ValueError(
            'must be a list of patterns for names, such as "*.png" or "plots/", one or more'
        )
    return globs


def _require(value: object) -> Require:
    return Require(values.choice(*Require)(value))


def _program(value: object) -> str:
    name = values.text(value)
    if "/" in name:
        raise ValueError("must be the name of an executable alone, without directories")
    return name


def _pid_file(value: object) -> str:
    from core.path_patterns import has_wildcards

    file = _marker_file(values.text(value))
    if has_wildcards(file):
        raise ValueError("must be one file, without *, ? or [")
    return file


_CHECKS: Mapping[str, Callable[[object], Any]] = {
    "kind": values.choice(*RuleKind),
    "success": _markers,
    "failure": _markers,
    "require": _require,
    "ignore": _covers,
    "absent": _globs,
    "min_files": values.whole(1, 10_000_000),
    "min_bytes": values.size,
    "quiet_seconds": values.seconds(0, 86_400),
    "about": values.text,
    "program": _program,
    "pid_file": _pid_file,
}


def read_rules(text: SettingsText) -> tuple[RuleSettings, ...]:
    """The built-in rules, as the file may have changed them, and those of the file.

    Raises SettingsError for any table that could not be used, also when it is not in use.
    """
    rules = {rule.name: rule for rule in (*BUILT_IN_RULES, *READY_MADE)}
    for name in text.subtable(("rules",)):
        rules[name] = _read_rule(text, name, rules.get(name))
    return tuple(rules.values())


def rule_origins(text: SettingsText, rules: tuple[RuleSettings, ...]) -> dict[str, str]:
    """`rules.NAME.FIELD` -> file and line, or default."""
    return {
        f"rules.{rule.name}.{field}": (
            text.origin(("rules", rule.name, field))
            if field in text.subtable(("rules", rule.name))
            else "default"
        )
        for rule in rules
        for field in RULE_FIELDS[rule.kind]
    }


def _read_rule(text: SettingsText, name: str, built_in: RuleSettings | None) -> RuleSettings:
    place = ("rules", name)
    text.checked(place, "the name of a rule", name, values.table_name)
    refuse_unknown(text, place, _CHECKS)
    table = text.subtable(place)
    found = {
        field: text.checked((*place, field), field, written, _CHECKS[field])
        for field, written in table.items()
    }
    kind = _kind(text, name, found.pop("kind", None), built_in)
    for field in found:
        if field not in RULE_FIELDS[kind]:
            raise text.refusal(
                (*place, field), f'{field} does not belong to rules of kind "{kind}".'
            )
    if kind is RuleKind.SENTINEL and not built_in and "success" not in found:
        raise text.refusal(place, 'a rule of kind "sentinel" needs a success marker.')
    return replace(built_in or _plain_rule(name, kind), **found)


def _plain_rule(name: str, kind: RuleKind) -> RuleSettings:
    fewest = QUIET_MIN_FILES if kind is RuleKind.QUIET else RuleSettings.min_files
    return RuleSettings(name, kind, min_files=fewest)


def _kind(
    text: SettingsText, name: str, written: str | None, built_in: RuleSettings | None
) -> RuleKind:
    place = ("rules", name)
    if built_in is None and written is None:
        kinds = " or ".join(f'kind = "{kind}"' for kind in RuleKind)
        raise text.refusal(place, "a rule needs a kind.", f"Write {kinds}.")
    if built_in is None or written in {None, built_in.kind}:
        return built_in.kind if built_in else RuleKind(written)
    what = f'the rule "{name}" is built in and of kind "{built_in.kind}".'
    raise text.refusal((*place, "kind"), what, "Choose another name.")
