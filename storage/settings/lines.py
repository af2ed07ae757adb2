"""What stands where in a TOML text; the standard library's parser does not tell."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

Keys = tuple[str, ...]

_DEEPEST = 8
"""Keys that are nested deeper are found on the line of those around them."""

_TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"""'
    r"|'''.*?'''"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[{]|[\]}]|\n",
    re.DOTALL,
)
_NAME = r"""(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)"""
_DOTTED = rf"{_NAME}(?:[ \t]*\.[ \t]*{_NAME})*"
_TABLE = re.compile(rf"[ \t]*\[\[?[ \t]*({_DOTTED})[ \t]*\]")
_PAIR = re.compile(rf"[ \t]*({_DOTTED})[ \t]*=")


@dataclass(frozen=True)
class Statement:
    """A table's header, or a key with its value, with all lines that it takes.

    `keys` are whole, also below a header; those of that `table` come first. The text goes from `start` to `end`.
    """

    keys: Keys
    table: Keys
    line: int
    start: int
    end: int

    @property
    def is_header(self) -> bool:
        """Whether a table begins here."""
        return self.keys == self.table


def statements(text: str) -> Iterator[Statement]:
    """Those of a *valid* TOML text, from its beginning. What is inside an inline table is none."""
    table: Keys = ()
    for (line, start), (_, end) in pairwise((*_lines(text), (0, len(text)))):
        if header := _TABLE.match(text, start):
            table = _keys(header[1])
            yield Statement(table, table, line, start, end)
        elif pair := _PAIR.match(text, start):
            yield Statement(table + _keys(pair[1]), table, line, start, end)


def key_lines(text: str) -> dict[Keys, int]:
    """The line (from 1) of every table and key of a *valid* TOML text.

    Keys inside an inline table are on the line of the table, and are not listed.
    """
    lines: dict[Keys, int] = {}
    for statement in statements(text):
        keys, table = statement.keys, statement.table
        if statement.is_header:
            lines.setdefault(keys, statement.line)
        for length in range(len(table) + 1, min(len(keys), _DEEPEST) + 1):
            lines.setdefault(keys[:length], statement.line)
    return lines


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Line and offset of each line that does not continue a string, an array or a table."""
    line, depth = 1, 0
    yield 1, 0
    for token in _TOKEN.finditer(text):
        found = token[0]
        line += found.count("\n")
        if found in "[{":
            depth += 1
        elif found in "]}":
            depth -= 1
        elif found == "\n" and depth == 0:
            yield line, token.end()


def _keys(dotted: str) -> Keys:
    """`a."b.c"` as a tuple, by the parser that knows how."""
    keys: list[str] = []
    table = tomllib.loads(f"{dotted} = 0")
    while table:
        ((key, value),) = table.items()
        keys.append(key)
        table = cast("dict[str, object]", value) if isinstance(value, dict) else {}
    return tuple(keys)
