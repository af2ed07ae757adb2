"""Several processes on one state: who works, who reads, and what goes between them."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.errors import ResultsStorageError, StateError, StoreConnectionError
from core.events import Event, TransferEvent, TransferSucceeded
from core.ports.agent_lock import Holder
from core.ports.journal.bindings import StoredSource
from core.ports.journal.journal import Journal
from core.ports.journal.queue import Command
from core.queue.agent import Agent
from core.queue.agent_commands import AgentActions, AgentCommands, AgentVerb
from core.queue.carry_transfer import Carriers
from core.queue.transfer_list import TransferList
from core.queue.transfer_queue import QueueLimits, TransferQueue
from core.queue.transfer_reader import TransferReader
from core.transfer_view import TransferState, TransferView
from core.upload.upload_request import UploadRequest
from storage.db.journal_db import SqliteJournal
from tests.core.queue.test_transfer_queue import PATIENCE, Ferry
from tests.fakes.agent_lock import FakeAgentLock, FakeLockFile
from tests.fakes.clock import FixedClock, within
from tests.fakes.journal import FakeJournal, FakeStateFile


@dataclass
class Process:
    """One RunFerry: what it does and what it sees."""

    journal: Journal
    lock: FakeAgentLock
    clock: FixedClock
    ferry: Ferry = field(default_factory=Ferry)
    events: list[Event] = field(default_factory=list[Event])
    actions: list[tuple[object, ...]] = field(default_factory=list[tuple[object, ...]])

    def __post_init__(self) -> None:
        self.may_free = threading.Event()
        self.may_free.set()
        self.queue = TransferQueue(
            lambda: Carriers(self.ferry, self.ferry.fetch, self._free),
            TransferList(self.journal, self.clock),
            self.events.append,
            QueueLimits(parallel=1),
        )
        actions = AgentActions(
            hold=lambda path: self.actions.append(("hold", path)),
            release=lambda path: self.actions.append(("release", path)),
            auto_upload=lambda root, on, changed: self.actions.append(
                ("auto_upload", root, on, changed)
            ),
            rescan=lambda: self.actions.append(("rescan",)),
        )
        self.agent = Agent(
            self.lock,
            self.queue,
            TransferReader(self.journal, self.clock, self.events.append),
            AgentCommands(self.journal, self.queue, actions),
        )

    def _free(self, request: UploadRequest) -> None:
        assert self.may_free.wait(PATIENCE)

    def submit(self, *sources: str) -> list[TransferView]:
        return [self.agent.submit(UploadRequest(source)) for source in sources]

    def states(self) -> list[tuple[str, str]]:
        return [(view.source, view.state.value) for view in self.agent.views()]

    def happened(self) -> list[tuple[str, str]]:
        """Kinds of events and names of runs since it was asked last."""
        told = [
            (type(event).__name__, event.transfer.source)
            for event in self.events
            if isinstance(event, TransferEvent)
        ]
        self.events.clear()
        return told

    def let_one_end(self) -> None:
        """The transfer that is under way, or the next, ends; the one behind it may begin."""
        assert self.ferry.started.acquire(timeout=PATIENCE)
        self.ferry.go.release()

    def is_idle(self) -> bool:
        """Nothing is seen to wait or travel."""
        return all(view.state.ended for view in self.agent.views())

    def wait_idle(self) -> None:
        """Also until what ended here is written down."""
        deadline = time.monotonic() + PATIENCE
        while not self.is_idle():
            assert time.monotonic() < deadline, self.states()
            threading.Event().wait(0.005)
        assert self.queue.wait_idle(PATIENCE)

    def fail_next(self, method: str, error: Exception) -> None:
        assert isinstance(self.journal, FakeJournal)
        self.journal.fail_next(method, error)


class SlowJournal(FakeJournal):
    """One on a disk that lets commands wait."""

    def __init__(self, file: FakeStateFile) -> None:
        super().__init__(file=file)
        self.reading, self.may_read = threading.Event(), threading.Event()
        self.may_read.set()

    def commands(self) -> Sequence[Command]:
        self.reading.set()
        assert self.may_read.wait(PATIENCE)
        return super().commands()


StartProcess = Callable[[], Process]


@pytest.fixture
def process(make_process: StartProcess) -> StartProcess:
    """Starts one more process on the same state; none of them polls by itself."""

    def begin() -> Process:
        one = make_process()
        one.agent.tick()
        return one

    return begin


@pytest.fixture
def attending(make_process: StartProcess) -> StartProcess:
    """Starts one more process, which looks and decides only."""

    def begin() -> Process:
        one = make_process()
        one.agent.attend()
        return one

    return begin


@pytest.fixture(params=["fake", "sqlite"])
def make_process(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StartProcess]:
    """One more process on the same state, which has not looked at it yet."""
    state, locks, clock = FakeStateFile(), FakeLockFile(), FixedClock()
    begun: list[Process] = []

    def begin() -> Process:
        path = str(tmp_path / "state.db")
        journal = (
            FakeJournal(file=state)
            if request.param == "fake"
            else SqliteJournal(path, store_location="s3://lab")
        )
        begun.append(Process(journal, FakeAgentLock(locks, 100 + len(begun)), clock))
        return begun[-1]

    yield begin
    for one in begun:
        one.agent.close(within(PATIENCE))
        one.journal.close()


def test_alone(process: StartProcess) -> None:
    """The only process does the work itself."""
    first = process()
    first.submit("/x/RUN1")
    first.let_one_end()
    first.wait_idle()
    assert first.agent.agent is None
    assert first.states() == [("/x/RUN1", "done")]


def test_reader_hands_over(process: StartProcess) -> None:
    """What the second submits is done by the first; the second sees each step once."""
    first, second = process(), process()
    holder = second.agent.agent
    assert holder
    assert (first.agent.agent, holder.pid) == (None, 100)
    (asked,) = second.submit("/x/RUN1")
    assert asked.state is TransferState.QUEUED
    assert second.states() == [("/x/RUN1", "queued")]
    assert not second.is_idle()
    first.agent.tick()
    assert first.ferry.started.acquire(timeout=PATIENCE)
    second.agent.tick()
    assert second.states() == [("/x/RUN1", "active")]
    first.journal.put_stored("/x/RUN1", StoredSource("f1", 7, 1))
    first.ferry.go.release()
    first.wait_idle()
    second.agent.tick()
    second.agent.tick()
    second.wait_idle()
    (view,) = second.agent.views()
    assert (view.outcome, view.job_id, view.run_id) == ("uploaded as version 2", 7, 4)
    assert view.ended_at == second.clock.now()
    assert second.events[-1] == TransferSucceeded(view, "f1")
    kinds = ["TransferQueued", "TransferStarted", "TransferSucceeded"]
    assert second.happened() == [(kind, "/x/RUN1") for kind in kinds]
    assert second.ferry.sources == []


def test_whole_request(process: StartProcess) -> None:
    """Job, name and run id arrive at the agent, and survive it."""
    first, second = process(), process()
    request = UploadRequest("/x/RUN\udcff", 7, 3, "flu")
    second.agent.submit(request)
    first.agent.tick()
    first.lock.die()
    second.agent.tick()
    assert second.ferry.started.acquire(timeout=PATIENCE)
    assert second.ferry.requests == [request]
    for one in (first, second):
        one.ferry.go.release()


def test_not_twice(process: StartProcess) -> None:
    """A source that waits, in the queue or as a command, is not asked for again."""
    first, second, third = process(), process(), process()
    asked = second.submit("/x/RUN1")
    assert second.submit("/x/RUN1") == third.submit("/x/RUN1") == asked
    first.agent.tick()
    (known,) = second.submit("/x/RUN1")
    assert (known.id, len(first.journal.commands())) == (1, 0)
    first.ferry.go.release()
    first.wait_idle()


def test_failure_is_told(process: StartProcess) -> None:
    """A reader shows why, what was kept, what to do, and knows the exit code; then it retries."""
    first, second = process(), process()
    error = ResultsStorageError("No route.", kept="All parts.", todo="Wait.")
    error.retryable, error.exit_code = True, 3
    first.ferry.errors["/x/RUN1"] = error
    first.submit("/x/RUN1")
    first.let_one_end()
    first.wait_idle()
    second.agent.tick()
    (view,) = second.agent.views()
    assert view.failure
    assert view.failure == first.agent.views()[0].failure
    assert (view.failure.todo, view.failure.exit_code) == ("Wait.", 3)
    second.happened()
    assert second.agent.retry(view.id)
    first.agent.tick()
    first.let_one_end()
    first.wait_idle()
    second.agent.tick()
    kinds = ["TransferQueued", "TransferStarted", "TransferSucceeded"]
    assert second.happened() == [(kind, "/x/RUN1") for kind in kinds]
    assert not second.agent.retry(view.id)


def test_reader_cancels_and_clears(process: StartProcess) -> None:
    """What waits is cancelled by the agent, what it has not seen yet is taken back."""
    first, second = process(), process()
    first.submit("/x/RUN1", "/x/RUN2")
    second.agent.tick()
    pending = second.submit("/x/RUN3")[0].id
    waiting = next(v.id for v in second.agent.views() if v.source == "/x/RUN2")
    assert second.agent.cancel(pending)
    assert not second.agent.cancel(pending)
    assert second.agent.cancel(waiting)
    first.agent.tick()
    first.let_one_end()
    first.wait_idle()
    second.agent.tick()
    assert second.states() == [("/x/RUN1", "done"), ("/x/RUN2", "cancelled")]
    assert not second.agent.cancel(waiting)
    assert second.agent.clear_ended([waiting]) == 1
    first.agent.tick()
    second.agent.tick()
    assert first.states() == second.states() == [("/x/RUN1", "done")]
    assert second.agent.clear_ended() == 1
    first.agent.tick()
    second.agent.tick()
    assert first.states() == second.states() == []
    assert second.agent.clear_ended() == 0


def test_reader_pauses_and_resumes(process: StartProcess) -> None:
    """The agent keeps what travels from going on; the reader sees it, and lets it go on."""
    first, second = process(), process()
    first.submit("/x/RUN1")
    assert first.ferry.started.acquire(timeout=PATIENCE)
    second.agent.tick()
    second.happened()
    (view,) = second.agent.views()
    assert not second.agent.resume(view.id)
    assert second.agent.pause(view.id)
    first.agent.tick()
    first.wait_idle()
    second.agent.tick()
    second.wait_idle()
    assert first.states() == second.states() == [("/x/RUN1", "paused")]
    assert second.agent.views()[0].sent == 20
    assert second.happened() == [("TransferQueued", "/x/RUN1")]
    assert not second.agent.pause(view.id)
    assert second.submit("/x/RUN1")[0].id == view.id
    assert second.agent.resume(view.id)
    first.agent.tick()
    first.let_one_end()
    first.wait_idle()
    second.agent.tick()
    assert second.states() == [("/x/RUN1", "done")]


def test_paused_outlives_the_agent(process: StartProcess) -> None:
    """Also when the agent is killed before what it pauses has stopped."""
    first, second = process(), process()
    first.ferry.stubborn = True
    (view,) = first.submit("/x/RUN1")
    assert first.ferry.started.acquire(timeout=PATIENCE)
    assert first.agent.pause(view.id)
    first.lock.die()
    second.agent.tick()
    second.wait_idle()
    assert (second.agent.agent, second.states()) == (None, [("/x/RUN1", "paused")])
    assert second.agent.resume(view.id)
    second.let_one_end()
    second.wait_idle()
    first.ferry.stubborn = False


def test_reader_gives_up_what_failed(process: StartProcess) -> None:
    """Failed or paused, it becomes cancelled."""
    first, second = process(), process()
    first.ferry.errors["/x/RUN1"] = ResultsStorageError("No route.")
    first.submit("/x/RUN1")
    first.let_one_end()
    first.wait_idle()
    second.agent.tick()
    assert second.agent.cancel(second.agent.views()[0].id)
    first.agent.tick()
    assert first.states() == [("/x/RUN1", "cancelled")]


def test_limit_and_parallel(process: StartProcess) -> None:
    """Asked for in a reader they count in the agent, not after it; what the agent has, all know."""
    first, second = process(), process()
    assert (second.agent.limit, second.agent.parallel) == (0, 1)
    second.agent.set_limit(5_000_000)
    second.agent.set_parallel(2)
    assert (second.agent.limit, second.agent.parallel) == (5_000_000, 2)
    second.agent.tick()
    assert (second.agent.limit, second.agent.parallel) == (5_000_000, 2)
    first.agent.tick()
    assert (first.agent.limit, first.agent.parallel) == (5_000_000, 2)
    first.agent.set_limit(4_000_000)
    first.agent.tick()
    second.agent.tick()
    assert (second.agent.limit, second.agent.parallel) == (4_000_000, 2)
    first.submit("/x/RUN1", "/x/RUN2")
    for _ in range(2):
        assert first.ferry.started.acquire(timeout=PATIENCE)
    first.ferry.go.release()
    first.ferry.go.release()
    first.wait_idle()
    first.agent.close(within(PATIENCE))
    second.agent.tick()
    assert (second.agent.limit, second.agent.parallel) == (0, 1)
    second.agent.set_limit(0)
    assert list(second.journal.commands()) == []


def test_limit_is_never_an_old_one(process: StartProcess) -> None:
    """Whenever another process looks while the agent carries out what was asked for."""
    first, second = process(), process()
    seen: list[int | None] = []
    cross_off = first.journal.remove_command

    def crossed_off(command_id: int) -> None:
        cross_off(command_id)
        second.agent.tick()
        seen.append(second.agent.limit)

    second.agent.set_limit(5_000_000)
    second.agent.rescan()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(first.journal, "remove_command", crossed_off)
        first.agent.tick()
    assert seen == [5_000_000, 5_000_000]


def test_limit_that_was_asked_for_just_now() -> None:
    """What the agent said before it could know of it does not take its place."""
    state, locks, clock = FakeStateFile(), FakeLockFile(), FixedClock()

    meanwhile: list[Callable[[], None]] = []

    class SlowlyRead(FakeAgentLock):
        def holder(self) -> Holder | None:
            said = super().holder()
            while meanwhile:
                meanwhile.pop()()
            return said

    first = Process(FakeJournal(file=state), FakeAgentLock(locks, 100), clock)
    second = Process(FakeJournal(file=state), SlowlyRead(locks, 101), clock)
    first.agent.tick()
    meanwhile.append(lambda: second.agent.set_limit(5_000_000))
    second.agent.tick()
    assert not meanwhile
    assert second.agent.limit == 5_000_000
    first.agent.tick()
    second.agent.tick()
    assert (first.agent.limit, second.agent.limit) == (5_000_000, 5_000_000)
    for one in (first, second):
        one.agent.close(within(PATIENCE))


def test_nothing_is_read_while_nothing_happens() -> None:
    """Whoever follows looks once a second, for days."""
    state, locks, clock = FakeStateFile(), FakeLockFile(), FixedClock()
    first = Process(FakeJournal(file=state), FakeAgentLock(locks, 100), clock)
    slow = SlowJournal(file=state)
    second = Process(slow, FakeAgentLock(locks, 101), clock)
    first.agent.tick()
    second.agent.tick()
    slow.reading.clear()
    for _ in range(3):
        second.agent.tick()
    assert not slow.reading.is_set()
    first.agent.set_limit(5_000_000)
    first.agent.tick()
    second.agent.tick()
    assert second.agent.limit == 5_000_000
    for one in (first, second):
        one.agent.close(within(PATIENCE))


def test_attending(process: StartProcess, attending: StartProcess) -> None:
    """Whoever only looks and decides begins no transfer, and takes nobody's work away."""
    first = process()
    first.submit("/x/RUN1", "/x/RUN2", "/x/RUN3")
    assert first.ferry.started.acquire(timeout=PATIENCE)
    first.lock.die()
    one = attending()
    assert one.states() == [(f"/x/RUN{n}", "queued") for n in (1, 2, 3)]
    assert one.agent.cancel(one.agent.views()[1].id)
    assert one.agent.pause(one.agent.views()[2].id)
    assert one.agent.settle(within(PATIENCE))
    one.agent.close(within(PATIENCE))
    assert one.ferry.sources == []
    after = process()
    after.let_one_end()
    after.wait_idle()
    wanted = [("/x/RUN1", "done"), ("/x/RUN2", "cancelled"), ("/x/RUN3", "paused")]
    assert after.states() == wanted
    first.ferry.go.release()


