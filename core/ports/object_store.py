"""Where artifacts live: an S3 bucket, or a local directory with the same layout."""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from core.ports.presigned_url import LinkMethod, PresignedUrl
from core.ports.send_pace import SendPace


class RestoreTier(StrEnum):
    """How fast an archived object is to be restored: minutes, hours, or up to two days for less."""

    EXPEDITED = "expedited"
    STANDARD = "standard"
    BULK = "bulk"


@dataclass(frozen=True)
class Restored:
    """A copy of an archived object: it can be read `until` then; None while it is being made."""

    until: datetime | None = None


@dataclass(frozen=True)
class StoredObject:
    """What the store says about one object. `metadata` is empty in listings.

    `size` is negative where a listing has one that cannot be read, `last_modified` None where there
    is no date that can be. `storage_class` is empty for the usual one. It is not `verified` where it was
    written and may not be read back: then it tells what was sent and accepted, not what was seen.
    `restored` is told by `head` alone, of what is archived.
    """

    key: str
    size: int
    etag: str
    last_modified: datetime | None = None
    metadata: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    storage_class: str = ""
    verified: bool = True
    restored: Restored | None = None

    @property
    def restoring(self) -> bool:
        """Whether a restore is under way."""
        return self.restored is not None and self.restored.until is None


@dataclass(frozen=True)
class Excerpt:
    """Some bytes of `object`; its etag pins the version that later reads are to be of."""

    object: StoredObject
    data: bytes


@dataclass(frozen=True)
class SentPart:
    """A part that the store accepted: `number` from 1, `size` in bytes, the store's `etag`.

    `digest` tells contents apart: 128 bits at least, in hex.
    """

    number: int
    size: int
    digest: str
    etag: str


@dataclass(frozen=True)
class OpenUpload:
    """What an upload in parts needs to be gone on with; made and understood by one store only."""

    upload_id: str
    part_bytes: int
    checksums: str = ""


@dataclass(frozen=True)
class PendingUpload:
    """An upload in parts that was begun and neither completed nor aborted, by whomever."""

    key: str
    upload_id: str
    started_at: datetime


class UploadSession(Protocol):
    """What of an upload outlives its process. Called on the upload's threads; must not raise."""

    @property
    @abstractmethod
    def before(self) -> OpenUpload | None:
        """The upload that is to be gone on with."""

    @property
    @abstractmethod
    def parts(self) -> Mapping[int, SentPart]:
        """Those of `before` that were accepted, by number."""

    @property
    @abstractmethod
    def repeated(self) -> bool:
        """Whether a try before this one may have begun an upload that nobody wrote down."""

    @abstractmethod
    def unfreed(self, upload: OpenUpload) -> None:
        """What was before cannot be gone on with, and is there still. Durable on return."""

    @abstractmethod
    def opened(self, upload: OpenUpload) -> None:
        """A new upload was begun; what was before is void. Durable on return."""

    @abstractmethod
    def sent(self, part: SentPart) -> None:
        """The store accepted a part. Durable on return."""

    @abstractmethod
    def kept(self, count: int) -> None:
        """`count` bytes did not have to be sent again."""


class Upload(Protocol):
    """One object being written; used by one thread. Nothing is visible before `complete`."""

    @abstractmethod
    def write(self, data: bytes) -> None:
        """Appends; blocks while too much is in flight. Raises StoreError; then abort or suspend."""

    @abstractmethod
    def flush(self) -> None:
        """Waits until the store has taken all parts that were written. Raises as `write` does.

        What goes in one request goes with `complete`.
        """

    @abstractmethod
    def complete(self, *, if_match: str | None = None) -> StoredObject:
        """Makes the object visible as a whole, and reads back what the store holds.

        With `if_match` it replaces exactly the object with that etag; without, it creates and
        never replaces. Raises PreconditionFailedError when that does not hold. A lost reply is
        resolved by reading the object back, not reported as a failure; where it may not be read,
        what is there is nobody's, and a failure.
        """

    @abstractmethod
    def abort(self) -> bool:
        """Frees what was sent; False when it may be there still.

        Safe to repeat, safe after a failure; never raises StoreError.
        """

    @abstractmethod
    def suspend(self) -> None:
        """Stops and keeps what was sent for another upload with the same session.

        A store that cannot keep it frees it. Safe to repeat, never raises StoreError.
        """


class StoreAddress(Protocol):
    """Where a store is, and what time it is there."""

    @property
    @abstractmethod
    def location(self) -> str:
        """What a person calls this store: `s3://bucket` or a directory. Holds no credential."""

    @abstractmethod
    def url(self, key: str) -> str:
        """`s3://bucket/key`, or the path in a local store; also of a prefix, which ends with a slash."""

    @abstractmethod
    def now(self) -> datetime:
        """By the clock that `last_modified` and `started_at` are of: the only one to tell ages by."""


