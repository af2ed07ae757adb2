"""Core's events reach the UI thread from any thread, and are no trouble afterwards."""

import threading

from textual.app import App
from textual.message import Message

from core.event_bus import EventBus
from core.events import Event, EventSink, RunDetected
from tests.builders import a_run_view
from tests.tui.builders import Stage, until
from tui.bridge import Bridge, CoreEventReceived


class ListeningApp(App[int]):
    """Notes what arrives, and on which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[Event, bool]] = []
        self._home = threading.current_thread()

    def on_core_event_received(self, message: CoreEventReceived) -> None:
        self.seen.append((message.event, threading.current_thread() is self._home))


async def test_from_another_thread() -> None:
    """Everything arrives, in order, on the UI thread."""
    app = ListeningApp()
    events = [RunDetected(a_run_view(f"RUN{number}")) for number in range(50)]
    async with app.run_test() as pilot:
        bridge = Bridge(app)
        thread = threading.Thread(target=lambda: [bridge(event) for event in events])
        thread.start()
        await until(pilot, lambda: len(app.seen) == len(events))
        thread.join()
    assert app.seen == [(event, True) for event in events]


async def test_after_the_app_ended() -> None:
    """An event that comes too late is dropped without a word."""
    app = ListeningApp()
    bridge = Bridge(app)
    async with app.run_test():
        pass
    bridge(RunDetected(a_run_view()))
    assert app.seen == []


def test_after_the_loop_was_closed() -> None:
    """The same on a thread that outlives the loop."""
    app = ListeningApp()
    app.run(headless=True, auto_pilot=lambda pilot: pilot.exit(0))
    Bridge(app)(RunDetected(a_run_view()))
    assert app.seen == []


class CountingBus(EventBus):
    """Knows how many listen."""

    listeners = 0

    def subscribe(self, sink: EventSink) -> None:
        self.listeners += 1
        super().subscribe(sink)

    def unsubscribe(self, sink: EventSink) -> None:
        self.listeners -= 1
        super().unsubscribe(sink)


class ClosedLoop(App[int]):
    """What posting meets when the loop is closed between check and call."""

    def post_message(self, message: Message) -> bool:
        raise RuntimeError("Event loop is closed")


def test_while_the_loop_is_closed() -> None:
    """Losing that race is no error either."""
    Bridge(ClosedLoop())(RunDetected(a_run_view()))


async def test_app_listens_only_while_it_runs() -> None:
    """The bus forgets an app that has ended."""
    bus = CountingBus()
    stage = Stage(bus=bus)
    before = bus.listeners
    async with stage.app().run_test() as pilot:
        await until(pilot, lambda: bus.listeners == before + 1)
    assert bus.listeners == before
    stage.end()
