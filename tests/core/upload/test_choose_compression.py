"""Which compression an upload gets."""

from datetime import UTC, datetime

import pytest

from core.pace.throttle import Throttle
from core.ports.journal.uploads import LinkRate
from core.ports.packaging import Compression
from core.upload.choose_compression import BREAK_EVEN, ChooseCompression
from tests.fakes.journal import FakeJournal

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SLOW, FAST_ENOUGH = BREAK_EVEN - 1, BREAK_EVEN


@pytest.mark.parametrize(
    ("limit", "measured", "chosen"),
    [
        (0, 0, Compression.FAST),
        (0, FAST_ENOUGH, Compression.FAST),
        (0, SLOW, Compression.COMPACT),
        (FAST_ENOUGH, 0, Compression.FAST),
        (SLOW, 0, Compression.COMPACT),
        (SLOW, 10**9, Compression.COMPACT),
        (10**9, SLOW, Compression.COMPACT),
    ],
)
def test_the_slower_of_limit_and_link_decides(
    limit: int, measured: int, chosen: Compression
) -> None:
    """Below the break-even compact; what is not known is not slow."""
    journal = FakeJournal()
    journal.put_link_rate(LinkRate(measured, NOON) if measured else None)
    assert ChooseCompression(None, journal, Throttle(limit))() is chosen


def test_chosen_anew_each_time() -> None:
    """A limit that is set or lifted counts from the next upload on."""
    throttle = Throttle()
    choose = ChooseCompression(None, FakeJournal(), throttle)
    throttle.set_limit(SLOW)
    assert choose() is Compression.COMPACT
    throttle.set_limit(0)
    assert choose() is Compression.FAST


@pytest.mark.parametrize("wanted", Compression)
def test_the_setting_outranks_both(wanted: Compression) -> None:
    """Who wants one gets it, whatever the link."""
    journal = FakeJournal()
    for measured in (SLOW, FAST_ENOUGH):
        journal.put_link_rate(LinkRate(measured, NOON))
        assert ChooseCompression(wanted, journal, Throttle(measured))() is wanted
