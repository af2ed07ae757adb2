"""Work off the UI thread, on daemon threads: quitting never waits for it."""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from core.errors import Failure, RunFerryError
from core.redaction import redact
from core.threads import begin_thread

T = TypeVar("T")
_log = logging.getLogger(__name__)


def in_background(
    name: str,
    work: Callable[[], T],
    done: Callable[[T], None],
    failed: Callable[[Failure], None],
) -> None:
    """Calls `work`, then `done` or `failed`, all on a new thread: these two may only post."""

    def run() -> None:
        try:
            result = work()
        except RunFerryError as error:
            failed(failure_of(error))
        except Exception as error:  # noqa: BLE001 - the user is told, whatever it was
            _log.exception("%s failed", name)
            failed(failure_of(error))
        else:
            done(result)

    begin_thread(run, name)


def failure_of(error: Exception) -> Failure:
    """An error as panes show it; redacted."""
    if isinstance(error, RunFerryError):
        return Failure.of(error)
    what = f"Unexpected {type(error).__name__}: {redact(str(error))}"
    return Failure(what, todo="The log has the details.", retryable=True)


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
