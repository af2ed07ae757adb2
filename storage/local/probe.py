"""StoreProbe on a directory."""

import contextlib
from collections.abc import Callable, Generator, Mapping

from core.errors import PreconditionFailedError, StoreError
from core.ports.object_store import ObjectStore
from core.ports.probe import Answer, Check, Observation, StoreProbe
from storage.probing import Look, observe, one_winner

_METADATA = {"write-token": "probe"}
_STALE = "0-0"


class LocalStoreProbe(StoreProbe):
    """Tries the store itself: there is no server whose answers it would make up for."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @property
    def location(self) -> str:
        return self._store.location

    def observations(self, scratch: str) -> Generator[Observation]:
        list(self._store.list(scratch))
        yield Observation(Check.LIST, Answer.YES)
        try:
            yield from observe(_Looks(self._store, scratch).all())
        finally:
            for stored in list(self._store.list(scratch)):
                with contextlib.suppress(StoreError):
                    self._store.delete(stored.key)

    def close(self) -> None:
        self._store.close()


class _Looks:
    def __init__(self, store: ObjectStore, scratch: str) -> None:
        self._store = store
        self._scratch = scratch

    def all(self) -> Mapping[Check, Look]:
        return {
            Check.PUT: self._put,
            Check.GET: self._get,
            Check.DELETE: self._delete,
            Check.METADATA: self._metadata,
            Check.COPY: self._copy,
            Check.CREATE: lambda: self._refused(
                lambda key: self._store.put(key, b"2", if_absent=True)
            ),
            Check.CREATE_RACE: self._create_race,
            Check.REPLACE: lambda: self._refused(
                lambda key: self._store.put(key, b"2", if_match=_STALE)
            ),
            Check.DELETE_VERSION: lambda: self._refused(
                lambda key: self._store.delete(key, if_match=_STALE)
            ),
        }

    def _put(self) -> tuple[bool, str]:
        self._store.put(f"{self._scratch}a", b"1", metadata=_METADATA)
        return True, ""

    def _get(self) -> tuple[bool, str]:
        return b"".join(self._store.read(f"{self._scratch}a")) == b"1", ""

    def _metadata(self) -> tuple[bool, str]:
        self._put()
        found = self._store.head(f"{self._scratch}a")
        return found is not None and dict(found.metadata) == _METADATA, ""

    def _copy(self) -> tuple[bool, str]:
        self._store.copy(f"{self._scratch}a", f"{self._scratch}b")
        return b"".join(self._store.read(f"{self._scratch}b")) == b"1", ""

    def _delete(self) -> tuple[bool, str]:
        self._store.delete(f"{self._scratch}a")
        return self._store.head(f"{self._scratch}a") is None, ""

    def _create_race(self) -> tuple[bool, str]:
        def create(number: int, creator: int) -> bool:
            key = f"{self._scratch}race-{number}"
            try:
                self._store.put(key, b"%d" % creator, if_absent=True)
            except PreconditionFailedError:
                return False
            return True

        return one_winner(create)

    def _refused(self, write: Callable[[str], object]) -> tuple[bool, str]:
        key = f"{self._scratch}kept"
        self._store.put(key, b"1")
        try:
            write(key)
        except PreconditionFailedError:
            return b"".join(self._store.read(key)) == b"1", ""
        return False, ""
