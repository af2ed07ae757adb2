"""Text that is safe to print in one line."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.printable import printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("RUN4 é ☂ 漢字 [red]", "RUN4 é ☂ 漢字 [red]"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("bad\udcff", "bad\\xff"),
        ("evil\u202egpj", "evil\\u202egpj"),
        ("\ud800", "\\ud800"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    """What moves the cursor, turns the direction or is no character shows as an escape."""
    assert printable(text) == shown


@given(st.text(st.characters(codec=None)))
@settings(derandomize=True)
def test_always_one_encodable_line(text: str) -> None:
    """Whatever a name holds."""
    assert len(printable(text).encode().splitlines()) <= 1