def test_attending_beside_the_agent(process: StartProcess, attending: StartProcess) -> None:
    """What was asked for is waited for."""
    first = process()
    first.submit("/x/RUN1", "/x/RUN2")
    one = attending()
    assert one.agent.pause(one.agent.views()[1].id)
    assert not one.agent.settle(within(0))
    first.agent.start()
    assert one.agent.settle(within(PATIENCE))
    assert one.states()[1] == ("/x/RUN2", "paused")
    first.ferry.go.release()
    first.wait_idle()


def test_attending_then_working(attending: StartProcess) -> None:
    """`start` gives it its threads."""
    one = attending()
    one.submit("/x/RUN1")
    assert not one.is_idle()
    one.agent.start()
    one.let_one_end()
    one.wait_idle()
    assert one.states() == [("/x/RUN1", "done")]


def test_takeover(process: StartProcess) -> None:
    """When the agent is killed a reader goes on: with what travelled, waited, and was asked for."""
    first, second, third = process(), process(), process()
    first.submit("/x/RUN1", "/x/RUN2")
    assert first.ferry.started.acquire(timeout=PATIENCE)
    second.submit("/x/RUN3")
    third.submit("/x/RUN4")
    first.lock.die()
    second.agent.tick()
    third.agent.tick()
    holder = third.agent.agent
    assert holder
    assert (second.agent.agent, holder.pid) == (None, 101)
    for _ in range(4):
        second.let_one_end()
    second.wait_idle()
    assert second.ferry.sources == ["/x/RUN1", "/x/RUN2", "/x/RUN3", "/x/RUN4"]
    assert third.ferry.sources == []
    first.ferry.go.release()
    first.ferry.go.release()


