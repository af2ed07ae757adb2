"""Private keys in PEM, whole or torn off."""

import re
from bisect import bisect_left

from core.redaction.spans import Source, Span

_BEGIN = re.compile(r"-----begin [a-z0-9 ]{0,40}private key(?: block)?-----")
_END = re.compile(r"-----end [a-z0-9 ]{0,40}private key(?: block)?-----")
# What can stand in a key block whose end is missing; the escapes and borders of a wrapped one too.
_BODY = re.compile(
    r"(?:(?:\s|\\[nr])*+ (?:proc-type|dek-info|version|comment):[^\n\\]*+)*+ [a-z0-9+/=\s\\│|-]*+",
    re.VERBOSE,
)


def find_private_keys(source: Source) -> list[Span]:
    """Key blocks, from the first BEGIN to the END that follows, or to what is no key any more."""
    folded = source.folded
    if "private key" not in folded:
        return []
    ends = [end.span() for end in _END.finditer(folded)]
    spans: list[Span] = []
    for begin in _BEGIN.finditer(folded):
        start, body = begin.span()
        if not spans or start >= spans[-1][1]:
            following = bisect_left(ends, (body, body))
            end = ends[following][1] if following < len(ends) else _torn_off(folded, body)
            spans.append((start, end))
    return spans


def _torn_off(folded: str, start: int) -> int:
    body = _BODY.match(folded, start)
    return body.end() if body else start
