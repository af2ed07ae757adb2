"""The queue as it is seen from a process that does not work on it."""

import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import replace

from core.events import Event
from core.ports.agent_lock import Holder
from core.ports.clock import Clock
from core.ports.journal.journal import QueueJournal
from core.ports.journal.queue import Command
from core.progress import Pacer
from core.queue.agent_commands import AgentVerb, transfer_command
from core.queue.queued_transfer import CANCELLABLE, CLEARABLE, OPEN, PAUSABLE, RETRYABLE
from core.queue.transfer_news import Rows, news_between
from core.queue.transfer_records import request_from, values_of, view_of
from core.queue.transfer_request import TransferRequest, identities_of, waiting_view
from core.transfer_view import TransferState, TransferView

_PAUSED = frozenset({TransferState.PAUSED})
_FAILED = frozenset({TransferState.FAILED})


class TransferReader:
    """Reads the queue from the journal, and leaves commands there for the agent.

    As old as the last `refresh`, except for what was submitted here. A transfer that the agent has
    not taken yet waits under a negative id: that of its command. Callable from any thread.
    """

    def __init__(
        self, journal: QueueJournal, clock: Clock, publish: Callable[[Event], None]
    ) -> None:
        self._journal = journal
        self._clock = clock
        self._publish = publish
        self._lock = threading.RLock()
        self._revision: object = None
        self._rows: Rows = {}
        self._pending: tuple[TransferView, ...] = ()
        self._views: tuple[TransferView, ...] = ()
        self._asked = False
        self._pacers: dict[int, Pacer] = {}
        self._news: deque[Event] = deque()
        self.limit: int | None = None
        self.parallel: int | None = None

    def refresh(self) -> None:
        """Reads the journal. Raises StateError."""
        with self._lock:
            revision = self._journal.revision()
            if revision != self._revision:
                self._read()
                self._revision = revision
            self._views = (*map(self._paced, self._rows.values()), *self._pending)

    def follow(self) -> None:
        """Reads the journal and tells what was seen to happen, each event once. One thread.

        Raises StateError.
        """
        self.refresh()
        while self._news:
            self._publish(self._news.popleft())

    def submit(self, request: TransferRequest) -> TransferView:
        """Asks for it; the view may be that of the same, which waits or travels already."""
        wanted = waiting_view(request)
        with self._lock:
            self.refresh()
            return self._find_open(wanted) or self._ask_for(request, wanted)

    def retry(self, transfer_id: int) -> bool:
        """Asks for it if there is something to retry."""
        return self._ask(AgentVerb.RETRY, transfer_id, RETRYABLE)

    def pause(self, transfer_id: int) -> bool:
        """Asks for it if it waits or travels."""
        return self._ask(AgentVerb.PAUSE, transfer_id, PAUSABLE)

    def resume(self, transfer_id: int) -> bool:
        """Asks for it if it is paused."""
        return self._ask(AgentVerb.RESUME, transfer_id, _PAUSED)

    def told(self, agent: Holder) -> None:
        """What the agent works with, unless something else was asked for since `refresh`, or before."""
        with self._lock:
            if not self._asked:
                self.limit, self.parallel = agent.limit, agent.parallel

    def set_limit(self, bytes_per_second: int) -> None:
        """Asks for it; `limit` says so until the agent says what it is."""
        with self._lock:
            self._ask_agent(Command(AgentVerb.LIMIT.value, {"rate": bytes_per_second}))
            self.limit = bytes_per_second

    def set_parallel(self, count: int) -> None:
        """Asks for it; `parallel` says so until the agent says what it is."""
        with self._lock:
            self._ask_agent(Command(AgentVerb.PARALLEL.value, {"count": count}))
            self.parallel = count

    def cancel(self, transfer_id: int) -> bool:
        """Asks for it if there is something to give up; takes back what the agent has not seen."""
        if transfer_id > 0:
            return self._ask(AgentVerb.CANCEL, transfer_id, CANCELLABLE)
        with self._lock:
            found = any(view.id == transfer_id for view in self._views)
            self._journal.remove_command(-transfer_id)
            self.refresh()
            return found

    def forget_failed(self, requests: Collection[TransferRequest]) -> None:
        """Asks for it, of these."""
        unwanted = identities_of(requests)
        for view in filter(lambda view: view.identity in unwanted, self._views):
            self._ask(AgentVerb.FORGET_FAILED, view.id, _FAILED)

    def clear_ended(self, ids: Collection[int] | None = None) -> int:
        """Asks for it; returns how many there are."""
        ended = _ended(self._views)
        wanted = sorted(ended if ids is None else ended.intersection(ids))
        if wanted:
            self._journal.put_command(Command(AgentVerb.CLEAR.value, {"ids": wanted}))
        return len(wanted)

    def views(self) -> tuple[TransferView, ...]:
        """Takes no lock: whoever draws must not wait for a disk."""
        return self._views

    def _read(self) -> None:
        # Commands first: one that is gone from there is among the transfers already.
        commands = self._journal.commands()
        rows = {record.id: view_of(record) for record in self._journal.transfers()}
        if self._revision is not None:
            self._news.extend([*news_between(self._rows, rows, self._journal.stored)])
        self._rows, self._pending = rows, _pending(commands, rows)
        self._asked = bool(commands)

    def _ask_agent(self, command: Command) -> None:
        self._journal.put_command(command)
        self._asked = True

    def _find_open(self, wanted: TransferView) -> TransferView | None:
        same = (view for view in self._like(wanted) if view.state in OPEN)
        return next(same, None)

    def _ask_for(self, request: TransferRequest, wanted: TransferView) -> TransferView:
        self._journal.put_command(Command(AgentVerb.SUBMIT.value, values_of(request)))
        self.refresh()
        return [wanted, *self._like(wanted)][-1]

    def _like(self, wanted: TransferView) -> Iterator[TransferView]:
        return (view for view in self._views if view.identity == wanted.identity)

    def _ask(self, verb: AgentVerb, transfer_id: int, states: AbstractSet[TransferState]) -> bool:
        known = self._rows.get(transfer_id)
        if known is None or known.state not in states:
            return False
        self._journal.put_command(transfer_command(verb, transfer_id))
        return True

    def _paced(self, view: TransferView) -> TransferView:
        if view.state is not TransferState.ACTIVE:
            self._pacers.pop(view.id, None)
            return view
        pacer = self._pacers.setdefault(view.id, Pacer())
        pace = pacer.sample(self._clock.monotonic(), view.done, view.total - view.done, view.phase)
        return replace(view, rate=pace.rate, seconds_left=pace.seconds_left)


def _pending(commands: Sequence[Command], rows: Rows) -> tuple[TransferView, ...]:
    """What was asked for and is not in the queue yet; the same only once."""
    taken = {view.identity for view in rows.values() if view.state in OPEN}
    return tuple(_first_of_each(_asked_for(commands), taken))


def _first_of_each(
    views: Iterable[TransferView], taken: set[tuple[str, str]]
) -> Iterator[TransferView]:
    for view in views:
        if view.identity not in taken:
            taken.add(view.identity)
            yield view


def _asked_for(commands: Sequence[Command]) -> Iterator[TransferView]:
    for command in commands:
        if command.verb == AgentVerb.SUBMIT:
            with suppress(ValueError):
                yield waiting_view(request_from(command.arguments), -command.id)


def _ended(views: Iterable[TransferView]) -> set[int]:
    return {view.id for view in views if view.state in CLEARABLE}