def test_agent_leaves(process: StartProcess) -> None:
    """What ended just before is told once and not done again; what waits goes on elsewhere."""
    first, second = process(), process()
    first.submit("/x/RUN1", "/x/RUN2")
    second.agent.tick()
    second.happened()
    first.let_one_end()
    assert first.ferry.started.acquire(timeout=PATIENCE)
    first.agent.close(within(PATIENCE))
    assert not second.is_idle()
    second.agent.tick()
    second.let_one_end()
    second.wait_idle()
    assert second.ferry.sources == ["/x/RUN2"]
    told = second.happened()
    assert told.count(("TransferSucceeded", "/x/RUN1")) == 1
    assert told[-2:] == [("TransferStarted", "/x/RUN2"), ("TransferSucceeded", "/x/RUN2")]


def test_agent_that_does_not_stop(process: StartProcess) -> None:
    """What it still sends nobody else begins, until its process is gone."""
    first, second = process(), process()
    first.ferry.stubborn = True
    first.submit("/x/RUN1")
    assert first.ferry.started.acquire(timeout=PATIENCE)
    first.agent.close(within(0))
    second.agent.tick()
    holder = second.agent.agent
    assert holder
    assert (holder.pid, second.ferry.sources) == (100, [])
    first.lock.die()
    second.agent.tick()
    second.let_one_end()
    second.wait_idle()
    assert second.states() == [("/x/RUN1", "done")]
    first.ferry.stubborn = False


