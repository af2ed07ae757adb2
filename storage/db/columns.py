"""How values of core are written into SQLite columns.

Moments are ISO-8601 text in UTC with microseconds, so that they sort as text and can be read in a
shell. Paths and whatever contains one are blobs in the file system's encoding: a path need not be
UTF-8. Lists are JSON.
"""

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import cast


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
    return tuple(cast("list[str]", items))
