"""Which entries of a run the patterns of its kind exclude."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from core.ports.tree import EntryType, TreeEntry


def excluded(entries: Iterable[TreeEntry], patterns: Sequence[str]) -> Mapping[str, str]:
    """The pattern that excludes an entry, by path; entries are sorted: directories before what is in them."""
    found: dict[str, str] = {}
    for entry in entries if patterns else ():
        above = found.get(entry.path.rpartition("/")[0], "")
        is_directory = entry.type is EntryType.DIRECTORY
        if pattern := above or _excluding(entry.path, patterns, is_directory=is_directory):
            found[entry.path] = pattern
    return found


def is_excluded_directory(path: str, patterns: Sequence[str]) -> bool:
    """Whether a directory, or one that it lies in, is excluded."""
    parts = path.strip("/").split("/")
    above = ("/".join(parts[:depth]) for depth in range(1, len(parts) + 1))
    return any(_excluding(place, patterns, is_directory=True) for place in above)


def _excluding(path: str, patterns: Sequence[str], *, is_directory: bool) -> str:
    path = _composed(path)
    for pattern in patterns:
        if (is_directory or not pattern.endswith("/")) and _expression(pattern).fullmatch(path):
            return pattern
    return ""


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    """As git ignores: a name anywhere, or a path from the run on."""
    from core.path_patterns import covered_expression  # a listing of jobs needs no patterns

    return re.compile(covered_expression([_composed(pattern.rstrip("/"))]))


def _composed(text: str) -> str:
    """A name is meant however its accents are written."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)
