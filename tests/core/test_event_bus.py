"""Fan-out."""

import logging

import pytest

from core.event_bus import EventBus
from core.events import Event, RootCameBack

EVENT = RootCameBack("/x")


def test_every_sink_in_order() -> None:
    """All that are subscribed at that moment, until they unsubscribe."""
    bus, got = EventBus(), list[str]()

    def first(event: Event) -> None:
        got.append("first")

    bus.subscribe(first)
    bus.subscribe(lambda _: got.append("second"))
    bus.publish(EVENT)
    bus.unsubscribe(first)
    bus.publish(EVENT)
    assert got == ["first", "second", "second"]


def test_a_failing_sink_stops_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """It is logged; the producer and the other sinks go on."""
    bus, got = EventBus(), list[Event]()

    def failing(event: Event) -> None:
        raise ValueError("broken")

    bus.subscribe(failing)
    bus.subscribe(got.append)
    with caplog.at_level(logging.ERROR):
        bus.publish(EVENT)
    assert got == [EVENT]
    assert "RootCameBack" in caplog.text
