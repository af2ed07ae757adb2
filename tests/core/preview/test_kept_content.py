"""What is looked at in two ways is fetched once."""

import pytest

from core.errors import StoreConnectionError
from core.preview.kept_content import KeptContent
from core.preview.text import TextReading
from tests.fakes.content import FakeContent

LINES = b"".join(b"line %d\n" % number for number in range(1000))


def test_fetched_once() -> None:
    """One goes on where the other one stopped; both see all of it."""
    source = FakeContent(LINES, block=100)
    kept = KeptContent(source)
    one, other = TextReading(kept), TextReading(kept)
    one.more(250)
    assert source.taken == 300
    other.more()
    one.more()
    assert one.raw_lines(0, 2000) == other.raw_lines(0, 2000) == LINES.decode().split("\n")[:-1]
    assert (source.begun, source.taken, source.open) == (1, len(LINES), 0)


def test_error_for_all() -> None:
    """What could not be read to its end is whole for nobody."""
    kept = KeptContent(FakeContent(LINES, error=StoreConnectionError("gone")))
    readings = TextReading(kept), TextReading(kept)
    for text in readings:
        with pytest.raises(StoreConnectionError):
            text.more()
    assert not any(text.complete for text in readings)


def test_left_by_one() -> None:
    """Who stops takes nothing away from the other one."""
    source = FakeContent(LINES, block=100)
    kept = KeptContent(source)
    one, other = TextReading(kept), TextReading(kept)
    one.more(250)
    one.close()
    other.more()
    assert (other.complete, other.line_count) == (True, 1000)
