"""One setting in a TOML text set or taken out: all other bytes stay where they are.

What is new is put where a user would: beside the settings of its table, and a new table at the end.
Comments stay, with whatever they stand above; tomlkit by itself puts a new setting below the comment
of the table that follows, and takes that comment out along with the table before it.
"""

import tomllib
from collections.abc import Sequence
from typing import Any, cast

import tomlkit
from tomlkit.items import Item

from storage.settings.lines import Keys, Statement, statements


def with_value(text: str, keys: Keys, value: object) -> str:
    """A *valid* TOML text in which `keys` have this value. Raises ValueError where that cannot be written."""
    place, name = keys[:-1], keys[-1]
    beside = [s for s in statements(text) if s.keys[:-1] == place and not s.is_header]
    headers = [s for s in statements(text) if s.is_header and s.keys == place]
    there = lookup(tomllib.loads(text), place)
    if isinstance(there, dict) and (name in there or not (beside or headers or not place)):
        return _replaced(text, keys, value)
    if beside or headers:
        return _inserted(text, (beside or headers)[-1], keys, value)
    if not place:
        return _at_the_top(text, _pair(keys, value))
    return f"{_ended(text)}{_gap(text)}[{_dotted(place)}]\n{_pair((name,), value)}"


def without(text: str, keys: Keys) -> str:
    """A *valid* TOML text in which `keys`, a setting or a table with all below it, are no more."""
    gone = [s for s in statements(text) if s.keys[: len(keys)] == keys]
    if not gone:
        return _removed(text, keys)
    for first, last in reversed(_stretches(text, gone)):
        text = text[: _after_gap(text, first)] + text[last.end :]
    return text


def lookup(table: object, keys: Keys) -> object:
    """What is at `keys`; None when there is nothing."""
    for key in keys:
        table = cast("dict[str, object]", table).get(key) if isinstance(table, dict) else None
    return table


def _replaced(text: str, keys: Keys, value: object) -> str:
    """With the comment that is behind it. Also a new one in an inline table."""
    document: Any = tomlkit.parse(text)
    table = document
    for key in keys[:-1]:
        table = table[key]
    table[keys[-1]] = _item(value)
    return document.as_string()


def _removed(text: str, keys: Keys) -> str:
    """Out of an inline table."""
    document: Any = tomlkit.parse(text)
    table = document
    for key in keys[:-1]:
        table = table[key]
    del table[keys[-1]]
    return document.as_string()


def _inserted(text: str, after: Statement, keys: Keys, value: object) -> str:
    """In the line after another one of the same table, and as far to the right."""
    written = text[after.start : after.end]
    indent = written[: len(written) - len(written.lstrip(" \t"))]
    pair = _pair(keys[len(after.table) :], value)
    return f"{_ended(text[: after.end])}{indent}{pair}{text[after.end :]}"


def _at_the_top(text: str, pair: str) -> str:
    """Above the first table and the comment that is right above that."""
    first = next(statements(text), None)
    if first is None:
        return _ended(text) + pair
    if not first.is_header:
        return text[: first.start] + pair + text[first.start :]
    start = first.start
    while (line := _line_before(text, start)).lstrip(" \t").startswith("#"):
        start -= len(line)
    return f"{text[:start]}{pair}\n{text[start:]}"


def _stretches(text: str, gone: Sequence[Statement]) -> list[tuple[Statement, Statement]]:
    """First and last of the statements that follow each other with nothing but their own comments between."""
    order = list(statements(text))
    stretches: list[tuple[Statement, Statement]] = []
    for statement in gone:
        before = order[order.index(statement) - 1] if order.index(statement) else None
        if stretches and before == stretches[-1][1] and not statement.is_header:
            stretches[-1] = (stretches[-1][0], statement)
        else:
            stretches.append((statement, statement))
    return stretches


def _after_gap(text: str, first: Statement) -> int:
    """Where what is taken out begins: a table goes with the empty line above it."""
    before = _line_before(text, first.start)
    return first.start - len(before) if first.is_header and not before.strip() else first.start


def _line_before(text: str, start: int) -> str:
    """With its end; empty at the beginning."""
    return text[text.rfind("\n", 0, start - 1) + 1 : start] if start else ""


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"


def _gap(text: str) -> str:
    return "\n" if text.strip() else ""


def _pair(keys: Keys, value: object) -> str:
    return f"{_dotted(keys)} = {_item(value).as_string()}\n"


def _dotted(keys: Keys) -> str:
    return tomlkit.key(list(keys)).as_string()


def _item(value: Any) -> Item:
    """Lists and tables in one line."""
    if isinstance(value, dict):
        table = tomlkit.inline_table()
        for key, inner in cast("dict[str, object]", value).items():
            table.append(key, _item(inner))
        return table
    if isinstance(value, list):
        array = tomlkit.array()
        array.extend(map(_item, cast("list[object]", value)))  # pyright: ignore[reportUnknownMemberType] - tomlkit's
        return array
    return cast("Item", tomlkit.item(value))
