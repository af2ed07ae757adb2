"""Writing down what happened: behind whoever works, bounded, and never in the way."""

import logging
import threading
from collections.abc import Sequence

import pytest

from core.activity.recorder import MOST_WAITING, ActivityRecorder
from core.errors import Failure, StateError
from core.events import Event, RunVanished, TransferFailed, TransferSucceeded
from core.ports.journal.activity import ActivityEntry, ActivityKind, ActivityLog, Level
from core.transfer_view import TransferState
from tests.builders import a_run_view, a_transfer
from tests.fakes.activity import FakeActivityFile, FakeActivityLog
from tests.fakes.clock import FixedClock, within

PATIENCE = 60.0
FAILURE = Failure("Access was denied (HTTP 403, request 7H2K).", "6 parts.", "Ask.", cause="X")


class SlowLog(FakeActivityLog):
    """Is written into when it may be, or refuses the first time."""

    def __init__(self, file: FakeActivityFile, *, refuses: bool = False) -> None:
        super().__init__(file=file)
        self._refuses = refuses
        self.began = threading.Event()
        self.go_on = threading.Event()

    def add(self, entries: Sequence[ActivityEntry]) -> None:
        self.began.set()
        assert self.go_on.wait(PATIENCE)
        refuses, self._refuses = self._refuses, False
        if refuses:
            raise StateError("state.db is locked.")
        super().add(entries)


@pytest.fixture
def file() -> FakeActivityFile:
    return FakeActivityFile()


def words(event: Event) -> tuple[str, str]:
    return "RUN4", type(event).__name__


def recorder_of(log: ActivityLog) -> ActivityRecorder:
    return ActivityRecorder(lambda: log, FixedClock(), words, "me")


def failed(failure: Failure = FAILURE) -> TransferFailed:
    return TransferFailed(a_transfer(state=TransferState.FAILED, failure=failure))


def test_written(file: FakeActivityFile) -> None:
    """What happened is there, in order, with all that its error says."""
    recorder = recorder_of(FakeActivityLog(file=file))
    recorder.take(TransferSucceeded(a_transfer(state=TransferState.DONE)))
    recorder.take(failed())
    recorder.close(within(PATIENCE))
    success, error = file.entries
    assert (success.level, success.text) == (Level.SUCCESS, "TransferSucceeded")
    assert (error.level, error.text, error.kept) == (Level.ERROR, FAILURE.what, FAILURE.kept)
    assert (error.todo, error.cause) == (FAILURE.todo, "X")


def test_merged(file: FakeActivityFile) -> None:
    """The same failure is one entry with a count, though each has a request id of its own."""
    recorder = recorder_of(FakeActivityLog(file=file))
    for request in ("7H2K", "9XYZ", "0000"):
        what = FAILURE.what.replace("7H2K", request)
        recorder.take(failed(Failure(what, cause="X")))
    recorder.take(failed(Failure("The disk is full.", cause="Y")))
    recorder.close(within(PATIENCE))
    assert [entry.count for entry in file.entries] == [3, 1]
    assert "0000" in file.entries[0].text


def test_nothing_happened(file: FakeActivityFile) -> None:
    """Without anything to write nothing is opened, and no thread is begun."""

    def no_log() -> ActivityLog:
        raise AssertionError("there is nothing to write")

    ActivityRecorder(no_log, FixedClock(), words, "me").close(within(PATIENCE))


def test_locked(file: FakeActivityFile) -> None:
    """What could not be written at first is written with what came later, in order."""
    log = SlowLog(file, refuses=True)
    recorder = recorder_of(log)
    recorder.take(failed())
    assert log.began.wait(PATIENCE)
    recorder.take(TransferSucceeded(a_transfer(state=TransferState.DONE)))
    log.go_on.set()
    recorder.close(within(PATIENCE))
    assert [entry.level for entry in file.entries] == [Level.ERROR, Level.SUCCESS]


def test_never_written(file: FakeActivityFile) -> None:
    """A state that cannot be opened at all is no reason to stop, nor to wait at the end."""

    def no_log() -> ActivityLog:
        raise StateError("state.db cannot be opened.")

    recorder = ActivityRecorder(no_log, FixedClock(), words, "me")
    recorder.take(failed())
    recorder.close(within(PATIENCE))


def test_burst(file: FakeActivityFile) -> None:
    """However much happens while nothing can be written, little waits: errors stay, the rest is counted."""
    log = SlowLog(file)
    recorder = recorder_of(log)
    recorder.take(failed())
    assert log.began.wait(PATIENCE)
    recorder.take(failed(Failure("The disk is full.", cause="Y")))
    for number in range(3 * MOST_WAITING):
        recorder.take(RunVanished(a_run_view(f"RUN{number}")))
    log.go_on.set()
    recorder.close(within(PATIENCE))
    errors = [entry.text for entry in file.entries if entry.level is Level.ERROR]
    assert errors == [FAILURE.what, "The disk is full."]
    assert len(file.entries) == 1 + MOST_WAITING + 1
    assert f"{2 * MOST_WAITING + 1} more things happened" in file.entries[-1].text


def test_log_file(file: FakeActivityFile, caplog: pytest.LogCaptureFixture) -> None:
    """What was stored or deleted is a line of the log file, too, each time that it is done."""
    caplog.set_level(logging.INFO)
    recorder = recorder_of(FakeActivityLog(file=file))
    recorder.take(TransferSucceeded(a_transfer(state=TransferState.DONE)))
    recorder.done(ActivityKind.DELETION, "job 3", "deleted: 2 artifacts", job_id=3)
    recorder.close(within(PATIENCE))
    assert caplog.messages == ["RUN4: TransferSucceeded", "job 3: deleted: 2 artifacts"]
    assert [entry.kind for entry in file.entries] == [ActivityKind.UPLOAD, ActivityKind.DELETION]
