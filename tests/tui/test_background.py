"""Waiting on the UI thread for work on another one."""

import asyncio
import threading

import pytest

from core.errors import StateError
from tui.background import WorkFailedError, in_thread


async def test_result() -> None:
    """What the work returns, done on another thread."""
    home = threading.current_thread()
    assert await in_thread("test", threading.current_thread) is not home


async def test_failure() -> None:
    """An error arrives as it is shown, whatever it was."""

    def fail() -> None:
        raise StateError("The disk is full.", todo="Make room.")

    with pytest.raises(WorkFailedError) as caught:
        await in_thread("test", fail)
    assert caught.value.failure.what == "The disk is full."
    assert caught.value.failure.todo == "Make room."


async def test_nobody_waits_any_more() -> None:
    """Cancelling is immediate; what the work says later disturbs nobody."""
    go_on, done = threading.Event(), threading.Event()

    def work() -> None:
        go_on.wait(10)
        done.set()

    waiting = asyncio.ensure_future(in_thread("test", work))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    go_on.set()
    assert await in_thread("test", lambda: done.wait(10))
    await asyncio.sleep(0)


def test_loop_that_was_closed() -> None:
    """The work may outlive the app."""
    go_on, threads = threading.Event(), set(threading.enumerate())

    async def leave() -> None:
        task = asyncio.ensure_future(in_thread("test", lambda: go_on.wait(10)))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(leave())
    go_on.set()
    for thread in set(threading.enumerate()) - threads:
        thread.join(10)
