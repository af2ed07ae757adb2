"""Which names a file can have: one rule for all, so that what was packed can be extracted."""

import re

from core.ports.packaging import LONGEST_NAME

MAX_NAME = LONGEST_NAME
MAX_COMPONENT = 255

_DRIVE = re.compile(r"[A-Za-z]:")
# What nearly all names are like, and nothing is wrong with: saves looking at them in detail.
_PLAIN_PART = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,100}"
_PLAIN = re.compile(rf"{_PLAIN_PART}(?:/{_PLAIN_PART}){{0,30}}")


def name_problem(name: str) -> str:
    """Why no file can have this name (a directory's without its trailing slash); "" when it can.

    Control characters are legal in file names and harmless to extract; only NUL is not.
    """
    if _PLAIN.fullmatch(name):
        return ""
    try:
        encoded = name.encode()
    except UnicodeEncodeError:
        return "the name is not UTF-8"
    if "\0" in name:
        return "the name contains a NUL character"
    if "\\" in name:
        return "the name contains a backslash, which other systems take for a separator"
    if name.startswith("/") or _DRIVE.match(name):
        return "the name is absolute"
    return _component_problem(encoded)


def _component_problem(encoded: bytes) -> str:
    components = encoded.split(b"/")
    if not {b"", b".", b".."}.isdisjoint(components):
        return "the name has an empty part, or one that is . or .."
    if len(encoded) > MAX_NAME or max(map(len, components)) > MAX_COMPONENT:
        return "the name is too long"
    return ""
