"""Whom `runferry queue retry` waits for, and what it says in the end."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from core.errors import ResultsStorageError
from core.event_bus import EventBus
from core.events import Event
from core.transfer_view import TransferState
from tests.core.queue.test_agent import Process
from tests.core.queue.test_transfer_queue import PATIENCE
from tests.fakes.agent_lock import FakeAgentLock, FakeLockFile
from tests.fakes.clock import FixedClock, within
from tests.fakes.journal import FakeJournal, FakeStateFile
from tui.commands.queue_retry import QueueRetry


class Published(list[Event]):
    """What a process publishes goes to its bus."""

    def __init__(self, bus: EventBus) -> None:
        super().__init__()
        self._bus = bus

    def append(self, event: Event, /) -> None:
        self._bus.publish(event)


class Retry:
    """`queue retry` on a thread of its own, after an earlier process left some uploads."""

    def __init__(self) -> None:
        self.state, self.locks, self.bus = FakeStateFile(), FakeLockFile(), EventBus()
        self.process = self.another(self.bus)
        self.codes: list[int] = []

    def another(self, bus: EventBus) -> Process:
        """One more process on the same state."""
        journal, lock = FakeJournal(file=self.state), FakeAgentLock(self.locks)
        return Process(journal, lock, FixedClock(), events=Published(bus))

    def left(self, **ends: Exception | None) -> None:
        """One upload after the other: None stands for one that still waits."""
        before = self.another(EventBus())
        before.agent.tick()
        for name, error in ends.items():
            if error is None:
                before.queue.set_parallel(0)
            else:
                before.ferry.errors[f"/x/{name}"] = error
            before.submit(f"/x/{name}")
            if error:
                before.let_one_end()
                before.queue.wait_idle(PATIENCE)
        before.agent.close(within(PATIENCE))

    def begin(self, *ids: int) -> None:
        retry = QueueRetry(self.process.agent, self.bus, self.process.clock, as_json=True)
        self._thread = threading.Thread(target=lambda: self.codes.append(retry.run(ids)))
        self._thread.start()

    def code(self) -> int:
        self._thread.join(PATIENCE)
        return self.codes[0]

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline
            threading.Event().wait(0.005)

    def states(self) -> list[str]:
        return [view.state.value for view in self.process.queue.views()]


@pytest.fixture
def retry() -> Iterator[Retry]:
    retry = Retry()
    yield retry
    for _ in range(4):
        retry.process.ferry.go.release()
    retry.process.agent.close(within(PATIENCE))


def offline() -> ResultsStorageError:
    error = ResultsStorageError("No route.")
    error.exit_code = 3
    return error


def test_all_that_is_undone(retry: Retry) -> None:
    """What failed and what waits."""
    retry.left(RUN1=offline(), RUN2=None)
    retry.begin()
    for _ in range(2):
        retry.process.let_one_end()
    assert retry.code() == 0
    assert retry.states() == ["done", "done"]


def test_no_connection_and_worse(retry: Retry) -> None:
    """A retry may help only when all that failed had no connection."""
    retry.left(RUN1=offline(), RUN2=offline())
    retry.process.ferry.errors = {"/x/RUN1": offline(), "/x/RUN2": ResultsStorageError("Full.")}
    retry.begin(1)
    retry.process.let_one_end()
    assert retry.code() == 3


def test_mixed(retry: Retry) -> None:
    """One that is wrong otherwise counts more."""
    retry.left(RUN1=offline(), RUN2=offline())
    retry.process.ferry.errors = {"/x/RUN1": offline(), "/x/RUN2": ResultsStorageError("Full.")}
    retry.begin()
    for _ in range(2):
        retry.process.let_one_end()
    assert retry.code() == 1


@pytest.mark.parametrize("verb", ["pause", "cancel"])
def test_stopped_by_somebody(retry: Retry, verb: str) -> None:
    """It is not waited for, and not stored."""
    retry.left(RUN1=offline())
    retry.begin()
    assert retry.process.ferry.started.acquire(timeout=PATIENCE)
    assert getattr(retry.process.agent, verb)(1)
    assert retry.code() == 1


def test_cleared_by_somebody(retry: Retry) -> None:
    """What is not there any more is not waited for, and not stored."""
    retry.left(RUN1=offline())
    leader = retry.another(EventBus())
    leader.agent.tick()
    retry.begin()
    retry.until(lambda: len(leader.journal.commands()) == 1)
    assert leader.agent.cancel(1)
    assert leader.agent.clear_ended() == 1
    leader.agent.tick()
    assert retry.code() == 1
    leader.agent.close(within(PATIENCE))


def test_nothing_to_do(retry: Retry, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing begins, also not what was not named."""
    retry.left(RUN1=None)
    retry.begin(7)
    assert retry.code() == 1
    assert "Transfer 7 is not there" in capsys.readouterr().err
    assert retry.states() == [TransferState.QUEUED]
