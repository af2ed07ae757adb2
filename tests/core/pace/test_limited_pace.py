"""The limit on what goes out: which bytes wait for it, and which request is the next."""

import threading
from collections.abc import Iterator

import pytest

from core.errors import TransferCancelledError
from core.pace.limited_pace import LimitedPace
from core.pace.throttle import Throttle
from core.ports.send_pace import AtOnce
from core.progress import Progress
from tests.fakes.clock import FixedClock

KB, MB = 1000, 1_000_000


class Waiting(Progress):
    """Time passes only by waiting for the limit."""

    def __init__(self, clock: FixedClock) -> None:
        super().__init__()
        self._clock = clock
        self.waits = list[float]()

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self._clock.advance(seconds)
        self.check_cancelled()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def progress(clock: FixedClock) -> Waiting:
    return Waiting(clock)


def send(pace: LimitedPace, size: int) -> Iterator[int]:
    """One request; how many bytes went out at a time."""
    with pace.request() as allow:
        while size:
            sent = allow(size)
            size -= sent
            yield sent


def test_a_part_goes_out_evenly(clock: FixedClock, progress: Waiting) -> None:
    """3 MB/s are never an 8 MiB burst every three seconds."""
    pieces = list(send(LimitedPace(Throttle(3 * MB), clock, progress), 8 << 20))
    assert sum(pieces) == 8 << 20
    assert max(pieces) <= 300 * KB
    assert max(progress.waits) <= 0.25
    assert 2.7 < clock.monotonic() < 2.9


def test_without_a_limit_nothing_waits(clock: FixedClock, progress: Waiting) -> None:
    """All at once, and the upload knows that it was not held."""
    pace = LimitedPace(Throttle(), clock, progress)
    assert list(send(pace, MB)) == [MB]
    assert not progress.waits
    assert not pace.held
    with AtOnce().request() as allow:
        assert allow(MB) == MB


def test_a_limit_that_is_set_meanwhile(clock: FixedClock, progress: Waiting) -> None:
    """It counts for what is on its way."""
    throttle = Throttle()
    pace = LimitedPace(throttle, clock, progress)
    with pace.request() as allow:
        assert allow(100 * KB) == 100 * KB
        throttle.set_limit(10 * KB)
        assert allow(100 * KB) == KB
    assert pace.held


@pytest.mark.parametrize(("limit", "at_a_time"), [(3 * MB, 1), (20 * MB, 3), (0, 4)])
def test_as_few_requests_as_it_takes(
    clock: FixedClock, progress: Waiting, limit: int, at_a_time: int
) -> None:
    """What is sent one after the other is whole, and kept, sooner."""
    pace = LimitedPace(Throttle(limit), clock, progress)
    begun, go_on = threading.Semaphore(0), threading.Semaphore(0)

    def part() -> None:
        with pace.request():
            begun.release()
            assert go_on.acquire(timeout=10)

    threads = [threading.Thread(target=part) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(at_a_time):
        assert begun.acquire(timeout=10)
    if at_a_time < len(threads):
        assert not begun.acquire(timeout=0.05)
    for _ in threads:
        go_on.release()
    for thread in threads:
        thread.join(10)


def test_who_waits_for_his_turn_can_be_cancelled(clock: FixedClock, progress: Waiting) -> None:
    """And whoever comes after him is not held up."""
    pace = LimitedPace(Throttle(MB), clock, progress)
    with pace.request():
        progress.cancel()
        with pytest.raises(TransferCancelledError), pace.request():
            pytest.fail("it was not his turn")
    with pace.request() as allow, pytest.raises(TransferCancelledError):
        allow(MB)
