"""What a watch remembers of runs, for who only looks: no state is made, changed or waited for long."""

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from functools import cached_property
from urllib.parse import quote

from storage.db.journal.schema import APPLICATION_ID

_BUSY_SECONDS = 2.0


class WatchedProofs:
    """Whatever store a run was watched for: it is a fact of the run."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __call__(self, run: str) -> str:
        """What its finish rule remembers; empty where nothing is known, or the state cannot be read."""
        return self._proofs.get(os.fsencode(run), "")

    @cached_property
    def _proofs(self) -> Mapping[bytes, str]:
        if not os.path.exists(self._path):
            return {}
        try:
            uri = f"file:{quote(os.fsencode(self._path))}?mode=ro"
            with closing(sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS)) as state:
                return _read(state)
        except (sqlite3.Error, OSError, UnicodeError):
            return {}


def _read(state: sqlite3.Connection) -> Mapping[bytes, str]:
    if state.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        return {}
    # Of two stores, the later look.
    found = state.execute("SELECT path, proof FROM watched WHERE proof != '' ORDER BY seen_at")
    return {p: q for p, q in found if isinstance(p, bytes) and isinstance(q, str)}
