"""What a user wants to hear of while nobody looks: told to a program of theirs, a burst at once."""

import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from core.errors import NotifyError
from core.events import Event, RunStateChanged, TransferEvent, TransferFailed
from core.finish.run_state import RunState
from core.ports.notify_program import NotifyProgram, Told
from core.settings import NotifyEvent
from core.threads import DaemonThreads, Deadline
from core.transfer_view import Direction, TransferView

MOST_TOLD = 50
"""In one message; of more only the number is."""
_OF_RUNS = {
    RunState.DONE: NotifyEvent.DONE,
    RunState.FAILED: NotifyEvent.FAILED,
    RunState.STOPPED: NotifyEvent.FAILED,
    RunState.STALLED: NotifyEvent.STALLED,
}


def kind_of(event: Event) -> NotifyEvent | None:
    """What it is for somebody who is not there; None for what is nothing to them.

    An upload that waits for the store goes on by itself, and has not failed for good.
    """
    match event:
        case RunStateChanged(run=run):
            return None if run.old else _OF_RUNS.get(run.state)
        case TransferFailed(
            transfer=TransferView(direction=Direction.UPLOAD, waits_for_store=False)
        ):
            return NotifyEvent.UPLOAD_FAILED
        case _:
            return None


@dataclass(frozen=True)
class Letter:
    """Ready to be mailed, redacted; `facts` say the same to a program."""

    text: str
    facts: Mapping[str, str]


@dataclass(frozen=True)
class NotifyPauses:
    """Seconds. What happens within the first is one message; after one nothing is said for the `rest`."""

    gathered: float = 3.0
    rest: float = 60.0


class Notify:
    """Takes events on any thread, at once, and tells them from one of its own.

    That the program fails is told once, until it has worked again.
    """

    def __init__(
        self,
        wanted: Collection[NotifyEvent],
        write: Callable[[Sequence[Event], int], Letter],
        program: NotifyProgram,
        on_failure: Callable[[NotifyError], None],
        pauses: NotifyPauses,
    ) -> None:
        """`write` makes a letter of events and of the number of those that were left out."""
        self._wanted = frozenset(wanted)
        self._write = write
        self._program = program
        self._on_failure = on_failure
        self._pauses = pauses
        self._changed = threading.Condition()
        self._waiting: list[Event] = []
        self._left_out = 0
        self._closing = False
        self._has_failed = False
        self._threads = DaemonThreads()

    def take(self, event: Event) -> None:
        """An EventSink."""
        if kind_of(event) not in self._wanted:
            return
        with self._changed:
            if self._closing:
                return
            if len(self._waiting) < MOST_TOLD:
                self._waiting.append(event)
            else:
                self._left_out += 1
            if not self._threads.running:
                self._threads.begin(self._tell_all, "notify")
            self._changed.notify_all()

    def overhear(self, event: Event) -> None:
        """Of the bus, where every process hears of transfers: only the one that carries them tells."""
        if not isinstance(event, TransferEvent):
            self.take(event)

    def close(self, deadline: Deadline) -> None:
        """Starts the program for what waits, if that can be done in time, and waits for no end of it."""
        with self._changed:
            self._closing = True
            events, left_out = self._taken()
            self._changed.notify_all()
        if events:
            begun = threading.Event()
            self._threads.begin(lambda: self._tell(events, left_out, begun), "notify-last")
            begun.wait(deadline.left())

    def _tell_all(self) -> None:
        while self._gathered():
            with self._changed:
                events, left_out = self._taken()
            if events:
                self._tell(events, left_out, threading.Event())
            self._rest()

    def _gathered(self) -> bool:
        """Waits until something happened, and for what happens with it; False at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            self._changed.wait_for(lambda: self._closing, self._pauses.gathered)
            return not self._closing

    def _rest(self) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._closing, self._pauses.rest)

    def _taken(self) -> tuple[Sequence[Event], int]:
        """Called under the lock."""
        taken = self._waiting, self._left_out
        self._waiting, self._left_out = [], 0
        return taken

    def _tell(self, events: Sequence[Event], left_out: int, begun: threading.Event) -> None:
        try:
            self._begin(events, left_out, begun).wait()
        except NotifyError as error:
            if not self._has_failed:
                self._on_failure(error)
            self._has_failed = True
        else:
            self._has_failed = False

    def _begin(self, events: Sequence[Event], left_out: int, begun: threading.Event) -> Told:
        try:
            letter = self._write(events, left_out)
            return self._program.begin(letter.text, letter.facts)
        finally:
            begun.set()
