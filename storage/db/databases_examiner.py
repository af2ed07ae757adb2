"""Are state and cache whole, of this version, and free to be written?"""

import os
from collections.abc import Generator

from core.ports.examiner import Diagnosis, Examiner, Outcome
from storage.db.catalog_file import is_usable
from storage.db.database_faults import EXPLANATIONS, Fault
from storage.db.database_header import Header, examine
from storage.db.journal.schema import APPLICATION_ID, MIGRATIONS

_BUSY_SECONDS = 1.0
_STATE_HINT = (
    "Put back a copy, or move it away and start RunFerry again: what is in the store is safe."
)
_CACHE_HINT = "It is set aside by itself; `runferry store sync` fills a new one."


class DatabasesExaminer(Examiner):
    """Reads both whole; makes neither. Waits a second at most for another process."""

    def __init__(self, state_db: str, cache_db: str) -> None:
        """`cache_db` is empty where nobody knows of which store."""
        self._state_db = state_db
        self._cache_db = cache_db

    def examine(self) -> Generator[Diagnosis]:
        yield _state(self._state_db)
        if self._cache_db:
            yield _cache(self._cache_db)


def _state(path: str) -> Diagnosis:
    found = examine(path, _BUSY_SECONDS)
    if isinstance(found, Fault):
        return _faulty("state", path, found, _STATE_HINT)
    if found.application_id != APPLICATION_ID and not found.blank:
        return Diagnosis("state", Outcome.NOT_OK, f"{path} belongs to another program", _STATE_HINT)
    if found.version > len(MIGRATIONS):
        detail = f"{path} was made by a newer RunFerry"
        return Diagnosis("state", Outcome.NOT_OK, detail, "Update RunFerry.")
    return _whole("state", path, found)


def _cache(path: str) -> Diagnosis:
    found = examine(path, _BUSY_SECONDS)
    if isinstance(found, Fault):
        return _faulty("cache", path, found, _CACHE_HINT)
    if not is_usable(found):
        return Diagnosis("cache", Outcome.NOT_OK, f"{path} is of another version", _CACHE_HINT)
    return _whole("cache", path, found)


def _whole(what: str, path: str, found: Header) -> Diagnosis:
    if found.blank:
        return Diagnosis(what, Outcome.OK, f"not there yet: {path}")
    if not os.access(path, os.W_OK):
        what_then, todo = EXPLANATIONS[Fault.READ_ONLY]
        return Diagnosis(what, Outcome.NOT_OK, what_then.format(path=path), todo)
    return Diagnosis(what, Outcome.OK, f"whole, {os.path.getsize(path):,} B: {path}")


def _faulty(what: str, path: str, fault: Fault, hint: str) -> Diagnosis:
    told = EXPLANATIONS[fault]
    return Diagnosis(what, Outcome.NOT_OK, told.what.format(path=path), told.todo or hint)
