"""What holds for every test."""

import threading
import time
from collections.abc import Iterator

import pytest

pytest_plugins = ["tests.servers.fixtures"]

_END_SECONDS = 10


@pytest.fixture(autouse=True)
def no_thread_leaks() -> Iterator[None]:
    """A test fails when a thread that began in it does not end with it."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + _END_SECONDS
    for thread in set(threading.enumerate()) - before:
        thread.join(max(0.0, deadline - time.monotonic()))
    left = [thread.name for thread in set(threading.enumerate()) - before]
    assert not left, f"threads are still running: {left}"
