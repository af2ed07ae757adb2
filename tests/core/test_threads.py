"""Threads: what they are waited for, and whose failure counts."""

import threading
from collections.abc import Iterator

import pytest

from core.threads import DaemonThreads, Deadline, SharedWork, begin_thread, in_parallel
from tests.fakes.clock import FixedClock, within

PATIENCE = 60.0


@pytest.fixture
def go_on() -> Iterator[threading.Event]:
    """What threads wait for that do not end by themselves."""
    event = threading.Event()
    yield event
    event.set()


def test_deadline_runs_from_the_first_wait() -> None:
    """It may be made long before anything ends, and all who are given it share what is left."""
    clock = FixedClock()
    deadline = Deadline(2.0, clock)
    clock.advance(60)
    assert deadline.left() == 2.0
    clock.advance(1.5)
    assert deadline.left() == 0.5
    clock.advance(60)
    assert deadline.left() == 0.0


def test_daemon_and_named(go_on: threading.Event) -> None:
    """The end of the process does not wait for them, and a stack dump says what they do."""
    DaemonThreads().begin(go_on.wait, "one")
    begin_thread(go_on.wait, "other")
    begun = {thread.name: thread.daemon for thread in threading.enumerate()}
    assert (begun["one"], begun["other"]) == (True, True)


def test_join_of_what_does_not_end(go_on: threading.Event) -> None:
    """It says so, and leaves it where it is."""
    threads = DaemonThreads()
    threads.begin(go_on.wait, "stubborn")
    assert not threads.join(within(0))
    assert threads.running
    go_on.set()
    assert threads.join(within(PATIENCE))
    assert not threads.running


def test_join_of_what_is_begun_meanwhile(go_on: threading.Event) -> None:
    """What a transfer frees at its very end is waited for as well."""
    threads = DaemonThreads()

    joining = threading.Event()

    def begin_another() -> None:
        assert joining.wait(PATIENCE)
        threads.begin(go_on.wait, "second")

    class SecondWaitLetsGo(Deadline):
        """The first thread goes on when it is waited for, the second may end then."""

        waits = 0

        def left(self) -> float:
            self.waits += 1
            (joining if self.waits == 1 else go_on).set()
            return PATIENCE

    threads.begin(begin_another, "first")
    assert threads.join(SecondWaitLetsGo(PATIENCE, FixedClock()))
    assert go_on.is_set()
    assert not threads.running


def test_first_failure_wins() -> None:
    """It is raised where the work is waited for; the others are told to end, and theirs is not."""
    told = threading.Event()
    work = SharedWork(on_failure=told.set)

    def fail() -> None:
        raise FileExistsError("first")

    def fail_later() -> None:
        told.wait(PATIENCE)
        raise FileNotFoundError("later")

    work.begin(fail_later, "later")
    work.begin(fail, "first")
    for _ in range(2):
        with pytest.raises(FileExistsError, match="first"):
            work.join(within(PATIENCE))
    assert not work.running


def test_in_parallel_in_order() -> None:
    """Results come in the order of the items; what one of them raises is raised."""
    assert in_parallel(lambda item: item * 2, range(20)) == [item * 2 for item in range(20)]
    with pytest.raises(ZeroDivisionError):
        in_parallel(lambda item: 1 // item, [3, 2, 1, 0])
