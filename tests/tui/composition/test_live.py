"""What the parts that go on by themselves make of each other."""

import threading
from pathlib import Path

import pytest

from core.event_bus import EventBus
from core.queue.carry_transfer import Carriers
from core.queue.read_store import StoreReaders
from tui.composition.adapters import Adapters
from tui.composition.live import Live
from tui.composition.options import Options, Pauses

PATIENCE = 60.0


def no_carriers() -> Carriers:
    raise AssertionError("nothing is queued")


def looks() -> int:
    """How many are under way."""
    return sum(thread.name == "store-look" for thread in threading.enumerate())


def no_reading(job_id: int = 0) -> None:
    """Nothing is new."""


def wait_for_looks(count: int) -> None:
    for _ in range(2000):
        if looks() == count:
            return
        threading.Event().wait(0.005)
    pytest.fail(f"{looks()} looks, not {count}")


def test_first_reading_is_one(tmp_path: Path) -> None:
    """The app asks at its start, and the screen of the store again: a large one is read once."""
    adapters = Adapters(Options(), {"RUNFERRY_HOME": str(tmp_path)}, None, Pauses())
    reading, may_go_on, second = threading.Event(), threading.Event(), threading.Event()

    def read() -> None:
        (second if reading.is_set() else reading).set()
        assert may_go_on.wait(PATIENCE)
        adapters.catalog.replace((), (), (), adapters.clock.now())

    bus, readers = EventBus(), StoreReaders(read, no_reading, no_reading)
    live = Live(adapters, bus, no_carriers, readers, bus.publish)
    live.store_watch.ask()
    assert reading.wait(PATIENCE)
    live.store_watch.ask()
    wait_for_looks(2)
    may_go_on.set()
    wait_for_looks(0)
    assert not second.is_set()
    assert live.store_watch.answers
    live.close()
    adapters.close()
