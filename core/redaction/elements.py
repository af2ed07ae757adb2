"""Elements: XML elements named after a secret, as in the error bodies of S3, whole or torn off."""

import re

from core.redaction.names import Name
from core.redaction.spans import Span
from core.redaction.values import is_placeholder

# The rest of the opening tag behind the name; also of XML in HTML or JSON.
_TAG = re.compile(r"(?: [^<>\n]{0,200}?)?(>|&(?:amp;){0,3}gt;|\\u003e)(?P<cdata><!\[cdata\[)?")
# What the `>` of each is the counterpart of: `<`, `&lt;`, `\u003c`
_COUNTERPART = str.maketrans("g>e", "l<c")
_CDATA_END = "]]>"
_NAMESPACE = "abcdefghijklmnopqrstuvwxyz0123456789_.-:"
_WORD = re.compile(r"\S*+")


def element_spans(folded: str, name: Name) -> list[Span]:
    """The content of the element of this name, if it is one.

    An element that is never closed, because the text was cut, ends with its first word; a signed
    request, which has many lines, with the text. That way `<password>` may stand in a sentence.
    """
    tag = _TAG.match(folded, name.end)
    if not tag:
        return []
    opening = tag[1].translate(_COUNTERPART)
    if not name.before.rstrip(_NAMESPACE).endswith(opening):
        return []
    start, end = tag.end(), folded.find(_CDATA_END if tag["cdata"] else opening, tag.end())
    is_closed = end >= 0 and (tag["cdata"] or folded.startswith(opening + "/", end))
    end = len(folded) if end < 0 else end
    if not is_closed and name.kind != "request":
        word = _WORD.match(folded, start, end)
        end = word.end() if word else start
    return [] if is_placeholder(folded[start:end]) else [(start, end)]