def test_agent_that_still_frees(process: StartProcess) -> None:
    """Nobody else uploads a run while what was sent of it is being freed here."""
    first, second = process(), process()
    first.may_free.clear()
    (asked,) = first.submit("/x/RUN1")
    assert first.ferry.started.acquire(timeout=PATIENCE)
    assert first.agent.pause(asked.id)
    first.wait_idle()
    assert first.agent.cancel(asked.id)
    first.agent.close(within(0))
    second.agent.tick()
    assert second.agent.agent
    first.may_free.set()
    first.agent.close(within(PATIENCE))
    second.agent.tick()
    assert second.agent.agent is None


def test_agent_that_still_looks() -> None:
    """What it is about to carry out nobody else carries out meanwhile, nor is it lost."""
    state, locks, clock = FakeStateFile(), FakeLockFile(), FixedClock()
    slow = SlowJournal(file=state)
    first = Process(slow, FakeAgentLock(locks, 100), clock)
    second = Process(FakeJournal(file=state), FakeAgentLock(locks, 101), clock)
    first.queue.set_parallel(0)  # no thread but the one that looks
    first.agent.start()
    second.agent.tick()
    slow.may_read.clear()
    slow.reading.clear()
    assert slow.reading.wait(PATIENCE)
    first.agent.close(within(0))
    second.agent.tick()
    assert second.agent.agent
    slow.may_read.set()
    first.agent.close(within(PATIENCE))
    second.agent.tick()
    assert second.agent.agent is None
    second.agent.close(within(PATIENCE))


