"""Does the store do what uploads and downloads ask of it? Each is done once, on an object that is removed."""

import secrets
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta

from core.errors import (
    BucketNotFoundError,
    RunFerryError,
    StoreAccessDeniedError,
    StoreCredentialsError,
)
from core.ports.clock import Clock
from core.ports.examiner import Diagnosis, Examiner, Outcome
from core.ports.object_store import ObjectStore, StoredObject
from core.stored.job_s3_prefix import PROBES

_DATA = b"runferry doctor"
_METADATA = {"write-token": "doctor"}
_TOLERANCE = timedelta(minutes=1)
_CANNOT_GO_ON = (BucketNotFoundError, StoreCredentialsError)


class TryStore(Examiner):
    """Writes one small object below the probes' prefix, in the way of every upload."""

    def __init__(self, store: ObjectStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._left = False

    def examine(self) -> Generator[Diagnosis]:
        """Whatever was written is removed, also when nobody asks to the end."""
        key = f"{PROBES}{secrets.token_hex(8)}/doctor"
        steps: dict[str, Callable[[], tuple[bool, str]]] = {
            "list": lambda: self._list(key),
            "clock": self._compare_clocks,
            "put": lambda: self._put(key),
            "head": lambda: self._head(key),
            "get": lambda: (b"".join(self._store.read(key)) == _DATA, ""),
            "delete": lambda: self._delete(key),
        }
        try:
            yield from _one_after_the_other(steps)
        finally:
            if self._left:
                with suppress(RunFerryError):
                    self._store.delete(key)

    def _list(self, key: str) -> tuple[bool, str]:
        next(iter(self._store.list(key)), None)
        return True, self._store.location

    def _compare_clocks(self) -> tuple[bool, str]:
        skew = self._clock.now() - self._store.now()
        ahead = "ahead of" if skew > timedelta() else "behind"
        seconds = round(abs(skew).total_seconds())
        differs = f"this machine is {seconds} s {ahead} the store"
        return abs(skew) <= _TOLERANCE, differs if seconds else "the same here and there"

    def _put(self, key: str) -> tuple[bool, str]:
        self._left = True
        self._store.put(key, _DATA, metadata=_METADATA)
        return True, f"{len(_DATA)} B"

    def _head(self, key: str) -> tuple[bool, str]:
        found = self._store.head(key)
        if not found or found.size != len(_DATA):
            return False, "what was stored is not there"
        return _knows_itself(found)

    def _delete(self, key: str) -> tuple[bool, str]:
        self._store.delete(key)
        self._left = False
        return True, ""


_HINTS = {
    "clock": "Set this machine's clock: signatures and links count on it.",
    "head": "`runferry store probe` tells more.",
    "get": "Something on the way changes what is read: `runferry store probe` tells more.",
}


def _one_after_the_other(
    steps: Mapping[str, Callable[[], tuple[bool, str]]],
) -> Iterator[Diagnosis]:
    gone = ""
    for what, step in steps.items():
        if gone:
            yield Diagnosis(what, Outcome.UNKNOWN, f"not tried: {gone}")
            continue
        diagnosis, gone = _tried(what, step)
        yield diagnosis


def _knows_itself(found: StoredObject) -> tuple[bool, str]:
    kept = dict(found.metadata) == _METADATA
    return kept, "" if kept else "metadata (x-amz-meta-*) are lost on the way"


def _tried(what: str, step: Callable[[], tuple[bool, str]]) -> tuple[Diagnosis, str]:
    """And why nothing more can be tried, if that is so."""
    try:
        done, detail = step()
    except RunFerryError as error:
        failed = Diagnosis(what, Outcome.NOT_OK, error.what, error.todo)
        return failed, _end(what, error)
    return _outcome(what, done, detail), ""


def _outcome(what: str, done: bool, detail: str) -> Diagnosis:
    if done:
        return Diagnosis(what, Outcome.OK, detail)
    return Diagnosis(what, Outcome.NOT_OK, detail, _HINTS.get(what, ""))


def _end(what: str, error: RunFerryError) -> str:
    return "" if _goes_on(error) else f"{what} has failed"


def _goes_on(error: RunFerryError) -> bool:
    """Whether something else may work although this did not."""
    answered = error.answered or isinstance(error, StoreAccessDeniedError)
    return answered and not isinstance(error, _CANNOT_GO_ON)
