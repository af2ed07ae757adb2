"""Patterns for paths below a directory, as they are written in settings.

A part of a path between two slashes is matched as a shell does: `*` and `?` do not cross a slash, `[abc]`
and `[!abc]` stand for one character. Each takes time in proportion to the path's length at most squared.
"""

import re
from collections.abc import Iterator, Sequence
from fnmatch import translate

_STAR = "[^/]*"
_WILD = re.compile(r"[*?\[]")
_ONE_OF = re.compile(r"\{([^{}]*,[^{}]*)\}")
_MOST_NAMES = 200
_PIECE = re.compile(r"\*+|\[!?\]?[^\]]*\]|.", re.DOTALL)


def has_wildcards(pattern: str) -> bool:
    """Whether it may match what it does not spell."""
    return bool(_WILD.search(pattern) or _ONE_OF.search(pattern))


def file_expression(pattern: str) -> str:
    """A regular expression for the whole of a path. A `*`, `?` or `[` at the beginning of a part takes no dot there.

    `**` as a part of its own is any number of directories, none of which begins with a dot. `{a,b}` is a or b.
    """
    return "|".join(map(_file, spelled_out(pattern)))


def spelled_out(pattern: str) -> list[str]:
    """All that it says with its braces; ValueError when that is too much."""
    waiting, found = [pattern], list[str]()
    while waiting:
        if len(waiting) + len(found) > _MOST_NAMES:
            raise ValueError("says too much with its braces")
        one = waiting.pop(0)
        if braces := _ONE_OF.search(one):
            before, after = one[: braces.start()], one[braces.end() :]
            waiting += [f"{before}{between}{after}" for between in braces[1].split(",")]
        else:
            found.append(one)
    return found


def _file(pattern: str) -> str:
    *directories, name = pattern.split("/")
    above = "".join(
        r"(?:(?!\.)[^/]+/)*" if part == "**" else f"{_shown(part)}/" for part in directories
    )
    return f"{above}{_shown(name)}"


def covered_expression(patterns: Sequence[str]) -> str:
    """A regular expression for the whole of any path that one of `patterns` covers, as git ignores it.

    A pattern without a slash inside is a name anywhere; one with a slash at its end is a directory.
    What lies in a directory that is covered is covered, too. No pattern covers nothing.
    """
    return "|".join(map(_covered, patterns)) or r"(?!)"


def _covered(pattern: str) -> str:
    path = pattern.rstrip("/")
    anywhere = "" if "/" in path else r"(?:[^/]+/)*"
    whole = "".join(_steps(path))
    return f"(?:{anywhere}{whole}{'/(?s:.+)' if path != pattern else '(?:/(?s:.+))?'})"


def _steps(path: str) -> Iterator[str]:
    *directories, name = path.split("/")
    for part in directories:
        yield r"(?:[^/]+/)*" if part == "**" else f"{_part(part)}/"
    yield _part(name)


def _shown(part: str) -> str:
    return rf"(?!\.){_part(part)}" if _WILD.match(part) else _part(part)


def _part(part: str) -> str:
    """Between two stars the first place that fits is taken, and never looked at again."""
    first, *others = _between_stars(part)
    *middle, last = others or [""]
    stars = "".join(f"(?>{_STAR}?{fixed})" for fixed in middle)
    return f"{first}{stars}{_STAR}{last}" if others else first


def _between_stars(part: str) -> list[str]:
    fixed = [""]
    for piece in _PIECE.findall(part):
        if piece.startswith("*"):
            fixed.append("")
        else:
            fixed[-1] += _one(piece)
    return fixed


def _one(written: str) -> str:
    """What one character is matched by."""
    if written == "?":
        return "[^/]"
    if len(written) == 1:
        return re.escape(written)
    found = translate(written)  # a set, which may hold no slash whatever it says
    return f"(?!/){found[found.index(':') + 1 : found.rindex(')')]}"
