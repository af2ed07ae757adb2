"""When a watch without a screen has nothing left to do, and what it says at its end."""

import signal
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from core.download.download_request import DownloadRequest
from core.errors import StateError
from core.finish.rule import Outcome
from core.model import ArtifactKind
from core.queue.agent import Agent
from core.queue.agent_commands import AgentActions, AgentCommands
from core.queue.transfer_reader import TransferReader
from core.upload.upload_request import UploadRequest
from tests.fakes.agent_lock import FakeAgentLock, FakeLockFile
from tests.fakes.clock import FixedClock
from tests.fakes.tree import FakeRunDirectory
from tests.tui.builders import COUNTDOWN, FLU, STALL, Stage
from tui.commands.headless import HeadlessWatch

RUN1, RUN2 = f"{FLU}/RUN1", f"{FLU}/RUN2"


class ProbedClock(FixedClock):
    """Calls `probe` whenever somebody asks for the time: another thread at the worst moment."""

    def __init__(self) -> None:
        super().__init__()
        self.probe: Callable[[], object] | None = None

    def monotonic(self) -> float:
        probe, self.probe = self.probe, None
        if probe:
            probe()
        self.probe = probe
        return super().monotonic()


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A tree with one finished run, watched with auto-upload; not looked at yet."""
    stage = Stage(clock=ProbedClock())
    stage.tree.runs[RUN1] = FakeRunDirectory()
    for root in stage.watch.roots():
        stage.auto_upload.set_on(root.path, on=True, remember=False)
    yield stage
    stage.end()


@pytest.fixture
def watching(stage: Stage) -> HeadlessWatch:
    return HeadlessWatch(stage.services(), as_json=True, auto_upload=True)


def upload(stage: Stage) -> None:
    """The countdown ends, and whatever is queued then is uploaded."""
    stage.clock.advance(COUNTDOWN)
    stage.watch.tick()
    stage.queue.start()
    assert stage.queue.wait_idle(10)


def test_every_step(stage: Stage, watching: HeadlessWatch) -> None:
    """Not before the first look, while it settles, counts down, or waits to be uploaded."""
    assert not watching.idle()
    stage.watch.tick()
    assert not watching.idle()
    stage.settle()
    assert stage.watch.views()[0].uploads_in == COUNTDOWN
    assert not watching.idle()
    stage.clock.advance(COUNTDOWN)
    stage.watch.tick()
    assert [view.state for view in stage.queue.views()] == ["queued"]
    assert not watching.idle()
    upload(stage)
    assert watching.idle()


def test_at_no_moment(stage: Stage, watching: HeadlessWatch) -> None:
    """A run that has just finished is about to be uploaded, whenever one looks."""
    assert isinstance(stage.clock, ProbedClock)
    seen: list[bool] = []
    stage.clock.probe = lambda: seen.append(watching.idle())
    stage.settle()
    stage.clock.advance(COUNTDOWN)
    stage.watch.tick()
    stage.clock.probe = None
    assert seen
    assert not any(seen)
    upload(stage)


def test_empty_tree(stage: Stage, watching: HeadlessWatch) -> None:
    """Nothing there, nothing to wait for; but only once it has been looked."""
    stage.tree.runs.clear()
    assert not watching.idle()
    stage.watch.tick()
    assert watching.idle()


def test_not_done(stage: Stage, watching: HeadlessWatch) -> None:
    """A run that does not end is waited for until it counts as stalled."""
    stage.tree.runs = {RUN1: FakeRunDirectory(outcome=Outcome.RUNNING)}
    stage.settle()
    assert not watching.idle()
    stage.clock.advance(STALL)
    stage.watch.rescan()
    stage.watch.tick()
    assert watching.idle()


def test_failed(stage: Stage, watching: HeadlessWatch) -> None:
    """It has ended, and nobody uploads it by itself."""
    stage.tree.runs = {RUN1: FakeRunDirectory(outcome=Outcome.FAILED)}
    stage.settle()
    assert watching.idle()


def test_held(stage: Stage, watching: HeadlessWatch) -> None:
    """What is held back is not waited for, however long."""
    stage.tree.runs[RUN2] = FakeRunDirectory(outcome=Outcome.RUNNING)
    for path in (RUN1, RUN2):
        stage.auto_upload.hold(path)
    stage.settle()
    assert watching.idle()


def test_refused(stage: Stage) -> None:
    """A run that cannot be queued is not waited for."""
    watching = HeadlessWatch(stage.services(), as_json=True, auto_upload=True)
    stage.journal.fail_next("put_transfer", StateError("The disk is full."))
    stage.bus.subscribe(watching.take)
    stage.settle()
    stage.clock.advance(COUNTDOWN)
    stage.watch.tick()
    assert watching.idle()


def test_uploads_of_others(stage: Stage) -> None:
    """Where another process does the uploads, only those below our roots are waited for."""
    lock, actions = FakeLockFile(), AgentActions(print, print, print, print)
    assert FakeAgentLock(lock).acquire()
    reader = Agent(
        FakeAgentLock(lock),
        stage.queue,
        TransferReader(stage.journal, stage.clock, stage.bus.publish),
        AgentCommands(stage.journal, stage.queue, actions),
    )
    watching = HeadlessWatch(
        replace(stage.services(), transfers=reader), as_json=True, auto_upload=False
    )
    stage.tree.runs.clear()
    stage.watch.tick()
    stage.queue.submit(UploadRequest("/elsewhere/OUT/RUN1"))
    reader.tick()
    assert [view.source for view in reader.views()] == ["/elsewhere/OUT/RUN1"]
    assert watching.idle()
    reader.submit(UploadRequest(RUN1))
    assert not watching.idle()


def test_agent_is_named_once(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever limit it tells meanwhile; the next one is another."""
    file, actions = FakeLockFile(), AgentActions(print, print, print, print)
    first, second = FakeAgentLock(file, 100), FakeAgentLock(file, 101)
    reader = Agent(
        FakeAgentLock(file),
        stage.queue,
        TransferReader(stage.journal, stage.clock, stage.bus.publish),
        AgentCommands(stage.journal, stage.queue, actions),
    )
    watching = HeadlessWatch(
        replace(stage.services(), transfers=reader), as_json=True, auto_upload=False
    )

    def change_hands() -> None:
        first.release()
        assert second.acquire()

    steps = [
        lambda: first.tell(0, 6),
        lambda: first.tell(5_000_000, 6),
        lambda: first.tell(5_000_000, 2),
        change_hands,
        lambda: second.tell(0, 6),
        lambda: second.tell(0, 6),
    ]

    def next_step() -> bool:
        steps.pop(0)()
        reader.tick()
        return not steps

    assert first.acquire()
    watching.run(until=next_step)
    lines = capsys.readouterr().err.splitlines()
    told = [line for line in lines if "does the uploads" in line]
    assert told == [
        f"process {pid} on lab7 does the uploads; this one hands over its own."
        for pid in (100, 101)
    ]


def stop() -> bool:
    """As if somebody had sent it."""
    signal.raise_signal(signal.SIGTERM)
    return False


@pytest.mark.parametrize("way", ["upload", "download"])
def test_what_is_left(stage: Stage, capsys: pytest.CaptureFixture[str], way: str) -> None:
    """Uploads and downloads alike stay queued: it speaks of transfers."""
    key = "jobs/12/2026/11/20/120000/run_1_results.zip"
    download = DownloadRequest(key, "/data/here", 12, ArtifactKind.RUN_RESULTS)
    stage.queue.submit(UploadRequest(RUN1) if way == "upload" else download)
    watching = HeadlessWatch(stage.services(), as_json=True, auto_upload=False)
    assert watching.run(until=stop) == 0
    told = "stopped; 1 transfer stays queued and goes on at the next start\n"
    assert capsys.readouterr().err == told
