"""Glyphs that say no more than is known."""

import pytest

from core.finish.rule import Check
from tui.wording.signs import check_mark


@pytest.mark.parametrize(
    ("passed", "looked", "mark"), [(True, True, "✓"), (False, True, "✗"), (True, False, "·")]
)
def test_check_mark(passed: bool, looked: bool, mark: str) -> None:
    """What was not looked at has no tick."""
    assert check_mark(Check("a", passed, "b", looked=looked)) == mark
