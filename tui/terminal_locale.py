"""What the terminal can show, as far as its locale says."""

import codecs
import sys
from collections.abc import Mapping

UTF8 = "utf-8"
_ASCII = "ascii"
_OF_PYTHON = frozenset({"C.UTF-8", "C.utf8"})
"""What Python puts into LC_CTYPE where nothing, or C, was said."""
_NOTHING = frozenset({"", "C", "POSIX"})
_WIDE = ("ja", "ko", "zh")
"""Languages whose terminals may draw signs as wide as their letters."""


def terminal_encoding(environ: Mapping[str, str]) -> str:
    """The name of a codec; a page in a browser has UTF-8, whatever the locale."""
    if "web" in environ.get("TEXTUAL_DRIVER", ""):
        return UTF8
    name = _locale_name(environ)
    said = name.partition(".")[2].partition("@")[0]
    if name in _NOTHING:
        return _ASCII
    try:
        return codecs.lookup(said or sys.getfilesystemencoding()).name
    except LookupError:
        return _ASCII


def has_narrow_signs(environ: Mapping[str, str]) -> bool:
    """Whether it has them at all, and as wide as letters."""
    return terminal_encoding(environ) == UTF8 and not _locale_name(environ).startswith(_WIDE)


def _locale_name(environ: Mapping[str, str]) -> str:
    if everything := environ.get("LC_ALL"):
        return everything
    characters = environ.get("LC_CTYPE", "")
    if characters and characters not in _OF_PYTHON:
        return characters
    return environ.get("LANG", "")
