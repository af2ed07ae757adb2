"""What holds for every test."""

import gc
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.servers.fixtures"]

settings.register_profile("same", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("same")  # how long an example takes says how busy the machine is

gc.disable()  # until all tests are collected: see below

_END_SECONDS = 10
_FULL_SEARCHES = 30
"""Searches for garbage among what is young, until one goes through everything."""


def pytest_collection_finish() -> None:
    """Garbage is not looked for among what stays: modules, tests. That took a third of the time."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(700, 10, _FULL_SEARCHES)


def pytest_unconfigure() -> None:
    """The last search of pytest, five times through all, has what comes of these two to find."""
    gc.collect()
    gc.collect()
    gc.freeze()


def _join(thread: threading.Thread, deadline: float) -> None:
    """One that another thread is just starting is listed before it can be joined."""
    while (left := deadline - time.monotonic()) > 0:
        try:
            thread.join(left)
        except RuntimeError:
            time.sleep(0.001)
        else:
            return


@pytest.fixture(autouse=True)
def no_thread_leaks() -> Iterator[None]:
    """A test fails when a thread that began in it does not end with it."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + _END_SECONDS
    for thread in set(threading.enumerate()) - before:
        _join(thread, deadline)
    left = [thread.name for thread in set(threading.enumerate()) - before]
    assert not left, f"threads are still running: {left}"
