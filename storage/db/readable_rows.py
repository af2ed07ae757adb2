"""Rows as they come out of SQLite, which keeps whatever somebody wrote into a column."""

import logging
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import TypeVar

from core.errors import InvalidIdError
from core.model import shortened
from core.printable import printable
from core.redaction import redact
from storage.db.database_session import Row

T = TypeVar("T")
_log = logging.getLogger(__name__)
_DAMAGE = (ValueError, TypeError, AttributeError, RecursionError, OverflowError, InvalidIdError)


def readable(rows: Iterable[Row], make: Callable[[Row], T]) -> list[T]:
    """What `make` makes of the rows; those that are damaged are passed over, each with a word."""
    made: list[T] = []
    for row in rows:
        try:
            made.append(make(row))
        except _DAMAGE as error:
            _tell(shortened(printable(redact(f"{error}: {row!r}")), 300))
    return made


@lru_cache(maxsize=1024)  # some are read many times a second
def _tell(what: str) -> None:
    _log.warning("a damaged row is passed over: %s", what)
