"""One process per state does the work; the others leave it commands and watch."""

import logging
import threading
from collections.abc import Collection

from core.errors import Failure, RunFerryError
from core.ports.agent_lock import AgentLock, Holder
from core.queue.agent_commands import AgentCommands, AgentVerb
from core.queue.transfer_queue import TransferQueue
from core.queue.transfer_reader import TransferReader
from core.queue.transfer_request import TransferRequest
from core.queue.transfers import Transfers
from core.threads import DaemonThreads, Deadline
from core.transfer_view import TransferView

_log = logging.getLogger(__name__)
_POLL = 1.0
_SETTLE_POLL = 0.1


class Agent(Transfers):
    """The queue itself in the process that holds the lock, a reader of it in every other one.

    A reader whose agent is gone takes over within a second, with all that was left. `close` keeps
    the lock while a transfer, what is freed behind one, or a look has not ended: it is free when the
    process is gone.
    """

    def __init__(
        self,
        lock: AgentLock,
        queue: TransferQueue,
        reader: TransferReader,
        commands: AgentCommands,
    ) -> None:
        self._lock = lock
        self._queue = queue
        self._reader = reader
        self._commands = commands
        self._switching = threading.Lock()
        self._leads = False
        self._caught_up = threading.Event()
        self._holder: Holder | None = None
        self._trouble = ""
        self._spared: int | None = None
        self._stop = threading.Event()
        self._threads = DaemonThreads()

    @property
    def agent(self) -> Holder | None:
        """The other process that does the work; None when this one does."""
        return None if self._leads else self._holder

    @property
    def trouble(self) -> str:
        """Why a second RunFerry on this state would not be noticed, or empty."""
        return self._lock.trouble

    @property
    def limit(self) -> int | None:
        """That of the process that does the work; None while it has not told."""
        return self._work.limit

    def set_limit(self, bytes_per_second: int) -> None:
        """Here, or in the agent within a second."""
        self._work.set_limit(bytes_per_second)

    @property
    def parallel(self) -> int | None:
        """As `limit`."""
        return self._work.parallel

    def set_parallel(self, count: int) -> None:
        """Here, or in the agent within a second."""
        self._work.set_parallel(count)

    def start(self) -> None:
        """Works on the queue or reads it, and goes on with that. Raises StateError."""
        if self._spared is not None:
            self._queue.set_parallel(self._spared)
            self._spared = None
        self.tick()
        self._threads.begin(self._loop, "agent")

    def attend(self) -> None:
        """Looks once, for a command that shows or changes what is queued. Raises StateError.

        Without another process that does the work this one has the queue until `close`, but begins
        no transfer before `start`.
        """
        if self._spared is None:
            self._spared = self._queue.parallel
            self._queue.set_parallel(0)
        self.tick()

    def settle(self, deadline: Deadline) -> bool:
        """After `attend`: waits until what was asked for is done, and looks again.

        False when the agent has not come to it before the deadline. Raises StateError.
        """
        while not self._has_settled():
            if not deadline.left():
                return False
            self._stop.wait(_SETTLE_POLL)
        return True

    def tick(self) -> None:
        """One look at who leads and what was asked for. Raises StateError."""
        if not self._leads:
            self._follow()
        if self._leads:
            self._lead()

    def submit(self, request: TransferRequest) -> TransferView:
        """Into the queue, or into the journal for the agent."""
        with self._switching:
            if not self._leads:
                return self._reader.submit(request)
        return self._queue.submit(request)

    def keep_paused(self, requests: Collection[TransferRequest], because: Failure) -> bool:
        """As the queue does; False when another process has it, which would go on at once."""
        if self._leads:
            for request in requests:
                self._queue.keep_paused(request, because)
        return self._leads

    def retry(self, transfer_id: int) -> bool:
        """False when there is nothing to retry, as far as is known here."""
        return self._work.retry(transfer_id)

    def pause(self, transfer_id: int) -> bool:
        """False when it does not wait or travel, as far as is known here."""
        return self._work.pause(transfer_id)

    def resume(self, transfer_id: int) -> bool:
        """False when it is not paused, as far as is known here."""
        return self._work.resume(transfer_id)

    def cancel(self, transfer_id: int) -> bool:
        """False when there is nothing to give up, as far as is known here."""
        return self._work.cancel(transfer_id)

    def clear_ended(self, ids: Collection[int] | None = None) -> int:
        """How many are or will be forgotten."""
        return self._work.clear_ended(ids)

    def reconnect(self, away: bool = True) -> int:
        """Queues again what the store did not answer, if this process does the work.

        `away` as for the queue.
        """
        return self._queue.reconnect(away) if self._leads else 0

    def forget(self, requests: Collection[TransferRequest]) -> None:
        """Drops what is not under way of these; of what another process works on, what failed."""
        if self._leads:
            self._queue.forget(requests)
        else:
            self._reader.forget_failed(requests)

    def views(self) -> tuple[TransferView, ...]:
        """The queue's, or what the agent wrote of them a second or two ago."""
        return (self._queue if self._caught_up.is_set() else self._reader).views()

    def hold(self, path: str) -> None:
        """Keeps a run from being uploaded by itself, whoever would do it."""
        self._everywhere(AgentVerb.HOLD, path=path)

    def release(self, path: str) -> None:
        """Undoes `hold`."""
        self._everywhere(AgentVerb.RELEASE, path=path)

    def auto_upload(self, root: str, *, on: bool, changed: bool | None = None) -> None:
        """Whether runs below a root are uploaded by themselves, in every process that watches it.

        `changed`: also those that changed after they were stored; None leaves it to the settings.
        """
        self._everywhere(AgentVerb.AUTO_UPLOAD, root=root, on=on, changed=changed)

    def rescan(self) -> None:
        """Looks at everything again, here and in the agent."""
        self._everywhere(AgentVerb.RESCAN)

    def stop(self) -> None:
        """As the queue does; what was handed over stays with the agent."""
        self._stop.set()
        self._queue.stop()

    def close(self, deadline: Deadline) -> None:
        """Stops, and waits for that; another process may lead if all has ended by then."""
        self.stop()
        self._threads.join(deadline)
        self._queue.close(deadline)
        if not self.running:
            self._lock.release()

    @property
    def running(self) -> bool:
        """Whether something has not ended that was to; until then nobody else may lead."""
        return self._threads.running or self._queue.running

    @property
    def _work(self) -> "TransferQueue | TransferReader":
        return self._queue if self._leads else self._reader

    def _follow(self) -> None:
        """Sees what the agent did, and takes over when it is gone."""
        free = self._lock.acquire()
        if free:
            self._holder = None
        else:
            self._listen()
        self._reader.follow()  # what the agent before did last is told as well
        if free:
            self._take_over()

    def _listen(self) -> None:
        self._reader.refresh()  # before the agent says what it made of what was asked for
        self._holder = self._lock.holder()
        if self._holder:
            self._reader.told(self._holder)

    def _take_over(self) -> None:
        # What is submitted meanwhile goes into the journal before, or into the queue after.
        with self._switching:
            self._queue.start()
            self._leads = True
        if self._spared is None:
            self._queue.reconnect()

    def _lead(self) -> None:
        self._commands.carry_out(self._tell)
        self._tell()
        self._caught_up.set()
        self._queue.save_progress()

    def _tell(self) -> None:
        self._lock.tell(self._queue.limit, self._queue.parallel)

    def _has_settled(self) -> bool:
        """Looks; whether nothing was left to do before."""
        left = self._commands.any_left()
        self.tick()
        return self._leads or not left

    def _everywhere(self, verb: AgentVerb, **arguments: object) -> None:
        self._commands.do(verb, arguments)
        if not self._leads:
            self._commands.leave(verb, arguments)

    def _loop(self) -> None:
        while not self._stop.wait(_POLL):
            self._look()

    def _look(self) -> None:
        try:
            self.tick()
            self._trouble = ""
        except RunFerryError as error:
            self._complain(str(error))
        except Exception:  # noqa: BLE001 - a bug in one look must not end the agent
            _log.exception("the agent stumbled")

    def _complain(self, trouble: str) -> None:
        if trouble != self._trouble:
            _log.warning("%s", trouble)
        self._trouble = trouble
