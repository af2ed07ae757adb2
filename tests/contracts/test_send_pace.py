"""What every pace promises who sends: the one that counts, the one without and the one with a limit."""

from collections.abc import Callable

import pytest

from core.pace.limited_pace import LimitedPace
from core.pace.throttle import Throttle
from core.ports.send_pace import AtOnce, SendPace
from core.progress import Progress
from tests.fakes.clock import FixedClock
from tests.fakes.send_pace import CountingPace


def limited() -> SendPace:
    return LimitedPace(Throttle(1 << 30), FixedClock(), Progress())


@pytest.mark.parametrize("new", [lambda: CountingPace(5), AtOnce, limited])
def test_ends(new: Callable[[], SendPace]) -> None:
    """Each time some bytes go, and no more than were asked for; so everything goes in the end."""
    pace = new()
    for _ in range(2):
        left = 12
        with pace.request() as allow:
            while left:
                allowed = allow(left)
                assert 1 <= allowed <= left
                left -= allowed
