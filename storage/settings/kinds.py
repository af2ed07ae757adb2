"""The `[kinds.NAME]` tables of the settings file, and the `[roots."PATH"]` that name a kind."""

import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from fnmatch import translate
from functools import partial
from typing import Any, cast

from core.kinds.built_in_kinds import ANY, BUILT_IN_KINDS
from core.kinds.run_kind import Curve, LinkPolicy, NumberIn, Progress, RunKind
from core.kinds.run_names import RunNames, pattern_problem
from core.settings import RuleSettings
from storage.settings import values
from storage.settings.patterns import ENDLESS, is_expression, may_not_end
from storage.settings.text import SettingsText, refuse_unknown

_PATTERN = 'must be a regular expression such as "seed_(\\\\d+)", or a list of them'
_GLOBS = 'must be a list of patterns such as "restart.*", "*.cpt" or "processor*/"'
_NEGATED = 'has a pattern with "!": nothing takes back what another pattern excludes'
_NUMBER = '{ file = "NAME", pattern = "EXPRESSION" } with one group around the number'
_PROGRESS = f"must be {_NUMBER}, and of = NUMBER, or of = {_NUMBER}"
_CURVE = 'must be { file = "NAME", x = "COLUMN", y = ["COLUMN"] }'
_LONGEST_WORD = 30
_LARGEST = sys.float_info.max


def _texts(value: object, refusal: str) -> tuple[str, ...]:
    """One text, or a list of one or more."""
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    texts = tuple(item for item in items if isinstance(item, str) and item)
    if not texts or len(texts) < len(items):
        raise ValueError(refusal)
    return texts


def _names(value: object) -> RunNames:
    patterns = _texts(value, _PATTERN)
    if any(map(may_not_end, filter(is_expression, patterns))):
        raise ValueError(ENDLESS)
    for problem in filter(None, map(pattern_problem, patterns)):
        raise ValueError(f"{_PATTERN}: {problem}")
    return RunNames(patterns)


def _globs(value: object) -> tuple[str, ...]:
    globs = () if value == [] else _texts(value, _GLOBS)
    for glob in globs:
        if glob.startswith("!"):
            raise ValueError(_NEGATED)
        if not values.stays_inside(glob.removesuffix("/")) or not is_expression(translate(glob)):
            raise ValueError(_GLOBS)
    return globs


def _table(value: object, known: Collection[str], refusal: str) -> dict[str, object]:
    table = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    if not table or table.keys() - set(known):
        raise ValueError(refusal)
    return table


def _file(value: object, refusal: str) -> str:
    if not isinstance(value, str) or not values.stays_inside(value):
        raise ValueError(refusal)
    return value


def _number_in(table: Mapping[str, object]) -> NumberIn:
    file, pattern = _file(table.get("file"), _PROGRESS), table.get("pattern")
    if not isinstance(pattern, str) or not is_expression(pattern) or "(" not in pattern:
        raise ValueError(_PROGRESS)
    if may_not_end(pattern):
        raise ValueError(ENDLESS)
    return NumberIn(file, pattern)


def _progress(value: object) -> Progress:
    table = _table(value, ("file", "pattern", "of", "unit"), _PROGRESS)
    unit = table.get("unit", Progress.unit)
    if not isinstance(unit, str) or not unit.isprintable() or not 0 < len(unit) <= _LONGEST_WORD:
        raise ValueError(_PROGRESS)
    return Progress(_number_in(table), _planned(table.get("of")), unit)


def _planned(value: object) -> float | NumberIn | None:
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= _LARGEST:
        return float(value)
    return _number_in(_table(value, ("file", "pattern"), _PROGRESS))


def _curve(value: object) -> Curve:
    table = _table(value, ("file", "x", "y"), _CURVE)
    file, x = _file(table.get("file"), _CURVE), table.get("x")
    if not isinstance(x, str) or not x:
        raise ValueError(_CURVE)
    return Curve(file, x, _texts(table.get("y"), _CURVE))


_CHECKS: Mapping[str, Callable[[object], Any]] = {
    "pattern": _names,
    "rule": values.table_name,
    "exclude": _globs,
    "links": lambda value: LinkPolicy(values.choice(*LinkPolicy)(value)),
    "progress": _progress,
    "curve": _curve,
}
KIND_FIELDS = tuple(_CHECKS)


def read_kinds(text: SettingsText, rules: Mapping[str, RuleSettings]) -> dict[str, RunKind]:
    """The built-in kinds, as the file may have changed them, and those of the file, by name.

    Raises SettingsError for any table that could not be used, also when it is not in use.
    """
    kinds = {kind.name: kind for kind in BUILT_IN_KINDS}
    for name in text.subtable(("kinds",)):
        kinds[name] = _read_kind(text, name, kinds.get(name), rules)
    return kinds


def kind_origins(text: SettingsText, kinds: Collection[RunKind]) -> dict[str, str]:
    """`kinds.NAME.FIELD` -> file and line, or default."""
    return {
        f"kinds.{kind.name}.{field}": (
            text.origin(("kinds", kind.name, field))
            if field in text.subtable(("kinds", kind.name))
            else "default"
        )
        for kind in kinds
        for field in KIND_FIELDS
    }


def read_roots(
    text: SettingsText, kinds: Mapping[str, RunKind], home: str | None, origins: dict[str, str]
) -> dict[str, RunKind]:
    """The kind of each directory that the file names, by absolute path; where it stands, in `origins`.

    Raises SettingsError.
    """
    roots: dict[str, RunKind] = {}
    for path in text.subtable(("roots",)):
        place = ("roots", path)
        directory = text.checked(place, "a root", path, partial(values.directory, home))
        refuse_unknown(text, place, ("kind",))
        if written := text.subtable(place).get("kind"):
            kind = text.checked((*place, "kind"), "kind", written, values.table_name)
            if kind not in kinds:
                raise text.refusal((*place, "kind"), "kind names no run kind.", there_are(kinds))
            roots[directory] = kinds[kind]
            origins[f'roots."{directory}".kind'] = text.origin((*place, "kind"))
    return roots


def there_are(names: Collection[str]) -> str:
    """What could have been named."""
    return f"There are: {', '.join(sorted(names))}."


def _read_kind(
    text: SettingsText, name: str, built_in: RunKind | None, rules: Mapping[str, RuleSettings]
) -> RunKind:
    place = ("kinds", name)
    text.checked(place, "the name of a run kind", name, values.table_name)
    refuse_unknown(text, place, _CHECKS)
    found = {
        field: text.checked((*place, field), field, written, _CHECKS[field])
        for field, written in text.subtable(place).items()
    }
    if found.get("rule", ANY.rule) not in rules:
        raise text.refusal((*place, "rule"), "rule names no finish rule.", there_are(rules))
    if "pattern" in found:
        found["names"] = found.pop("pattern")
    return replace(built_in or RunKind(name, ANY.names, ANY.rule), **found)