def test_commands_wait_for_an_agent(process: StartProcess) -> None:
    """A command that was left when no agent lived is carried out by the next one, in order."""
    first = process()
    second = process()
    second.submit("/x/RUN2")
    second.agent.hold("/x/RUN9")
    second.submit("/x/RUN1")
    for one in (first, second):
        one.agent.close(within(PATIENCE))
    third = process()
    assert not third.is_idle()
    third.let_one_end()
    third.let_one_end()
    third.wait_idle()
    assert third.ferry.sources == ["/x/RUN2", "/x/RUN1"]
    assert third.actions == [("hold", "/x/RUN9")]


def test_deeds(process: StartProcess) -> None:
    """What is decided in a reader counts there at once, and in the agent."""
    first, second = process(), process()
    second.agent.hold("/x/RUN1")
    second.agent.release("/x/RUN1")
    second.agent.auto_upload("/x", on=True)
    second.agent.rescan()
    wanted = [
        ("hold", "/x/RUN1"),
        ("release", "/x/RUN1"),
        ("auto_upload", "/x", True, None),
        ("rescan",),
    ]
    assert (second.actions, first.actions) == (wanted, [])
    first.agent.tick()
    assert first.actions == wanted
    first.agent.hold("/x/RUN2")
    assert (len(first.actions), len(first.journal.commands())) == (5, 0)


