"""The one place that knows of a prefix: keys get it on their way into a store and lose it on their way out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from core.errors import StoreError
from core.ports.object_store import (
    Excerpt,
    ObjectStore,
    PendingUpload,
    RestoreTier,
    StoredObject,
    Upload,
    UploadSession,
)
from core.ports.presigned_url import LinkMethod, PresignedUrl
from core.ports.send_pace import SendPace
from core.printable import printable


class PrefixedStore(ObjectStore):
    """What lies below `prefix` in `store`, as a store of its own; it ends in a slash.

    `store` is closed with it. What that one says in errors and links is the whole key. Nothing
    outside can be named, and a listing that tells of anything outside is refused: what others
    have is never taken for ours.
    """

    def __init__(self, store: ObjectStore, prefix: str) -> None:
        self._store = store
        self._prefix = prefix

    @property
    def location(self) -> str:
        return self._store.url(self._prefix.removesuffix("/"))

    def url(self, key: str) -> str:
        return self._store.url(self._whole(key))

    def now(self) -> datetime:
        return self._store.now()

    def check(self) -> None:
        self._store.check()

    def head(self, key: str) -> StoredObject | None:
        found = self._store.head(self._whole(key))
        return found and self._object(found)

    def read(
        self,
        key: str,
        *,
        start: int = 0,
        length: int | None = None,
        if_match: str | None = None,
    ) -> Iterator[bytes]:
        return self._store.read(self._whole(key), start=start, length=length, if_match=if_match)

    def excerpt(self, key: str, *, start: int, length: int) -> Excerpt:
        found = self._store.excerpt(self._whole(key), start=start, length=length)
        return replace(found, object=self._object(found.object))

    def put(
        self,
        key: str,
        data: bytes,
        *,
        if_absent: bool = False,
        if_match: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> StoredObject:
        stored = self._store.put(
            self._whole(key), data, if_absent=if_absent, if_match=if_match, metadata=metadata
        )
        return self._object(stored)

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
        upload = self._store.start_upload(
            self._whole(key),
            size_bound=size_bound,
            metadata=metadata,
            on_sent=on_sent,
            session=session,
            pace=pace,
        )
        return _PrefixedUpload(upload, self._object)

    def pending_uploads(self, prefix: str) -> Iterator[PendingUpload]:
        for pending in self._store.pending_uploads(self._whole(prefix)):
            yield replace(pending, key=self._own(pending.key))

    def presign(self, key: str, method: LinkMethod, *, expires_seconds: int) -> PresignedUrl:
        return self._store.presign(self._whole(key), method, expires_seconds=expires_seconds)

    def discard_upload(self, key: str, upload_id: str) -> None:
        self._store.discard_upload(self._whole(key), upload_id)

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
        copied = self._store.copy(
            self._whole(source),
            self._whole(target),
            source_etag=source_etag,
            if_match=if_match,
            metadata=metadata,
            on_copied=on_copied,
        )
        return self._object(copied)

    def check_classes(self) -> None:
        self._store.check_classes()

    def change_class(self, key: str, storage_class: str, *, if_match: str) -> StoredObject:
        return self._object(
            self._store.change_class(self._whole(key), storage_class, if_match=if_match)
        )

    def restore(self, key: str, *, tier: RestoreTier, days: int) -> None:
        self._store.restore(self._whole(key), tier=tier, days=days)

    def list(self, prefix: str, *, after: str = "") -> Iterator[StoredObject]:
        behind = self._whole(after) if after else ""
        return map(self._object, self._store.list(self._whole(prefix), after=behind))

    def list_prefixes(self, prefix: str) -> Iterator[str]:
        return map(self._own, self._store.list_prefixes(self._whole(prefix)))

    def delete(self, key: str, *, if_match: str | None = None) -> None:
        self._store.delete(self._whole(key), if_match=if_match)

    def close(self) -> None:
        self._store.close()

    def _whole(self, key: str) -> str:
        return self._prefix + key

    def _own(self, whole: str) -> str:
        if not whole.startswith(self._prefix):
            raise StoreError(
                f"Asked for what is below {printable(self._prefix)}, the store told of "
                f"{printable(whole)}: it does not keep to prefixes.",
                kept="Nothing outside of the prefix was touched.",
                todo="Use a bucket without a prefix on this server, or ask who runs it.",
            )
        return whole[len(self._prefix) :]

    def _object(self, stored: StoredObject) -> StoredObject:
        return replace(stored, key=self._own(stored.key))


class _PrefixedUpload(Upload):
    """Of a whole key; what it makes is told by our own."""

    def __init__(self, upload: Upload, own: Callable[[StoredObject], StoredObject]) -> None:
        self._upload = upload
        self._own = own

    def write(self, data: bytes) -> None:
        self._upload.write(data)

    def flush(self) -> None:
        self._upload.flush()

    def complete(self, *, if_match: str | None = None) -> StoredObject:
        return self._own(self._upload.complete(if_match=if_match))

    def abort(self) -> bool:
        return self._upload.abort()

    def suspend(self) -> None:
        self._upload.suspend()
