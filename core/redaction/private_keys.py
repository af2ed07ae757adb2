"""Private keys in PEM, whole or torn off."""

import re

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
    spans: list[Span] = []
    done = 0
    for begin in _BEGIN.finditer(folded) if "private key" in folded else ():
        if begin.start() >= done:
            end = _END.search(folded, begin.end()) or _BODY.match(folded, begin.end())
            done = end.end() if end else begin.end()
            spans.append((begin.start(), done))
    return spans
