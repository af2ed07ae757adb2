"""Rows as they come out of SQLite, which keeps whatever somebody wrote into a column."""

import logging
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, TypeVar

from core.model import shortened
from core.printable import printable
from core.redaction import redact
from storage.db.fields import DAMAGE

T = TypeVar("T")
_log = logging.getLogger(__name__)


def readable(rows: Iterator[dict[str, Any]], make: Callable[..., T]) -> list[T]:
    """What `make` makes of the columns, given by name; damaged rows are passed over, with a word."""
    made: list[T] = []
    while True:
        try:
            made.append(make(**next(rows)))
        except StopIteration:
            return made
        except DAMAGE as error:
            _tell(shortened(printable(redact(str(error))), 300))


def only(**column: Any) -> Any:
    """The value, where one column was selected."""
    (value,) = column.values()
    return value


def pair(key: str, value: str) -> Callable[..., tuple[Any, Any]]:
    """Makes both values of a row, where these columns were selected; peewee keeps no order."""

    def make(**columns: Any) -> tuple[Any, Any]:
        return columns[key], columns[value]

    return make


@lru_cache(maxsize=1024)  # some are read many times a second
def _tell(what: str) -> None:
    _log.warning("a damaged row is passed over: %s", what)
