"""Finish rules as tables of the settings file, as records, and in a few words."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import cast

from core.printable import one_line
from core.settings import RULE_FIELDS, Marker, Require, RuleKind, RuleSettings


def in_words(rule: RuleSettings) -> str:
    """When a run is done by it, on one line."""
    if rule.about:
        return one_line(rule.about)
    if rule.kind is RuleKind.QUIET:
        return "nothing changes for long"
    joint = " and " if rule.require is Require.ALL else " or "
    return one_line(joint.join(map(str, rule.success)))


def as_table(rule: RuleSettings) -> Iterator[str]:
    """The lines of its table in a settings file; what goes without saying is left out."""
    yield f"[rules.{rule.name}]"
    for name, value in as_record(rule).items():
        items = cast("list[object]", value) if isinstance(value, list) else []
        if any(isinstance(item, dict) for item in items):
            yield f"{name} = ["
            yield from (f"  {_written(item)}," for item in items)
            yield "]"
        else:
            yield f"{name} = {_written(cast('object', value))}"


def as_record(rule: RuleSettings) -> dict[str, object]:
    """What it says, under the names of the settings file, but for its own name."""
    plain = RuleSettings(rule.name, rule.kind)
    said = {name: getattr(rule, name) for name in RULE_FIELDS[rule.kind]}
    return {
        name: _plain(value)
        for name, value in said.items()
        if name == "kind" or value != getattr(plain, name)
    }


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(item) for item in cast("Sequence[object]", value)]
    if not isinstance(value, Marker):
        return value
    said = {item.name: getattr(value, item.name) for item in fields(value)}
    return {
        name: one
        for name, one in said.items()
        if name == "file" or one != getattr(Marker(""), name)
    }


def _written(value: object) -> str:
    """As TOML; a regular expression is best read between single quotes."""
    if isinstance(value, dict):
        pairs = cast("Mapping[str, object]", value).items()
        return f"{{ {', '.join(f'{name} = {_written(one)}' for name, one in pairs)} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_written, cast('list[object]', value)))}]"
    if isinstance(value, str) and "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
