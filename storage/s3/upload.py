"""One object being written into a bucket."""

import contextlib
import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from core.errors import RunFerryError, StoreAccessDeniedError, StoreError, UploadGoneError
from core.ports.object_store import OpenUpload, SentPart, StoredObject, Upload, UploadSession
from core.ports.send_pace import Allow, SendPace
from core.printable import printable
from core.waiting.giving_up import check_given_up
from storage.s3.body import Content
from storage.s3.bucket import S3Bucket
from storage.s3.checksums import crc32
from storage.s3.conditional import Condition, same_metadata, write_once
from storage.s3.explanations import DeniedError
from storage.s3.lost_uploads import free_lost_uploads
from storage.s3.multipart import Multipart
from storage.s3.part import Part
from storage.s3.parts import PartSender
from storage.s3.put import put_object

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

_log = logging.getLogger(__name__)
_MOST_PARTS = 10_000
_ABORT_SECONDS = 30.0
_SUSPEND_SECONDS = 1.0


class S3Upload(Upload):
    """Collects parts of `part_bytes` and has them sent; less than one part goes in one request.

    A part at the most is collected, `threads + 1` are on their way. `metadata` must hold something
    random (a write token), by which the object is recognised when a reply was lost. `complete`
    may be repeated where it failed itself; a part that could not be sent ends the upload.
    """

    def __init__(
        self,
        bucket: S3Bucket,
        key: str,
        *,
        metadata: Mapping[str, str],
        on_sent: Callable[[int], None],
        part_bytes: int,
        threads: int,
        session: UploadSession | None = None,
        pace: SendPace,
    ) -> None:
        self._bucket = bucket
        self._key = key
        self._metadata = metadata
        self._on_sent = on_sent
        self._pace = pace
        self._part_bytes = part_bytes
        self._chunks: list[memoryview] = []
        self._collected = 0
        self._size = 0
        self._counted = 0
        self._checksum = 0
        self._parts = 0
        self._session = session
        self._multipart: Multipart | None = None
        self._asked = False  # to complete it
        self._known: Mapping[int, SentPart] = {}
        self._sender: PartSender[CompletedPartTypeDef] = PartSender(threads, check_given_up)

    def write(self, data: bytes) -> None:
        self._sender.check()
        self._checksum = crc32(data, self._checksum)
        self._size += len(data)
        view = memoryview(data)
        while view:
            if self._collected == self._part_bytes:
                self._submit()
            chunk = view[: self._part_bytes - self._collected]
            self._chunks.append(chunk)
            self._collected += len(chunk)
            view = view[len(chunk) :]

    def flush(self) -> None:
        self._drained()

    def complete(self, *, if_match: str | None = None) -> StoredObject:
        parts = self._drained()
        written = write_once(
            self._bucket,
            self._key,
            lambda condition: self._complete(parts, condition),
            if_match=if_match,
            is_ours=lambda found, _: self._is_ours(found),
        )
        stored = self._stored(written)
        self._sender.stop(_ABORT_SECONDS)
        if if_match is None:
            self._tidy()
        if not self._multipart and self._counted < self._size:  # the reply was lost
            self._count(self._size - self._counted)
        return stored

    def abort(self) -> bool:
        self._sender.stop(_ABORT_SECONDS)
        self._chunks.clear()
        return self._multipart is None or self._is_freed(self._multipart)

    def suspend(self) -> None:
        if not self._session:
            self.abort()
            return
        self._sender.stop(_SUSPEND_SECONDS)
        self._chunks.clear()

    def detach(self) -> None:
        """Ends the threads without waiting and keeps what was sent; for the store's `close`."""
        self._sender.stop(0)

    def _drained(self) -> "list[CompletedPartTypeDef]":
        if self._multipart and self._collected:
            self._submit()
        return self._sender.drain()

    def _submit(self) -> None:
        if self._parts == _MOST_PARTS:
            raise StoreError(f"{printable(self._key)} became larger than was announced.")
        if not self._multipart:
            self._multipart, self._known = self._open()
        self._parts += 1
        part = Part(self._parts, self._chunks)
        self._chunks = []
        self._collected = 0
        self._sender.submit(partial(self._send, self._multipart, part))

    def _send(self, multipart: Multipart, part: Part) -> "CompletedPartTypeDef":
        """On the sender's threads: a part that the store has with this content is not sent again."""
        if not self._session:
            return self._send_part(multipart, part)
        digest = part.digest()
        known = self._known.get(part.number)
        if known and (known.size, known.digest) == (part.size, digest):
            self._session.kept(part.size)
            return multipart.receipt(part, known.etag)
        receipt = self._send_part(multipart, part)
        self._session.sent(SentPart(part.number, part.size, digest, _etag(receipt)))
        return receipt

    def _send_part(self, multipart: Multipart, part: Part) -> "CompletedPartTypeDef":
        return multipart.send(part, self._on_sent, self._sender.pause, self._pace)

    def _tidy(self) -> None:
        """Frees what is pending besides what was completed: it costs a request only in doubt."""
        ours = self._multipart
        if ours and not self._asked:  # an earlier try had completed its own
            with contextlib.suppress(RunFerryError):
                ours.abort()
        if (ours and ours.in_doubt) or (self._session and self._session.repeated):
            free_lost_uploads(self._bucket, self._key, ours.upload_id if ours else "")

    def _count(self, count: int) -> None:
        """Of what goes in one request, which is not broken off: some servers store the beginning."""
        self._counted += count
        with contextlib.suppress(RunFerryError):
            self._on_sent(count)

    def _open(self) -> tuple[Multipart, Mapping[int, SentPart]]:
        """The upload of before with the parts that are really there, else a new one.

        One with checksums of which no part arrived is none where they are not sent any more.
        """
        session = self._session
        if session and (before := session.before):
            multipart = Multipart(self._bucket, self._key, before.upload_id, before.checksums)
            with contextlib.suppress(UploadGoneError, StoreAccessDeniedError):
                if before.part_bytes == self._part_bytes:
                    kept = _still_there(session.parts, multipart.listed())
                    if kept or self._bucket.checksums or not before.checksums:
                        return multipart, kept
            if not self._is_freed(multipart):
                session.unfreed(before)
        multipart = Multipart.create(self._bucket, self._key, self._metadata)
        if session:
            session.opened(OpenUpload(multipart.upload_id, self._part_bytes, multipart.checksums))
        return multipart, {}

    def _is_freed(self, multipart: Multipart) -> bool:
        try:
            multipart.abort()
        except RunFerryError as error:
            _log.warning("what was sent to %s was not freed: %s", printable(self._key), error.what)
            return False
        return True

    def _complete(self, parts: "list[CompletedPartTypeDef]", condition: Condition) -> StoredObject:
        """As it was sent and accepted."""
        return self._sent(self._write(parts, condition))

    def _write(self, parts: "list[CompletedPartTypeDef]", condition: Condition) -> str:
        if self._multipart:
            self._asked = True
            return self._multipart.complete(
                parts, size=self._size, checksum=self._checksum, condition=condition
            )
        with self._pace.request() as allow:
            return put_object(
                self._bucket,
                self._key,
                Content(self._chunks, self._count, partial(_unbroken, allow)),
                metadata=self._metadata,
                condition=condition,
            )

    def _is_ours(self, found: StoredObject) -> bool:
        known = bool(self._metadata) and same_metadata(found, self._metadata)
        return known and found.size == self._size

    def _sent(self, etag: str) -> StoredObject:
        return StoredObject(
            self._key, self._size, etag, metadata=dict(self._metadata), verified=False
        )

    def _stored(self, written: StoredObject) -> StoredObject:
        """What the store says it holds now; where that may not be read, what was written."""
        try:
            found = self._bucket.look(self._key)
        except DeniedError as error:
            _log.warning("%s was not read back: %s", printable(self._key), error.what)
            return written
        if not found or found.size != self._size:
            raise StoreError(
                f"The store holds {found.size if found else 0} of the {self._size} bytes of "
                f"{printable(self._key)} that it said it has stored.",
                kept="The object was left as it is, and is not taken for a finished upload.",
            )
        return found


def _unbroken(allow: Allow, count: int) -> int:
    """Who gives up now lets the rest go."""
    try:
        return allow(count)
    except RunFerryError:
        return count


def _still_there(
    known: Mapping[int, SentPart], listed: Mapping[int, tuple[int, str]]
) -> Mapping[int, SentPart]:
    """What was written down and is what the store has: neither alone is believed."""
    return {
        number: part
        for number, part in known.items()
        if listed.get(number) == (part.size, part.etag)
    }


def _etag(receipt: "CompletedPartTypeDef") -> str:
    return receipt.get("ETag", "").strip('"')
