"""Etags as the server made them: what compresses answers on the way marks those in their headers."""

import re
from collections.abc import MutableMapping

OF_HEADERS = ("GetObject", "HeadObject", "PutObject", "UploadPart")
"""Operations whose answers have an etag there; those in a body are changed by nobody."""
_MARKED = re.compile(r'(?P<weak>W/)?"?(?P<tag>[^"]*?)(?P<coding>-{1,2}(?:gzip|br|zstd|deflate))?"?')


def mend_etag(headers: MutableMapping[str, str]) -> bool:
    """Takes off `W/` (nginx) and `-gzip` (Apache), which no server knows in a condition or among parts.

    Whether there was any.
    """
    found = _MARKED.fullmatch(headers.get("etag", ""))
    if not found or not (found["weak"] or found["coding"]):
        return False
    headers["etag"] = f'"{found["tag"]}"'
    return True
