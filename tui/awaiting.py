"""Work off the UI thread that a coroutine on it waits for."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from core.events import Failure
from tui.background import in_background

T = TypeVar("T")


class WorkFailedError(Exception):
    """What was waited for failed; `failure` is fit to be shown."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.what)
        self.failure = failure


async def in_thread(name: str, work: Callable[[], T]) -> T:
    """The result of `work`, done on a daemon thread. Raises WorkFailedError.

    Whoever is cancelled while waiting leaves the work to itself: quitting never waits for it.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(act: Callable[[], None]) -> None:
        def act_if_awaited() -> None:
            if not future.done():
                act()

        try:
            loop.call_soon_threadsafe(act_if_awaited)
        except RuntimeError:
            return  # the loop was closed: nobody waits any more

    in_background(
        name,
        work,
        lambda result: settle(partial(future.set_result, result)),
        lambda failure: settle(partial(future.set_exception, WorkFailedError(failure))),
    )
    return await future
