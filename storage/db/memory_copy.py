"""What can still be read of a database whose file cannot be written."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from urllib.parse import quote

from storage.db.database_header import Header, header_of

_WAYS = ("mode=ro", "mode=ro&immutable=1")
"""The second needs no files beside the database, and takes no notice of what another one writes."""


def copy_usable(path: str, target: sqlite3.Connection, is_usable: Callable[[Header], bool]) -> bool:
    """Whether `target` holds all of the file at `path` now, and that is what was wanted."""
    for way in _WAYS:
        try:
            uri = f"file:{quote(os.fsencode(path))}?{way}"
            with closing(sqlite3.connect(uri, uri=True)) as source:
                source.backup(target)
            header = header_of(target)
        except sqlite3.Error:
            continue
        if isinstance(header, Header) and is_usable(header):
            return True
    return False
