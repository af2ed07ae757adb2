"""Bursts are one message, a program that fails is told of once, and nobody who works waits for it."""

import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from core.errors import Failure, NotifyError
from core.events import Event, RunStateChanged, TransferFailed, TransferSucceeded
from core.finish.run_state import RunState
from core.notify.notify import MOST_TOLD, Letter, Notify, NotifyPauses, kind_of
from core.ports.notify_program import NotifyProgram, Told
from core.settings import NotifyEvent
from core.threads import Deadline
from core.transfer_view import Direction, TransferState, TransferView
from tests.builders import a_run_view
from tests.fakes.clock import FixedClock

AT_ONCE = NotifyPauses(0.0, 0.0)
A_BURST = NotifyPauses(3600.0, 3600.0)
"""It is over when it is closed."""


class Program(NotifyProgram):
    """Says how often it was begun; ends when it is let."""

    def __init__(self, error: NotifyError | None = None) -> None:
        self.texts: list[str] = []
        self.heard = threading.Semaphore(0)
        self.may_end = threading.Event()
        self.error = error

    def begin(self, text: str, facts: Mapping[str, str]) -> Told:
        self.texts.append(text)
        self.heard.release()
        return _Call(self)


class _Call(Told):
    def __init__(self, program: Program) -> None:
        self._program = program

    def wait(self) -> None:
        self._program.may_end.wait()
        if self._program.error:
            raise self._program.error


def in_state(state: RunState, number: int = 1, *, old: bool = False) -> RunStateChanged:
    run = a_run_view(f"RUN{number}", state)
    return RunStateChanged(replace(run, old=old), RunState.RUNNING)


def failed(failure: Failure, direction: Direction = Direction.UPLOAD) -> TransferFailed:
    view = TransferView(1, 1, 1, "/data/RUN1", TransferState.FAILED, direction=direction)
    return TransferFailed(replace(view, failure=failure))


def write(events: Sequence[Event], left_out: int) -> Letter:
    names = [e.run.name for e in events if isinstance(e, RunStateChanged)]
    return Letter(f"{' '.join(names)} +{left_out}", {})


@contextmanager
def notify(program: Program, pauses: NotifyPauses, failures: list[str]) -> Generator[Notify]:
    """Closed at the end; its program ends then."""
    made = Notify(NotifyEvent, write, program, lambda e: failures.append(e.what), pauses)
    try:
        yield made
    finally:
        made.close(Deadline(60.0, FixedClock()))
        program.may_end.set()


def test_what_is_told() -> None:
    """What ended, or ought to; not what was so before, nor what goes on by itself."""
    assert kind_of(in_state(RunState.DONE)) is NotifyEvent.DONE
    assert kind_of(in_state(RunState.STOPPED)) is NotifyEvent.FAILED
    assert kind_of(in_state(RunState.STALLED)) is NotifyEvent.STALLED
    assert kind_of(in_state(RunState.SETTLING)) is None
    assert kind_of(in_state(RunState.DONE, old=True)) is None
    assert kind_of(failed(Failure("refused"))) is NotifyEvent.UPLOAD_FAILED
    assert kind_of(failed(Failure("no answer", retryable=True, exit_code=3))) is None
    assert kind_of(failed(Failure("refused"), Direction.DOWNLOAD)) is None


def test_a_burst_is_one_message() -> None:
    """Whatever happens before it is told; of very many only the number."""
    program = Program()
    with notify(program, A_BURST, []) as notifying:
        for number in range(MOST_TOLD + 7):
            notifying.take(in_state(RunState.DONE, number))
        notifying.take(in_state(RunState.RUNNING))
    assert len(program.texts) == 1
    assert program.texts[0].endswith(f"RUN{MOST_TOLD - 1} +7")


def test_nobody_waits() -> None:
    """What happens while the program runs is told at the end, though it has not ended."""
    program = Program()
    with notify(program, AT_ONCE, []) as notifying:
        notifying.take(in_state(RunState.DONE, 1))
        program.heard.acquire()
        notifying.take(in_state(RunState.DONE, 2))
    assert program.texts == ["RUN1 +0", "RUN2 +0"]


def test_failing_is_told_once() -> None:
    """However often it fails."""
    program, failures = Program(NotifyError("no such program")), list[str]()
    program.may_end.set()
    with notify(program, AT_ONCE, failures) as notifying:
        for number in range(3):
            notifying.take(in_state(RunState.DONE, number))
            program.heard.acquire()
    assert failures == ["no such program"]


def test_other_processes_tell_of_their_transfers() -> None:
    """What the bus says of them is not told once more."""
    program = Program()
    with notify(program, A_BURST, []) as notifying:
        event = failed(Failure("refused"))
        notifying.overhear(event)
        notifying.overhear(TransferSucceeded(event.transfer))
    assert program.texts == []
    with notify(program, A_BURST, []) as notifying:
        notifying.take(failed(Failure("refused")))
    assert len(program.texts) == 1
