"""Text that is safe to print in one line."""

import codecs
import os
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.printable import encodable, harmless, printable, show_in

any_text = st.text(st.characters(codec=None))
any_path = st.binary().map(os.fsdecode)


def told(shown: str) -> str:
    """The name that was printed, by the rules that the documentation gives."""
    known = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}

    def read(match: re.Match[str]) -> str:
        code = match[1]
        if code in known:
            return known[code]
        number = int(code[1:], 16)
        return chr(number + 0xDC00 if code[0] == "x" and number >= 0x80 else number)

    pattern = r"\\([nrt\\]|x[0-9a-f]{2}|u[0-9a-f]{4}|U[0-9a-f]{8})"
    return re.sub(pattern, read, shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("RUN4 é ☂ 漢字 [red]", "RUN4 é ☂ 漢字 [red]"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b31m", "\\u009b31m"),
        ("bad\udcff", "bad\\xff"),
        ("evil\u202egpj", "evil\\u202egpj"),
        ("\u061c\u00ad\U000e0041", "\\u061c\\u00ad\\U000e0041"),
        ("\ud800", "\\ud800"),
        ("fill\u3164\u115f\uffa0ed", "fill\\u3164\\u115f\\uffa0ed"),
        ("\u2764\ufe0f", "\u2764\ufe0f"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    """What moves the cursor, turns the direction or is no character shows as an escape."""
    assert printable(text) == harmless(text) == shown


@given(any_path)
@settings(derandomize=True)
def test_told_exactly(path: str) -> None:
    """Whatever bytes a path has can be made of what is shown, on a terminal of any encoding."""
    shown = printable(path)
    assert told(shown) == path
    assert told(encodable(shown, "ascii")) == path
    assert told(encodable(shown, "latin-1")) == path


@given(any_text)
@settings(derandomize=True)
def test_always_one_encodable_line(text: str) -> None:
    """Whatever a name holds, once or twice."""
    assert len(printable(text).encode().splitlines()) <= 1
    assert harmless(printable(text)) == printable(text)
    assert harmless(harmless(text)) == harmless(text)


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8", "cp1252"])
def test_encodable(encoding: str) -> None:
    """What the terminal does not have is an escape, the rest is as it was."""
    assert encodable("RUN4", encoding) == "RUN4"
    assert codecs.decode(encodable("é ☂ 😀", encoding).encode(encoding), encoding)
    assert encodable("☂ 😀", "ascii") == "\\u2602 \\U0001f600"


def test_what_the_terminal_lacks() -> None:
    """It is escaped as bytes that are no text are, but for what is drawn otherwise."""
    try:
        show_in("latin-1", {ord("●")})
        assert harmless("● Zürich 東\x1b") == r"● Zürich \u6771\x1b"
        assert printable("東") == "東"  # by which names are found
        show_in("ascii")
        assert harmless("● Zürich") == r"\u25cf Z\u00fcrich"
    finally:
        show_in("utf-8")
    assert harmless("● Zürich 東") == "● Zürich 東"