class ObjectReader(StoreAddress, Protocol):
    """Every read and list is idempotent and retried inside. Callable from any thread; raises only StoreError."""

    @abstractmethod
    def head(self, key: str) -> StoredObject | None:
        """The object with its metadata; None when there is none."""

    @abstractmethod
    def read(
        self,
        key: str,
        *,
        start: int = 0,
        length: int | None = None,
        if_match: str | None = None,
    ) -> Iterator[bytes]:
        """Blocks of the object from byte `start` on, at most `length` bytes; fewer at its end.

        All are of one version, with `if_match` of that one. Raises ObjectNotFoundError and
        PreconditionFailedError at the first block.
        """

    @abstractmethod
    def excerpt(self, key: str, *, start: int, length: int) -> Excerpt:
        """As `read`, at once and in one request, with the object that it is of.

        What `start` and `length` leave of the object may be nothing. Raises ObjectNotFoundError.
        """

    @abstractmethod
    def list(self, prefix: str, *, after: str = "") -> Iterator[StoredObject]:
        """Objects below `prefix` in key order, page by page; those behind the key `after` only."""

    @abstractmethod
    def list_prefixes(self, prefix: str) -> Iterator[str]:
        """The `/`-terminated common prefixes directly below `prefix`, in order."""


class ObjectWriter(Protocol):
    """Writes are conditional, so that a retry can tell its own success. Callable from any thread; raises only StoreError."""

    @abstractmethod
    def put(
        self,
        key: str,
        data: bytes,
        *,
        if_absent: bool = False,
        if_match: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> StoredObject:
        """Stores a small object atomically. Raises PreconditionFailedError.

        With neither condition it replaces what is there.
        """

    @abstractmethod
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
        """Opens a streaming upload of at most `size_bound` bytes.

        `on_sent(n)` is called from any thread before `n` bytes go out, and with -n when they did
        not arrive; an error that it raises then may end the upload. With a `session` the
        upload goes on where that was left: parts of equal content that the store still has are
        not sent again. The metadata is then that of the upload that was begun. `pace` says how
        fast content may go out, and nothing else waits for it.
        """

    @abstractmethod
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
        """Copies within the store without sending bytes; reads back what the store holds then.

        With `source_etag` only that version of `source`. With `if_match` it replaces exactly the
        object with that etag; without, it creates and never replaces. Keeps the metadata of
        `source`, if it is given none. What is copied in parts tells `on_copied` the bytes of each; raising
        there gives the copy up. Raises ObjectNotFoundError and PreconditionFailedError.
        """

    @abstractmethod
    def delete(self, key: str, *, if_match: str | None = None) -> None:
        """Deletes; absent is fine. Raises PreconditionFailedError when the etag differs."""


class PendingUploads(Protocol):
    """Uploads in parts that were begun and not ended. Callable from any thread; raises only StoreError."""

    @abstractmethod
    def pending_uploads(self, prefix: str) -> Iterator[PendingUpload]:
        """Those whose keys begin with `prefix`, in key order, page by page.

        None in a store that frees by itself what dead writers sent.
        """

    @abstractmethod
    def discard_upload(self, key: str, upload_id: str) -> None:
        """Frees what an upload sent that nobody will go on with; one that is gone is fine."""


class Presigner(StoreAddress, Protocol):
    """Makes links. Callable from any thread; raises only StoreError."""

    @abstractmethod
    def presign(self, key: str, method: LinkMethod, *, expires_seconds: int) -> PresignedUrl:
        """A link that lets whoever has it fetch or store one object; nobody asks whether it exists.

        It ends with the credentials that it was made with at the latest. A local store has links
        to its files that never expire, and none to store: raises StoreError.
        """


class StorageClasses(Protocol):
    """What an object costs, and how fast it can be read. Callable from any thread; raises only StoreError."""

    @abstractmethod
    def check_classes(self) -> None:
        """Raises StoreError where objects have no storage classes at all."""

    @abstractmethod
    def change_class(self, key: str, storage_class: str, *, if_match: str) -> StoredObject:
        """Moves the object with this etag into another storage class; sends no bytes.

        Metadata and content stay what they are, the etag may change. Raises ObjectNotFoundError,
        PreconditionFailedError, ObjectArchivedError, StoreError for a class that is not there.
        """

    @abstractmethod
    def restore(self, key: str, *, tier: RestoreTier, days: int) -> None:
        """Asks for a copy of an archived object that can be read for so many days, from when it is ready.

        Returns at once; `head` tells how far that is. A restore that is under way goes on, and of one
        that is done the days begin anew. Raises ObjectNotFoundError, StoreError for what the store
        does not do.
        """


class ObjectStore(ObjectReader, ObjectWriter, PendingUploads, Presigner, StorageClasses, Protocol):
    """Objects by key. All methods may be called from any thread and raise only StoreError.

    Keys are those of `JobS3Prefix`: ASCII, relative, `/`-separated. Every read and list is
    idempotent and retried inside; writes are conditional, so a retry can tell its own success.
    """

    @abstractmethod
    def check(self) -> None:
        """Raises what would keep an upload from working: bucket, credentials, connection."""

    @abstractmethod
    def close(self) -> None:
        """Frees connections. Uploads still open keep what they sent."""