@pytest.mark.parametrize(
    "command",
    [
        Command("sing", {}),
        Command("submit", {}),
        Command("submit", {"source": 7}),
        Command("submit", {"source": "/x/RUN1", "colour": "red"}),
        Command("retry", {"id": "three"}),
        Command("hold", {"path": None}),
        Command("limit", {"rate": 20}),
        Command("limit", {"rate": "fast"}),
        Command("parallel", {"count": 0}),
        Command("parallel", {"count": 17}),
        Command("auto_upload", {"root": "/x"}),
    ],
    ids=str,
)
def test_not_understood(
    process: StartProcess, command: Command, caplog: pytest.LogCaptureFixture
) -> None:
    """A command that makes no sense is logged, crossed off, and not in the way of the next."""
    first, second = process(), process()
    second.journal.put_command(command)
    second.submit("/x/RUN2")
    first.agent.tick()
    first.let_one_end()
    first.wait_idle()
    assert first.states() == [("/x/RUN2", "done")]
    assert list(first.journal.commands()) == []
    assert command.verb in caplog.text


def test_progress(process: StartProcess) -> None:
    """A reader sees how far an upload is, what an earlier try left, and how fast once it knows."""
    first, second = process(), process()
    first.ferry.kept = 5
    first.submit("/x/RUN1")
    assert first.ferry.started.acquire(timeout=PATIENCE)
    for _ in range(3):
        first.clock.advance(2)
        first.agent.tick()
        second.agent.tick()
    (view,) = second.agent.views()
    assert (view.phase, view.done, view.total, view.sent) == ("sending", 40, 100, 20)
    assert view.kept == 5
    assert view.rate == 0.0
    first.ferry.go.release()
    first.wait_idle()


