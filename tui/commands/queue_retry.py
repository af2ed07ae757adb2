"""Carries once more what did not come to its end, and waits for it."""

import threading
from collections.abc import Collection, Iterable, Mapping

from core.errors import EXIT_CONNECTION, EXIT_FAILED, EXIT_OK
from core.event_bus import EventBus
from core.events import Event, TransferEvent
from core.ports.clock import Clock
from core.queue.agent import Agent
from core.queue.queued_transfer import PAUSABLE, RETRYABLE
from core.transfer_view import TransferState, TransferView
from tui.commands.event_lines import EventLines
from tui.output import note
from tui.wording.formatting import plural

_PATIENCE = 0.5
"""So often signals and the queue are looked at."""
_UNDONE = RETRYABLE | PAUSABLE


def _is_undone(view: TransferView) -> bool:
    """Not what the user paused, but what was broken off."""
    broken_off = view.state is TransferState.PAUSED and view.failure is not None
    return view.state in _UNDONE or broken_off


class QueueRetry:
    """Prints on the threads that publish; waits on the thread that calls `run`."""

    def __init__(self, transfers: Agent, bus: EventBus, clock: Clock, *, as_json: bool) -> None:
        self._transfers = transfers
        self._bus = bus
        self._lines = EventLines(clock, (), as_json=as_json)
        self._changed = threading.Condition()
        self._wanted: frozenset[int] = frozenset()
        self._ended: dict[int, TransferView] = {}

    def run(self, ids: Collection[int]) -> int:
        """These, or all that failed, was cancelled or broken off, or waits; returns the exit code.

        0 when all are done, 3 when what failed had no connection or waits for a restore, else 1. A
        transfer that somebody pauses or cancels meanwhile is not waited for, nor is a restore. Raises BrokenPipeError, or OutputError.
        """
        transfers = self._transfers
        transfers.attend()
        views = {view.id: view for view in transfers.views()}
        chosen = ids or [i for i, view in views.items() if i > 0 and _is_undone(view)]
        self._wanted = frozenset(i for i in chosen if i in views and _is_undone(views[i]))
        refused = frozenset(chosen) - self._wanted
        _tell_refused(refused, views)
        if not self._wanted:
            note("Nothing to retry.")
            return EXIT_FAILED if refused else EXIT_OK
        self._bus.subscribe(self._take)
        for transfer_id in sorted(self._wanted):
            self._try_again(views[transfer_id])
        transfers.start()
        if transfers.agent:
            note(f"{transfers.agent.describe()} does the transfers.")
        self._wait()
        return EXIT_FAILED if refused else self._exit_code()

    def _try_again(self, view: TransferView) -> None:
        """What waits already needs nothing."""
        paused = view.state is TransferState.PAUSED
        (self._transfers.resume if paused else self._transfers.retry)(view.id)

    def _take(self, event: Event) -> None:
        """On any thread."""
        with self._changed:
            if not isinstance(event, TransferEvent):
                self._lines.show(event)
            elif event.transfer.id in self._wanted:
                self._lines.show(event)
                if event.transfer.state.ended or event.transfer.restoring:
                    self._ended[event.transfer.id] = event.transfer
                else:
                    self._ended.pop(event.transfer.id, None)
            self._changed.notify_all()

    def _wait(self) -> None:
        with self._changed:
            while not self._changed.wait_for(self._all_ended, _PATIENCE):
                pass
        self._lines.check()

    def _all_ended(self) -> bool:
        """What somebody has cleared meanwhile is not waited for."""
        there = {view.id for view in self._transfers.views()}
        return self._lines.nobody_reads or not (self._wanted & there) - self._ended.keys()

    def _exit_code(self) -> int:
        stored = {i for i, view in self._ended.items() if view.state is TransferState.DONE}
        undone = self._wanted - stored
        if not undone:
            return EXIT_OK
        note(f"{len(undone)} of {plural(len(self._wanted), 'transfer')} not done.")
        codes = {_code(self._ended.get(i)) for i in undone}
        return EXIT_CONNECTION if codes == {EXIT_CONNECTION} else EXIT_FAILED


def _code(view: TransferView | None) -> int:
    """What waits for a restore works later, as what had no connection does."""
    if view and view.restoring:
        return EXIT_CONNECTION
    return view.failure.exit_code if view and view.failure else EXIT_FAILED


def _tell_refused(refused: Iterable[int], views: Mapping[int, TransferView]) -> None:
    for transfer_id in sorted(refused):
        state = views[transfer_id].state.value if transfer_id in views else "not there"
        note(f"Transfer {transfer_id} is {state}: nothing to retry.")
