"""What goes on by itself while the app or a watch is open: queue, watch, auto-upload."""

from contextlib import ExitStack
from functools import cached_property

from core.event_bus import EventBus
from core.events import Event, EventSink
from core.ports.agent_lock import AgentLock
from core.queue.agent import Agent
from core.queue.agent_commands import AgentActions, AgentCommands
from core.queue.carry_transfer import GetCarriers
from core.queue.catalog_news import CatalogNews
from core.queue.outages import Outages
from core.queue.read_store import ReadStore, StoreReaders
from core.queue.store_state import StoreStates
from core.queue.store_watch import StoreWatch
from core.queue.transfer_list import TransferList
from core.queue.transfer_queue import QueueLimits, TransferQueue
from core.queue.transfer_reader import TransferReader
from core.queue.vain_tries import VainTries
from core.upload.upload_request import UploadRequest
from core.watch.auto_upload import AutoUpload
from core.watch.auto_upload_choices import AutoUploadChoices
from core.watch.run_watch import RunWatch
from storage.machine.agent_lock import FileAgentLock
from storage.read_only import OnlookingAgentLock
from tui.composition.adapters import Adapters
from tui.composition.watching import run_watch_of


class Live:
    """Each part is made when it is first asked for, and makes its threads when it is started."""

    def __init__(
        self,
        adapters: Adapters,
        bus: EventBus,
        carriers: GetCarriers,
        readers: StoreReaders,
        record: EventSink,
    ) -> None:
        """`carriers` is called on the queue's threads, when there is a transfer.

        `record` takes what becomes of the transfers that are carried here.
        """
        self._adapters = adapters
        self._bus = bus
        self._carriers = carriers
        self._readers = readers
        self._record = record
        self._stopping, self._ending = ExitStack(), ExitStack()
        self._stopping.callback(adapters.prompt.close)  # when transfers know that they are to stop

    def close(self) -> None:
        """Has all that was made stop, then waits for it; safe to repeat."""
        with self._ending:
            self._stopping.close()

    @cached_property
    def transfers(self) -> Agent:
        """The queue, or what another process has of it."""
        adapters = self._adapters
        path = adapters.places.agent_lock(adapters.settings.profile)
        lock: AgentLock = FileAgentLock(path, adapters.clock)
        if adapters.read_only:
            lock = OnlookingAgentLock(lock)
        queue = self._queue()
        agent = Agent(
            lock,
            queue,
            TransferReader(adapters.journal, adapters.clock, self._bus.publish),
            AgentCommands(adapters.journal, queue, self._actions()),
        )
        self._stopping.callback(agent.stop)
        self._ending.callback(agent.close, adapters.quitting)
        return agent

    @cached_property
    def store_watch(self) -> StoreWatch:
        """Lets what failed for want of an answer of the store go on when there is one."""
        clock, waits = self._adapters.clock, self._adapters.store_waits
        watch = StoreWatch(
            self._find_out,
            self.transfers.reconnect,
            self._bus.publish,
            Outages(clock, silence=waits.silence),
        )
        self._bus.subscribe(watch.take)
        self._stopping.callback(watch.close)
        return watch

    @cached_property
    def catalog_news(self) -> CatalogNews:
        """From when the catalog is, and that it changed."""
        news = CatalogNews(self._adapters.catalog)
        news.look()
        self._stopping.callback(news.stop)
        self._ending.callback(news.close, self._adapters.quitting)
        return news

    @cached_property
    def read_store(self) -> ReadStore:
        """Reads of the store what is looked at."""
        return ReadStore(self._readers, self.store_watch, self.catalog_news, self._adapters.clock)

    @cached_property
    def store_state(self) -> StoreStates:
        """What is known of the store."""
        adapters = self._adapters
        return StoreStates(self.store_watch, adapters.store_waits, self.read_store, adapters.clock)

    @cached_property
    def auto_upload(self) -> AutoUpload:
        """Which runs are uploaded by themselves."""
        watch = self._adapters.settings.watch
        return AutoUpload(
            self._submit,
            AutoUploadChoices(self._adapters.journal, watch.takes_changed),
            self._adapters.clock,
            self._bus.publish,
            countdown_seconds=watch.countdown_seconds,
            upload_failed=watch.upload_failed,
            acts=not self._adapters.read_only,
        )

    @cached_property
    def watch(self) -> RunWatch:
        """The watch engine."""
        watch = run_watch_of(self._adapters, self._bus, self.auto_upload)
        self._stopping.callback(watch.stop)
        self._ending.callback(watch.close, self._adapters.quitting)
        return watch

    def _queue(self) -> TransferQueue:
        adapters = self._adapters
        return TransferQueue(
            self._carriers,
            TransferList(adapters.journal, adapters.clock, adapters.places_of_runs),
            self._publish_carried,
            QueueLimits(
                adapters.settings.transfers.parallel,
                adapters.throttle,
                VainTries(VainTries.first_pause * adapters.pauses.share),
            ),
        )

    def _publish_carried(self, event: Event) -> None:
        self._record(event)
        self._bus.publish(event)

    def _actions(self) -> AgentActions:
        auto_upload = self.auto_upload
        return AgentActions(
            hold=auto_upload.hold,
            release=auto_upload.release,
            auto_upload=lambda root, on, changed: auto_upload.set_on(root, on=on, changed=changed),
            rescan=self._rescan,
        )

    def _submit(self, request: UploadRequest) -> object:
        return self.transfers.submit(request)

    def _rescan(self) -> None:
        self.watch.rescan()

    def _find_out(self) -> None:
        self.read_store.answer()
