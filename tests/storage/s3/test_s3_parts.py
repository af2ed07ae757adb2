"""The threads that send parts."""

import weakref
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event, Lock, Semaphore, current_thread, main_thread

import pytest

from core.errors import StoreConnectionError, StoreError
from storage.s3.parts import PartSender

THREADS = 3


@pytest.fixture
def sender() -> Iterator[PartSender[int]]:
    sender = PartSender[int](THREADS, lambda: None)
    yield sender
    sender.stop(10)


class Part:
    """Stands for some megabytes."""


class Census:
    """Counts the parts that are alive."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._alive = 0
        self.peak = 0

    def born(self) -> Part:
        part = Part()
        with self._lock:
            self._alive += 1
            self.peak = max(self.peak, self._alive)
        weakref.finalize(part, self._died)
        return part

    def _died(self) -> None:
        with self._lock:
            self._alive -= 1


def test_receipts_in_order(sender: PartSender[int]) -> None:
    """Parts are sent elsewhere, side by side; their receipts come back in order."""
    first_may_end = Event()

    def send(number: int) -> int:
        assert current_thread() is not main_thread()
        if number == 0:
            assert first_may_end.wait(10)  # the others overtake it
        if number == 5:
            first_may_end.set()
        return number

    for number in range(6):
        sender.submit(partial(send, number))
    assert sender.drain() == list(range(6))


def test_memory_is_bounded(sender: PartSender[int]) -> None:
    """A fast writer waits for a slow network: a part per thread, one waiting, one being made."""
    census, gate, arrived = Census(), Event(), Semaphore(0)

    def send(part: Part) -> int:
        arrived.release()
        assert gate.wait(10)
        return id(part)

    def write() -> None:
        for _ in range(30):
            sender.submit(partial(send, census.born()))

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        for _ in range(THREADS):
            assert arrived.acquire(timeout=10)
        with pytest.raises(TimeoutError):
            writing.result(0.3)  # it waits
        gate.set()
        writing.result(10)
    sender.drain()
    assert census.peak <= THREADS + 2


def test_failure_surfaces(sender: PartSender[int]) -> None:
    """The first failure is raised by whatever is called next, every time."""
    failed = Event()

    def fail() -> int:
        failed.set()
        raise StoreConnectionError("gone")

    sender.submit(fail)
    assert failed.wait(10)
    for use in (sender.drain, sender.check, partial(sender.submit, fail)):
        with pytest.raises(StoreConnectionError, match="gone"):
            use()


def test_failure_wakes_the_writer(sender: PartSender[int]) -> None:
    """A writer that waits for room hears of a failure."""
    gate = Event()

    def fail() -> int:
        assert gate.wait(10)
        raise StoreConnectionError("gone")

    def write() -> None:
        while True:
            sender.submit(fail)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        gate.set()
        with pytest.raises(StoreConnectionError, match="gone"):
            writing.result(10)


def test_stop(sender: PartSender[int]) -> None:
    """Waiting parts are dropped, a retry under way is given up, no thread stays."""
    started, sent = Event(), list[bool]()

    def retry() -> int:
        started.set()
        sent.append(sender.pause(600))
        return 0

    for _ in range(THREADS + 1):
        sender.submit(retry)
    assert started.wait(10)
    sender.stop(10)
    sender.stop(10)
    assert set(sent) == {True}
    assert len(sent) <= THREADS


def test_stopped_by_another_thread(sender: PartSender[int]) -> None:
    """A writer that waits for room when the store is closed hears of it."""
    started = Event()

    def hang() -> int:
        started.set()
        sender.pause(600)
        return 0

    def write() -> None:
        while True:
            sender.submit(hang)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        assert started.wait(10)
        sender.stop(0)
        with pytest.raises(StoreError, match="given up"):
            writing.result(10)
    with pytest.raises(StoreError, match="given up"):
        sender.drain()