def test_late_reader(process: StartProcess) -> None:
    """What happened before a process began is shown, not told as news."""
    first = process()
    first.submit("/x/RUN1")
    first.let_one_end()
    first.wait_idle()
    second = process()
    second.agent.tick()
    assert (second.states(), second.happened()) == ([("/x/RUN1", "done")], [])


def test_cleared_by_the_agent(process: StartProcess) -> None:
    """What is forgotten there is forgotten here, without an event."""
    first, second = process(), process()
    first.submit("/x/RUN1")
    first.let_one_end()
    first.wait_idle()
    second.agent.tick()
    second.happened()
    assert first.agent.clear_ended() == 1
    second.agent.tick()
    assert (second.states(), second.happened()) == ([], [])


class TestCrashes:
    @pytest.fixture
    def pair(self) -> Iterator[tuple[Process, Process]]:
        """An agent and a reader whose journals fail on demand."""
        state, locks, clock = FakeStateFile(), FakeLockFile(), FixedClock()
        first, second = (
            Process(FakeJournal(file=state), FakeAgentLock(locks), clock) for _ in range(2)
        )
        for one in (first, second):
            one.agent.tick()
        yield first, second
        for one in (first, second):
            one.ferry.go.release()
            one.agent.close(within(PATIENCE))

    def test_before_crossing_off(self, pair: tuple[Process, Process]) -> None:
        """Killed between carrying out and crossing off: the next agent does no harm."""
        first, second = pair
        second.submit("/x/RUN1")
        second.agent.hold("/x/RUN2")
        first.fail_next("remove_command", StateError("killed here"))
        with pytest.raises(StateError):
            first.agent.tick()
        assert len(second.journal.commands()) == 2
        second.agent.tick()
        assert [view.source for view in second.agent.views()] == ["/x/RUN1"]
        first.lock.die()
        second.agent.tick()
        second.let_one_end()
        second.wait_idle()
        assert second.states() == [("/x/RUN1", "done")]
        assert (second.ferry.sources, list(second.journal.commands())) == (["/x/RUN1"], [])

    def test_journal_fails(self, pair: tuple[Process, Process]) -> None:
        """A command that could not be carried out stays, and those behind it wait their turn."""
        first, second = pair
        second.submit("/x/RUN1")
        second.submit("/x/RUN2")
        first.fail_next("put_transfer", StateError("disk full"))
        with pytest.raises(StateError):
            first.agent.tick()
        assert len(second.journal.commands()) == 2
        first.agent.tick()
        assert [view.source for view in first.agent.views()] == ["/x/RUN1", "/x/RUN2"]
        first.let_one_end()
        first.let_one_end()
        first.wait_idle()

    def test_news_of_a_reader(self, pair: tuple[Process, Process]) -> None:
        """What a look could not find out is told after the next one."""
        first, second = pair
        first.submit("/x/RUN1")
        first.let_one_end()
        first.wait_idle()
        second.fail_next("stored", StateError("locked"))
        with pytest.raises(StateError):
            second.agent.tick()
        assert second.happened() == []
        second.agent.tick()
        kinds = ["TransferQueued", "TransferStarted", "TransferSucceeded"]
        assert second.happened() == [(kind, "/x/RUN1") for kind in kinds]

    def test_takeover_fails(self, pair: tuple[Process, Process]) -> None:
        """A reader that cannot read the queue tries again."""
        first, second = pair
        first.lock.die()
        second.fail_next("transfers", StateError("locked"))
        with pytest.raises(StateError):
            second.agent.tick()
        second.agent.tick()
        assert second.agent.agent is None


