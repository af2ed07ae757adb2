"""Strings: where a quoted value ends, however often the quotes were escaped."""

import re
from collections.abc import Iterator

from core.redaction.spans import Span

# A quote, or how it looks in JSON or a repr within another, in a URL, in HTML. Verbose.
QUOTE = r"""
    (?: \\{0,7} (?: ["'`] | &(?:amp;){0,3}(?:quot|apos|\#3[49]|\#x2[27]); | u002[27] )
      | %(?:25){0,3}2[27] )
"""
# A quote that may have the prefix of a Python string. Verbose.
OPENING = rf"[bruf]{{0,2}} {QUOTE}"
# A new line, likewise. Verbose.
NEW_LINE = r"(?: \\?\n | (?:\\{1,4}r)? \\{1,4}n )"

# A quote; the same quote three times.
_OPENING = re.compile(rf"[bruf]{{0,2}} ( ({QUOTE}) (?:\2\2)? )", re.VERBOSE)
# ("…", ["…", Secret("…
_WRAPPER = re.compile(
    rf"(?: [a-z_][\w.]{{0,40}} )? [(\[] \s{{0,40}} (?={OPENING} (?![,;)\]}}]|$))", re.VERBOSE
)
_NEXT_STRING = re.compile(rf"\s{{0,40}} ,? \s{{0,80}} (?={OPENING})", re.VERBOSE)

# What follows the end of a string; so does the end of the text.
_DELIMITERS = "\t\n ,;:)]}>\\\"'"
# A string may run on over this many characters of the lines that follow.
_RUN_ON = 2000
# Escaped five times over, a quote has this many backslashes.
_MOST_SLASHES = 32


def is_quoted(folded: str, start: int) -> bool:
    """Whether a string begins here."""
    return bool(_OPENING.match(folded, start))


def string_spans(folded: str, start: int) -> list[Span]:
    """The inside of the string at `start`, or of all strings of a list or call that begins here.

    A string that is never closed ends with its line.
    """
    if is_quoted(folded, start):
        return [next(_strings(folded, start))]
    wrapper = _WRAPPER.match(folded, start)
    return list(_strings(folded, wrapper.end())) if wrapper else []


def _strings(folded: str, start: int) -> Iterator[Span]:
    following: int | None = start
    while following is not None and (opening := _OPENING.match(folded, following)):
        end, following = _closing(folded, opening.end(), opening[1], opening[2])
        yield opening.end(), end
        gap = following is not None and _NEXT_STRING.match(folded, following)
        following = gap.end() if gap else None


def _closing(folded: str, start: int, opening: str, quote: str) -> tuple[int, int | None]:
    """Where the string ends, and where to read on: nowhere if it was never closed."""
    is_tripled = opening != quote
    bare = opening if is_tripled else quote.lstrip("\\")
    depth = len(opening) - len(bare)
    line_end, seen = -1, start
    while (found := folded.find(bare, seen)) >= 0:
        line_end = folded.find("\n", seen, found) if line_end < 0 else line_end
        if 0 <= line_end < found - _RUN_ON:
            break
        before = folded[max(start, found - _MOST_SLASHES) : found]
        slashes = len(before) - len(before.rstrip("\\"))
        following = found + len(bare)
        if is_tripled or _closes(depth, slashes, folded[following : following + 1]):
            return max(start, found - min(slashes, depth)), following
        seen = found + 1
    line_end = folded.find("\n", seen) if line_end < 0 else line_end
    return (len(folded) if line_end < 0 else line_end), None


def _closes(depth: int, slashes: int, following: str) -> bool:
    r"""Whether a quote behind so many backslashes ends a string that \-escapes opened.

    Behind surplus backslashes it may also be an escaped quote of which a repr doubled the
    backslash; then the value goes on, and no delimiter follows.
    """
    if slashes > depth and following not in _DELIMITERS:
        return False
    return _is_unescaped(depth, slashes)


def _is_unescaped(depth: int, slashes: int) -> bool:
    """An even number are escaped backslashes before a bare quote, which ends every string.

    With an odd number the quote is escaped: one level of escaping less, the same question again.
    """
    if slashes % 2 == 0:
        return True
    return depth > 0 and _is_unescaped((depth - 1) // 2, (slashes - 1) // 2)
