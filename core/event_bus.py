"""Fan-out from producers to sinks."""

import logging
import threading

from core.events import Event, EventSink

_log = logging.getLogger(__name__)


class EventBus:
    """Delivers events on the publishing thread, to sinks in the order of their subscription.

    A sink that raises is logged and never stops a producer or another sink.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sinks: tuple[EventSink, ...] = ()

    def subscribe(self, sink: EventSink) -> None:
        """From the next event on."""
        with self._lock:
            self._sinks = (*self._sinks, sink)

    def unsubscribe(self, sink: EventSink) -> None:
        """No delivery that starts later; one under way may still arrive."""
        with self._lock:
            self._sinks = tuple(known for known in self._sinks if known != sink)

    def publish(self, event: Event) -> None:
        """Returns after all sinks took it."""
        for sink in self._sinks:
            try:
                sink(event)
            except Exception:  # noqa: BLE001 - whatever it is, it is the sink's fault alone
                _log.exception("a sink failed on %s", type(event).__name__)
