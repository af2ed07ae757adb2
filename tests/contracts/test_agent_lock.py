"""What every lock of the agent does, the fake one and the one on a file."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.ports.agent_lock import AgentLock
from storage.machine.agent_lock import FileAgentLock
from storage.machine.system import SystemClock
from tests.fakes.agent_lock import FakeAgentLock, FakeLockFile

OpenLock = Callable[[], AgentLock]


@pytest.fixture(params=["fake", "file"])
def open_lock(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenLock]:
    """Each call stands for another process."""
    file = FakeLockFile()
    opened: list[AgentLock] = []

    def open_one() -> AgentLock:
        path = str(tmp_path / "agent.lock")
        fake = request.param == "fake"
        opened.append(FakeAgentLock(file) if fake else FileAgentLock(path, SystemClock()))
        return opened[-1]

    yield open_one
    for lock in opened:
        lock.release()


def test_one_at_a_time(open_lock: OpenLock) -> None:
    """The second has it when the first lets go, not before."""
    first, second = open_lock(), open_lock()
    assert first.acquire()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    assert not first.acquire()


def test_repeated(open_lock: OpenLock) -> None:
    """Taking what is held and releasing what is not held change nothing."""
    first, second = open_lock(), open_lock()
    assert first.acquire()
    assert first.acquire()
    second.release()
    assert not second.acquire()
    first.release()
    first.release()
    assert second.acquire()


def test_holder(open_lock: OpenLock) -> None:
    """Whoever asks is told who has it; nobody has it before and after."""
    first, second = open_lock(), open_lock()
    assert second.holder() is None
    assert first.acquire()
    holder = second.holder()
    assert holder
    assert holder == first.holder()
    assert holder.describe().startswith(f"process {holder.pid} on ")
    first.release()
    assert second.holder() is None


def test_told(open_lock: OpenLock) -> None:
    """Only who has the lock says how it works; the next one begins anew."""
    first, second = open_lock(), open_lock()
    assert first.acquire()
    second.tell(1, 1)
    before = second.holder()
    assert before
    assert (before.limit, before.parallel) == (None, None)
    for _ in range(2):
        first.tell(5_000_000, 12)
        assert second.holder() == replace(before, limit=5_000_000, parallel=12)
    first.tell(0, 1)
    assert second.holder() == replace(before, limit=0, parallel=1)
    first.release()
    assert second.acquire()
    after = first.holder()
    assert after
    assert (after.limit, after.parallel) == (None, None)


def test_no_trouble(open_lock: OpenLock) -> None:
    """There is nothing to explain while locks work."""
    first, second = open_lock(), open_lock()
    assert first.acquire()
    assert not second.acquire()
    assert (first.trouble, second.trouble) == ("", "")