def test_polls_by_itself(process: StartProcess) -> None:
    """Started, an agent carries out and a reader follows without being told to."""
    first, second = process(), process()
    for one in (first, second):
        one.agent.start()
    second.submit("/x/RUN1")
    first.let_one_end()
    second.wait_idle()
    assert second.states() == [("/x/RUN1", "done")]


def test_wait_outlives_the_agent(process: StartProcess) -> None:
    """What is waited for ends here when this process has to do it itself."""
    first, second = process(), process()
    second.agent.start()
    second.submit("/x/RUN1")
    first.agent.close(within(PATIENCE))
    second.ferry.go.release()
    second.wait_idle()
    assert (second.states(), second.ferry.sources) == ([("/x/RUN1", "done")], ["/x/RUN1"])


def test_verbs_are_plain() -> None:
    """They are written into the journal: a renamed verb would not be understood after an update."""
    assert [verb.value for verb in AgentVerb] == [
        "submit", "retry", "cancel", "clear", "hold", "release", "auto_upload", "rescan",
        "pause", "resume", "limit", "parallel", "forget_failed",
    ]  # fmt: skip


def fail_offline(process: Process, source: str) -> None:
    error = ResultsStorageError.because(StoreConnectionError("No answer."), kept="All.")
    process.ferry.errors[source] = error
    process.submit(source)
    process.let_one_end()
    process.wait_idle()


def test_goes_on_after_an_outage(process: StartProcess, attending: StartProcess) -> None:
    """Only who does the work queues it again; whoever takes the work over tries it once."""
    first, second = process(), process()
    fail_offline(first, "/x/RUN1")
    second.agent.tick()
    assert (second.agent.reconnect(), first.agent.reconnect()) == (0, 1)
    first.ferry.errors["/x/RUN1"] = ResultsStorageError.because(
        StoreConnectionError("No answer."), kept="All."
    )
    first.let_one_end()
    first.wait_idle()
    first.agent.close(within(PATIENCE))
    second.agent.tick()
    second.let_one_end()
    second.wait_idle()
    assert second.states() == [("/x/RUN1", "done")]


def test_attending_tries_nothing(process: StartProcess, attending: StartProcess) -> None:
    """Whoever only looks shows it as it failed, and may forget it."""
    first = process()
    fail_offline(first, "/x/RUN1")
    first.agent.close(within(PATIENCE))
    one = attending()
    assert one.states() == [("/x/RUN1", "failed")]
    one.agent.forget([UploadRequest("/x/RUN1")])
    assert one.states() == []


def test_reader_has_forgotten_what_failed(process: StartProcess) -> None:
    """It was stored past the queue. What waits in another process is not taken from it."""
    first, second = process(), process()
    fail_offline(first, "/x/RUN1")
    fail_offline(first, "/x/RUN2")
    first.submit("/x/RUN3", "/x/RUN4")
    assert first.ferry.started.acquire(timeout=PATIENCE)
    second.agent.tick()
    second.agent.forget([UploadRequest(f"/x/RUN{number}") for number in (1, 3, 4)])
    first.agent.tick()
    second.agent.tick()
    left = [("/x/RUN2", "failed"), ("/x/RUN3", "active"), ("/x/RUN4", "queued")]
    assert second.states() == first.states() == left


def test_reader_forgets_nothing_that_is_tried_again(process: StartProcess) -> None:
    """What it knows may be old."""
    first, second = process(), process()
    fail_offline(first, "/x/RUN1")
    second.agent.tick()
    first.submit("/x/RUN1")
    assert first.ferry.started.acquire(timeout=PATIENCE)
    second.agent.forget([UploadRequest("/x/RUN1")])
    first.agent.tick()
    assert first.states() == [("/x/RUN1", "active")]
