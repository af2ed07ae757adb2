"""The watcher of local file systems."""

import logging
import threading
from collections.abc import Callable
from functools import partial

from core.ports.tree import TreeWatcher
from core.threads import begin_thread
from storage.watching.event_loss import EventLoss, WatchEndedError
from storage.watching.supervision import Supervision

_log = logging.getLogger(__name__)


class EventWatcher(TreeWatcher):
    """The events of this system through watchdog, on daemon threads; a broken observer is replaced.

    All in seconds: whether the root is still the same is checked every `look_every`, an observer
    that missed events is replaced not sooner than `renew_every` after it began, and events gather
    in the kernel for a `nap`.
    """

    def __init__(
        self, *, look_every: float = 5.0, renew_every: float = 60.0, nap: float = 0.1
    ) -> None:
        self._look_every, self._renew_every, self._nap = look_every, renew_every, nap
        self._gate = threading.RLock()
        self._news = threading.Event()
        self._stop = threading.Event()
        self._supervision: Supervision | None = None

    @property
    def blind(self) -> str:
        return self._supervision.blind if self._supervision else ""

    def start(
        self, root: str, on_dirty: Callable[[str], None], on_trouble: Callable[[str], None]
    ) -> None:
        self._supervision = Supervision(
            root,
            self._until_stopped(on_dirty),
            self._until_stopped(on_trouble),
            new_loss=lambda: EventLoss(self._news, self._stop),
            renew_every=self._renew_every,
            nap=self._nap,
        )
        begin_thread(partial(self._supervise, self._supervision), "watcher")

    def stop(self) -> None:
        with self._gate:
            self._stop.set()
        self._news.set()

    def _until_stopped(self, call: Callable[[str], None]) -> Callable[[str], None]:
        def called(text: str) -> None:
            with self._gate:  # held, so that `stop` returns after the last call
                if not self._stop.is_set():
                    call(text)

        return called

    def _supervise(self, supervision: Supervision) -> None:
        while not self._stop.is_set():
            self._news.clear()
            try:
                supervision.look()
            except WatchEndedError:
                break
            except Exception:  # noqa: BLE001 - a bug in one look must not end the watch
                _log.exception("the file system watcher could not be looked after")
            if not self._stop.is_set():
                self._news.wait(self._look_every)
        supervision.end()
