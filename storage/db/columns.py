"""How values of core are written into SQLite columns.

Moments are ISO-8601 text in UTC with microseconds, so that they sort as text and can be read in a
shell. Paths and whatever contains one are blobs in the file system's encoding: a path need not be
UTF-8. Lists are JSON.

SQLite keeps whatever somebody wrote into a column: what is read is checked to be what was written.
"""

import json
import math
import os
from datetime import UTC, datetime
from functools import lru_cache
from typing import cast

from core.model import is_count

_LARGEST = (1 << 63) - 1
_YEARS = range(2, 9999)


def moment_text(moment: datetime) -> str:
    """Raises ValueError for a moment without time zone."""
    if moment.tzinfo is None:
        raise ValueError("a datetime without time zone cannot be placed in time")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def optional_moment_text(moment: datetime | None) -> str | None:
    """`moment_text`, None for none."""
    return None if moment is None else moment_text(moment)


def moment_from(text: str) -> datetime:
    """Raises ValueError when the text is not one of `moment_text`."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a stored moment without time zone")
    if moment.year not in _YEARS:
        raise ValueError("a stored moment that overflows in other time zones")
    return moment


def optional_moment_from(text: str | None) -> datetime | None:
    """`moment_from`, None for none."""
    return None if text is None else moment_from(text)


def storable(text: str) -> str:
    """`text`, with what UTF-8 cannot hold (unpaired surrogates out of foreign JSON) as escapes."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def list_text(items: tuple[str, ...]) -> str:
    """ASCII, so that every string survives."""
    return json.dumps(items)


@lru_cache(maxsize=1024)  # lists repeat, and parsing one costs as much as reading its row
def list_from(text: str) -> tuple[str, ...]:
    """Raises ValueError when the text is not one of `list_text`."""
    items = json.loads(text)
    if not isinstance(items, list):
        raise ValueError("a stored list that is none")  # noqa: TRY004 - damage is a ValueError
    return tuple(text_from(item) for item in cast("list[object]", items))


def whole_from(value: object, most: int = _LARGEST) -> int:
    """A number from 0 to `most`. Raises ValueError, as all of these do when it is not."""
    if not is_count(value, most):
        raise ValueError("not a whole number, or none of ours")
    return cast("int", value)


def text_from(value: object) -> str:
    """Any text."""
    if not isinstance(value, str):
        raise ValueError("not a text")  # noqa: TRY004 - damage is a ValueError
    return value


def path_from(value: object) -> str:
    """A path, out of the bytes that it is kept as."""
    if not isinstance(value, bytes):
        raise ValueError("not a path")  # noqa: TRY004
    return os.fsdecode(value)


def seconds_from(value: object) -> float:
    """Seconds."""
    if not isinstance(value, float) or not math.isfinite(value) or value < 0:
        raise ValueError("not a duration")
    return value


def fields_from(value: object) -> dict[str, object]:
    """A JSON object, out of the bytes that it is kept as."""
    if not isinstance(value, bytes):
        raise ValueError("not JSON")  # noqa: TRY004
    found = json.loads(value)
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004
    return cast("dict[str, object]", found)
