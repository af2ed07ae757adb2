"""Work off the UI thread, on daemon threads: quitting never waits for it."""

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from core.errors import RunFerryError
from core.events import Failure
from core.redaction import redact

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

    threading.Thread(target=run, name=name, daemon=True).start()


def failure_of(error: Exception) -> Failure:
    """An error as panes show it; redacted."""
    if isinstance(error, RunFerryError):
        return Failure(error.what, error.kept, error.todo, error.retryable, error.exit_code)
    what = f"Unexpected {type(error).__name__}: {redact(str(error))}"
    return Failure(what, todo="The log has the details.", retryable=True)
