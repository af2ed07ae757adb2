"""Text from disk or store, made safe to print in one line."""

import re

_ESCAPED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SURROGATE_BYTE = range(0xDC80, 0xDD00)
_LONGEST = 240


def printable(text: str) -> str:
    r"""`text` with control, direction and undecodable characters as escapes such as `\x1b`."""
    return _ESCAPED.sub(_escape, text)


def brief(text: str) -> str:
    """`printable`, without the middle of what is very long: a path may have any length."""
    shown = printable(text)
    half = _LONGEST // 2
    return shown if len(shown) <= _LONGEST else f"{shown[:half]}…{shown[-half:]}"


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in _NAMED:
        return _NAMED[character]
    code = ord(character)
    if code in _SURROGATE_BYTE:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"  # noqa: PLR2004
