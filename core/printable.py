r"""Text from disk or store, made safe to print in one line.

`\\` is a backslash, `\xNN` a byte that is no UTF-8 (or a control character below 0x80), `\uNNNN` and
`\UNNNNNNNN` a character; `\n`, `\r` and `\t` are what they are everywhere.
"""

import re
from collections.abc import Container

from core.redaction import redact

_LINE = 300
_READ = 4096
_DANGEROUS = (
    "\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    "\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Controls, directions, what is invisible (fillers too), and what is no character.

Without the selectors of variants, which are part of what emoji are seen as.
"""
_JOINED = "[\u0300-\u1fff\u2190-\ufdff\ufe0f\U0001f000-\U0001faff]"
_JOINER = f"(?<={_JOINED})[\u200c\u200d](?={_JOINED})"
"""Within Persian or Indic words and emoji: part of how they are written. Compiled for who needs it."""
_HARMFUL = re.compile(f"[{_DANGEROUS}]")
_ESCAPED = re.compile(f"[{_DANGEROUS}\\\\]")
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\"}
_SURROGATE_BYTE = range(0xDC80, 0xDD00)
_LONGEST = 240
_UTF8 = "utf-8"


class _Terminal:
    """The one of this process."""

    encoding = _UTF8
    drawn: Container[int] = ()


_terminal = _Terminal()


def printable(name: str) -> str:
    r"""A path, key or name with escapes such as `\x1b`, from which it can be told exactly."""
    return _ESCAPED.sub(_escape, name)


def harmless(text: str) -> str:
    """Finished text, in which names are printable already, with escapes for what is not."""
    text = _HARMFUL.sub(_escape, text)
    if _terminal.encoding == _UTF8 or text.isascii():
        return text
    drawn, encoding = _terminal.drawn, _terminal.encoding
    return "".join(c if ord(c) in drawn else encodable(c, encoding) for c in text)


def show_in(encoding: str, drawn: Container[int] = ()) -> None:
    """From now on `harmless` text, in this process, is what a terminal of this encoding can show.

    The characters with the codes `drawn` are left to whoever draws them otherwise.
    """
    _terminal.encoding, _terminal.drawn = encoding, drawn


def unprintable(text: str) -> str:
    """The first character that nobody sees, or sees otherwise, as its escape; empty without one.

    Joiners count where they join nothing only.
    """
    found = _HARMFUL.search(re.sub(_JOINER, "", text))
    return _escape(found) if found else ""


def brief(name: str) -> str:
    """`printable`, without the middle of what is very long: a path may have any length."""
    return shorter(printable(name))


def shorter(text: str) -> str:
    """Without the middle of what is very long: both ends tell more."""
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]}…{text[-half:]}"


def encodable(text: str, encoding: str) -> str:
    """`text` with escapes for the characters that `encoding` does not have."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(
            character if _has(encoding, character) else _code(ord(character)) for character in text
        )
    return text


def _has(encoding: str, character: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in _NAMED:
        return _NAMED[character]
    code = ord(character)
    if code in _SURROGATE_BYTE:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x80 else _code(code)  # noqa: PLR2004 - above it, \x is a byte


def _code(code: int) -> str:
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004


def one_line(raw: bytes | str) -> str:
    """Text or name with its white space made single, printable, redacted, at most 300 characters.

    Redacted before it is cut: half a secret is not recognised as one.
    """
    start = raw[:_READ]
    text = start.decode("utf-8", "surrogateescape") if isinstance(start, bytes) else start
    line = redact(harmless(" ".join(text.split())))
    return line if len(line) <= _LINE else f"{line[: _LINE - 1]}…"
