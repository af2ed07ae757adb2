"""A store in memory."""

import hashlib
import itertools
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from core.errors import (
    ObjectArchivedError,
    ObjectNotFoundError,
    PreconditionFailedError,
    RunFerryError,
    StoreError,
    UploadGoneError,
)
from core.ports.object_store import (
    Excerpt,
    ObjectStore,
    OpenUpload,
    PendingUpload,
    Restored,
    RestoreTier,
    SentPart,
    StoredObject,
    Upload,
    UploadSession,
)
from core.ports.presigned_url import LinkMethod, PresignedUrl
from core.ports.send_pace import AtOnce, SendPace
from core.stored.storage_classes import needs_restore

_EPOCH = datetime(2026, 11, 20, 12, tzinfo=UTC)
_BLOCK = 1 << 20
_STEPS = {
    "check",
    "head",
    "read",
    "excerpt",
    "put",
    "start_upload",
    "presign",
    "discard_upload",
    "pending_uploads",
    "write",
    "flush",
    "complete",
    "abort",
    "copy",
    "change_class",
    "restore",
    "list",
    "list_prefixes",
    "delete",
}


@dataclass
class _Failure:
    error: RunFerryError
    after: bool
    skip: int


class FakeObjectStore(ObjectStore):
    """Behaves as the real stores do; any thread may use it. Time is the number of writes.

    With a session each written block is a part of an upload that can be gone on with.

    Attributes:
        open_uploads: Uploads that were neither completed nor aborted.
        kept_parts: Parts of uploads with a session, by upload id and number.
        later: How much later than its first write it is.
        closed: Whether `close` was called.
    """

    def __init__(self, location: str = "s3://fake") -> None:
        self.open_uploads = 0
        self.kept_parts: dict[str, dict[int, bytes]] = {}
        self.later = timedelta()
        self.closed = False
        self._pending: dict[str, PendingUpload] = {}
        self._begun_with: dict[str, dict[str, str]] = {}
        self._location = location
        self._objects: dict[str, tuple[bytes, StoredObject]] = {}
        self._failures: defaultdict[str, deque[_Failure]] = defaultdict(deque)
        self._writes = itertools.count(1)
        self._lock = threading.RLock()

    def fail_next(
        self, method: str, error: RunFerryError, *, after: bool = False, skip: int = 0
    ) -> None:
        """The next call of a method, or of "write", "flush" or "complete" of an upload, raises `error`.

        "abort" of an upload tells it without raising.

        With `after` the call first does what it does, as when a reply is lost. `skip` calls are
        spared. Several failures of one method take effect one after the other.
        """
        if method not in _STEPS:
            raise ValueError(f"{method} cannot fail")
        with self._lock:
            self._failures[method].append(_Failure(error, after, skip))

    @property
    def location(self) -> str:
        return self._location

    def url(self, key: str) -> str:
        return f"{self._location}/{key}"

    def now(self) -> datetime:
        return _EPOCH + self.later

    def check(self) -> None:
        with self.step("check"):
            pass

    def head(self, key: str) -> StoredObject | None:
        with self.step("head"):
            return self._objects[key][1] if key in self._objects else None

    def read(
        self,
        key: str,
        *,
        start: int = 0,
        length: int | None = None,
        if_match: str | None = None,
    ) -> Iterator[bytes]:
        with self.step("read"):
            data, stored = self._readable(key)
            self._check(key, if_absent=False, if_match=if_match)
        end = stored.size if length is None else min(stored.size, start + length)
        for offset in range(start, end, _BLOCK):
            yield data[offset : min(end, offset + _BLOCK)]

    def excerpt(self, key: str, *, start: int, length: int) -> Excerpt:
        with self.step("excerpt"):
            data, stored = self._readable(key)
            return Excerpt(stored, data[start : start + length])

    def put(
        self,
        key: str,
        data: bytes,
        *,
        if_absent: bool = False,
        if_match: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> StoredObject:
        with self.step("put"):
            self._check(key, if_absent=if_absent, if_match=if_match)
            return self._store(key, data, metadata or {})

    def start_upload(
        self,
        key: str,
        *,
        size_bound: int,
        metadata: Mapping[str, str],
        on_sent: Callable[[int], None],
        session: UploadSession | None = None,
        pace: SendPace | None = None,
    ) -> Upload:
        with self.step("start_upload"):
            if session is None:
                self.open_uploads += 1
                return _FakeUpload(self, key, dict(metadata), on_sent, pace or AtOnce())
            before = session.before
            if before is None or before.upload_id not in self.kept_parts:
                before = OpenUpload(f"upload-{next(self._writes)}", 1)
                self.kept_parts[before.upload_id] = {}
                self._begun_with[before.upload_id] = dict(metadata)
                moment = _EPOCH + timedelta(seconds=next(self._writes))
                self._pending[before.upload_id] = PendingUpload(key, before.upload_id, moment)
                self.open_uploads += 1
                session.opened(before)
            return _FakeUpload(
                self,
                key,
                self._begun_with[before.upload_id],
                on_sent,
                pace or AtOnce(),
                session,
                before.upload_id,
            )

    def pending_uploads(self, prefix: str) -> Iterator[PendingUpload]:
        with self.step("pending_uploads"):
            found = [self._pending[upload_id] for upload_id in self.kept_parts]
        yield from sorted((p for p in found if p.key.startswith(prefix)), key=lambda p: p.key)

    def presign(self, key: str, method: LinkMethod, *, expires_seconds: int) -> PresignedUrl:
        with self.step("presign"):
            signature = hashlib.sha256(f"{method} {key}".encode()).hexdigest()
            query = f"X-Amz-Expires={expires_seconds}&X-Amz-Signature={signature}"
            return PresignedUrl(f"https://fake.invalid/{key}?{query}")

    def discard_upload(self, key: str, upload_id: str) -> None:
        with self.step("discard_upload"):
            if self.kept_parts.pop(upload_id, None) is not None:
                self.open_uploads -= 1

    def copy(
        self,
        source: str,
        target: str,
        *,
        source_etag: str | None = None,
        if_match: str | None = None,
        metadata: Mapping[str, str] | None = None,
        on_copied: Callable[[int], None] = lambda _: None,
    ) -> StoredObject:
        with self.step("copy"):
            data, stored = self._existing(source)
            self._check(source, if_absent=False, if_match=source_etag)
            self._check(target, if_absent=if_match is None, if_match=if_match)
            for part in (data[:1], data[1:]):
                on_copied(len(part))
            return self._store(target, data, stored.metadata if metadata is None else metadata)

    def check_classes(self) -> None:
        """It has all that anybody thinks of."""

    def change_class(self, key: str, storage_class: str, *, if_match: str) -> StoredObject:
        with self.step("change_class"):
            data, stored = self._existing(key)
            self._check(key, if_absent=False, if_match=if_match)
            moved = self._store(key, data, stored.metadata)
            moved = replace(moved, storage_class=storage_class)
            self._objects[key] = data, moved
            return moved

    def restore(self, key: str, *, tier: RestoreTier, days: int) -> None:
        with self.step("restore"):
            data, stored = self._existing(key)
            self._objects[key] = data, replace(stored, restored=stored.restored or Restored())

    def finish_restores(self, until: datetime) -> None:
        """What was asked for can be read from now on."""
        for key, (data, stored) in self._objects.items():
            if stored.restoring:
                self._objects[key] = data, replace(stored, restored=Restored(until))

    def list(self, prefix: str, *, after: str = "") -> Iterator[StoredObject]:
        with self.step("list"):
            objects = self._objects.items()
            found = [s for key, (_, s) in objects if key.startswith(prefix) and key > after]
        for stored in sorted(found, key=lambda stored: stored.key):
            yield replace(stored, metadata={})

    def list_prefixes(self, prefix: str) -> Iterator[str]:
        with self.step("list_prefixes"):
            rests = [key[len(prefix) :] for key in self._objects if key.startswith(prefix)]
        yield from sorted({f"{prefix}{r.partition('/')[0]}/" for r in rests if "/" in r})

    def delete(self, key: str, *, if_match: str | None = None) -> None:
        with self.step("delete"):
            if key in self._objects:
                self._check(key, if_absent=False, if_match=if_match)
                del self._objects[key]

    def close(self) -> None:
        self.closed = True

    def commit(
        self, key: str, data: bytes, metadata: Mapping[str, str], if_match: str | None
    ) -> StoredObject:
        """What `complete` of an upload does; it recognises what it stored before."""
        with self.step("complete"):
            found = self._objects.get(key)
            if found and metadata and found[1].metadata == metadata and found[1].size == len(data):
                return found[1]
            self._check(key, if_absent=if_match is None, if_match=if_match)
            return self._store(key, data, metadata)

    @contextmanager
    def step(self, method: str) -> Generator[None]:
        """Holds the lock; fails as planned."""
        with self._lock:
            failure = self._due(method)
            if failure and not failure.after:
                raise failure.error
            yield
            if failure:
                raise failure.error

    def _due(self, method: str) -> _Failure | None:
        planned = self._failures[method]
        if planned and not planned[0].skip:
            return planned.popleft()
        if planned:
            planned[0].skip -= 1
        return None

    def _existing(self, key: str) -> tuple[bytes, StoredObject]:
        if key not in self._objects:
            raise ObjectNotFoundError(f"There is no object {key}.")
        return self._objects[key]

    def _readable(self, key: str) -> tuple[bytes, StoredObject]:
        data, stored = self._existing(key)
        at_hand = stored.restored and not stored.restoring
        if needs_restore(stored.storage_class) and not at_hand:
            raise ObjectArchivedError(f"{key} is archived.")
        return data, stored

    def _check(self, key: str, *, if_absent: bool, if_match: str | None) -> None:
        current = self._objects.get(key)
        if if_absent and current:
            raise PreconditionFailedError(f"{key} exists already.")
        if if_match is not None and (not current or current[1].etag != if_match):
            raise PreconditionFailedError(f"{key} is not the version that was expected.")

    def _store(self, key: str, data: bytes, metadata: Mapping[str, str]) -> StoredObject:
        number = next(self._writes)
        moment = _EPOCH + timedelta(seconds=number)
        stored = StoredObject(key, len(data), f"etag-{number}", moment, dict(metadata))
        self._objects[key] = (bytes(data), stored)
        return stored


class EqualEtags(FakeObjectStore):
    """As most stores: the same bytes have the same etag."""

    def _store(self, key: str, data: bytes, metadata: Mapping[str, str]) -> StoredObject:
        etag = hashlib.sha256(data).hexdigest()
        stored = replace(super()._store(key, data, metadata), etag=etag)
        self._objects[key] = (bytes(data), stored)
        return stored


class _FakeUpload(Upload):
    def __init__(
        self,
        store: FakeObjectStore,
        key: str,
        metadata: Mapping[str, str],
        on_sent: Callable[[int], None],
        pace: SendPace,
        session: UploadSession | None = None,
        upload_id: str = "",
    ) -> None:
        self._store = store
        self._key = key
        self._metadata = metadata
        self._on_sent = on_sent
        self._pace = pace
        self._session = session
        self._upload_id = upload_id
        self._number = 0
        self._data = bytearray()
        self._open = True

    def write(self, data: bytes) -> None:
        self._number += 1
        digest = hashlib.sha256(data).hexdigest()
        session, parts = self._session, self._store.kept_parts.get(self._upload_id, {})
        known = session.parts.get(self._number) if session else None
        if session and known and known.digest == digest and parts.get(self._number) == data:
            session.kept(len(data))
        else:
            with self._store.step("write"):
                self._check_open()
                parts[self._number] = data
            self._send(len(data))
            if session:
                session.sent(SentPart(self._number, len(data), digest, f"etag-{digest[:8]}"))
        self._data += data

    def _send(self, count: int) -> None:
        with self._pace.request() as allow:
            while count:
                piece = allow(count)
                self._on_sent(piece)
                count -= piece

    def flush(self) -> None:
        with self._store.step("flush"):
            self._check_open()

    def complete(self, *, if_match: str | None = None) -> StoredObject:
        self._check_open()
        stored = self._store.commit(self._key, bytes(self._data), self._metadata, if_match)
        self._end()
        return stored

    def _check_open(self) -> None:
        if self._session and self._upload_id not in self._store.kept_parts:
            raise UploadGoneError(f"The upload to {self._key} was aborted.")

    def abort(self) -> bool:
        try:
            with self._store.step("abort"):
                self._end()
        except StoreError:
            return False
        return True

    def suspend(self) -> None:
        if not self._session:
            self._end()

    def _end(self) -> None:
        if self._open:
            self._open = False
            if not self._session or self._store.kept_parts.pop(self._upload_id, None) is not None:
                self._store.open_uploads -= 1
