"""Which directories are runs, by their names."""

import re
from dataclasses import dataclass
from functools import cache

_LONGEST = 4096
"""Characters that are matched at most: nobody's pattern may be kept busy by the name of a directory."""


@dataclass(frozen=True)
class RunName:
    """A run as its path tells it: where it is, and the number that it has there, if any."""

    path: str
    number: int | None


@dataclass(frozen=True)
class RunNames:
    """`patterns` are regular expressions for the last parts of a path; the first group is the number."""

    patterns: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join(self.patterns)

    def place_of(self, below: str) -> RunName | None:
        """The outermost run that `below`, a path below the root, is or is in."""
        parts = below.split("/")
        for depth in range(1, len(parts) + 1):
            if found := self.named(parts[:depth]):
                return found
        return None

    def named(self, parts: list[str]) -> RunName | None:
        """The run that the directory of these `parts` is by its own name."""
        for pattern in self.patterns:
            end = "/".join(parts[-pattern.count("/") - 1 :])
            if len(end) <= _LONGEST and (match := _compiled(pattern).fullmatch(end)):
                return RunName("/".join(parts), _number(match))
        return None


def _number(match: re.Match[str]) -> int | None:
    digits = match[1] if match.re.groups else ""
    return int(digits) if digits and digits.isascii() and digits.isdigit() else None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
