"""Which entries of a run the patterns of its kind exclude."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
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
    name = path.rpartition("/")[2]
    for pattern in patterns:
        if is_directory or not pattern.endswith("/"):
            for glob in _globs(pattern):
                if fnmatchcase(name, glob) or fnmatchcase(path, glob):
                    return pattern
    return ""


@cache
def _globs(pattern: str) -> Sequence[str]:
    """A `**/` means no directory as well."""
    glob = _composed(pattern.removesuffix("/"))
    return tuple(dict.fromkeys((glob, glob.replace("**/", ""))))


def _composed(text: str) -> str:
    """A name is meant however its accents are written."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)
