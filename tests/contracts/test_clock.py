"""What every clock does, the fake one and the machine's."""

from datetime import timedelta

import pytest

from core.ports.clock import Clock
from storage.machine.system import SystemClock
from tests.fakes.clock import FixedClock


@pytest.fixture(params=[FixedClock, SystemClock])
def clock(request: pytest.FixtureRequest) -> Clock:
    return request.param()


def test_utc(clock: Clock) -> None:
    """The wall clock says where it is, and it is in UTC."""
    assert clock.now().utcoffset() == timedelta(0)


def test_never_backwards(clock: Clock) -> None:
    """What came later was not earlier."""
    times = [clock.monotonic() for _ in range(3)]
    assert times == sorted(times)
