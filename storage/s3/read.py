"""Reads an object, or a range of it, as a stream that survives broken connections."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import (
    ObjectNotFoundError,
    StoreConnectionError,
    StoreEndpointError,
    StoreError,
)
from core.ports.object_store import Excerpt, StoredObject
from core.printable import printable
from storage.s3.answers import class_of
from storage.s3.bucket import S3Bucket
from storage.s3.explanations import RangeNotSatisfiableError
from storage.s3.refused_checksums import with_checksum

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef, HeadObjectRequestTypeDef

_MD5 = re.compile("[0-9a-f]{32}")


def read_blocks(
    bucket: S3Bucket,
    key: str,
    *,
    start: int,
    length: int | None = None,
    if_match: str | None,
    block_bytes: int,
) -> Iterator[bytes]:
    """Blocks from byte `start` on, all of one version of the object.

    After a failure it goes on where it was, and only if the object is still the same.
    """
    reader = _Reader(bucket, key, start, None if length is None else start + length, if_match)
    tries = bucket.tries()
    with ExitStack() as waiting:
        while not reader.done:
            try:
                for block in reader.blocks(block_bytes):
                    tries = bucket.tries()  # progress: the patience is fresh again
                    waiting.close()
                    yield block
            except RangeNotSatisfiableError:
                return
            except StoreError as error:
                waiting.enter_context(bucket.waits.asking())
                if not tries.again(error):
                    raise
            else:
                return


def read_excerpt(bucket: S3Bucket, key: str, start: int, length: int) -> Excerpt:
    """At most `length` bytes from `start` on and what they are of: one request if all goes well.

    A whole object that arrives damaged is fetched again at once, as far as its server tells of what.
    """
    request = _request(bucket, key, start, start + length if start else None, None)

    def get(client: "S3Client") -> Excerpt:
        answer = _get(client, request)
        with closing(answer.body) as body:
            _check_range(answer, start)
            if answer.by_kms:
                bucket.telling_etags = False
            return Excerpt(answer.object, _read_all(body, length))

    def ask_for(checksum: bool) -> Excerpt:
        request.pop("ChecksumMode", None)
        if checksum:  # of whole objects; botocore compares it
            request["ChecksumMode"] = "ENABLED"
        return bucket.repeated("GetObject", get, key)

    def ask() -> Excerpt:
        return ask_for(False) if start else with_checksum(bucket, "GetObject", ask_for)

    try:
        first = ask()
        return first if _is_as_stored(bucket, first) else _second(bucket, first, ask())
    except RangeNotSatisfiableError:
        stored = bucket.look(key)
        if not stored:
            raise ObjectNotFoundError(f"There is no object {printable(key)}.") from None
        return Excerpt(stored, b"")


def _is_as_stored(bucket: S3Bucket, excerpt: Excerpt) -> bool:
    """Whether nothing speaks against it: the etag of what came in one request is mostly its MD5."""
    etag = excerpt.object.etag.lower()
    telling = bucket.telling_etags and len(excerpt.data) == excerpt.object.size
    if not telling or not _MD5.fullmatch(etag):
        return True
    return hashlib.md5(excerpt.data, usedforsecurity=False).hexdigest() == etag


def _second(bucket: S3Bucket, first: Excerpt, again: Excerpt) -> Excerpt:
    """Twice the same bytes are those of the object, whose etag is something else, like that of KMS."""
    if _is_as_stored(bucket, again):
        return again
    if first != again:
        raise StoreConnectionError(
            f"{printable(again.object.key)} arrived damaged twice, each time with other bytes: "
            "something on the way from the store changes them.",
            kept="The object in the store was not touched.",
            todo="Retry, on another network if that goes on.",
        )
    bucket.telling_etags = False
    return again


class _Reader:
    """Knows how far it came, and in which version of the object."""

    def __init__(
        self, bucket: S3Bucket, key: str, offset: int, end: int | None, etag: str | None
    ) -> None:
        self._bucket = bucket
        self._key = key
        self._offset = offset
        self._end = end
        self._etag = etag

    @property
    def done(self) -> bool:
        """Whether all that was asked for has been read."""
        return self._end is not None and self._offset >= self._end

    def blocks(self, size: int) -> Iterator[bytes]:
        with closing(self._open()) as body:
            while not self.done:
                wanted = size if self._end is None else min(size, self._end - self._offset)
                block = self._bucket.once("GetObject", lambda _, n=wanted: body.read(n), self._key)
                if not block:
                    return
                self._offset += len(block)
                yield block

    def _open(self) -> "StreamingBody":
        request = _request(self._bucket, self._key, self._offset, self._end, self._etag)
        answer = self._bucket.once("GetObject", lambda client: _get(client, request), self._key)
        try:
            _check_range(answer, self._offset)
        except StoreError:
            answer.body.close()
            raise
        self._etag = self._etag or answer.object.etag
        return answer.body


@dataclass(frozen=True)
class _Answer:
    body: "StreamingBody"
    content_range: str
    object: StoredObject
    by_kms: bool
    """Encrypted so that its etag tells nothing, perhaps by the bucket's own choice."""


def _request(
    bucket: S3Bucket, key: str, start: int, end: int | None, etag: str | None
) -> "GetObjectRequestTypeDef":
    request: GetObjectRequestTypeDef = {"Bucket": bucket.name, "Key": key}
    if start or end is not None:
        request["Range"] = f"bytes={start}-{'' if end is None else end - 1}"
    if etag:
        request["IfMatch"] = etag
    return request


def _get(client: "S3Client", request: "GetObjectRequestTypeDef") -> _Answer:
    answer = client.get_object(**request)
    if coding := answer.get("ContentEncoding"):
        _check_coding(client, request, coding, answer["Body"])
    content_range = answer.get("ContentRange", "")
    total = content_range.rpartition("/")[2]
    stored = StoredObject(
        request["Key"],
        int(total) if total.isdecimal() else answer["ContentLength"],
        answer["ETag"].strip('"'),
        answer.get("LastModified"),
        {name.lower(): value for name, value in answer["Metadata"].items()},
        class_of(answer),
    )
    by_kms = answer.get("ServerSideEncryption", "").startswith("aws:kms")
    return _Answer(answer["Body"], content_range, stored, by_kms)


def _check_coding(
    client: "S3Client", request: "GetObjectRequestTypeDef", coding: str, body: "StreamingBody"
) -> None:
    """Who stored it may have said how it is coded: then a HEAD says so, too."""
    stored: HeadObjectRequestTypeDef = {"Bucket": request["Bucket"], "Key": request["Key"]}
    if client.head_object(**stored).get("ContentEncoding") == coding:
        return
    body.close()
    raise StoreEndpointError(
        f"{printable(request['Key'])} arrived compressed ({printable(coding)}), and is not stored so: "
        "something on the way from the store changes what is read.",
        kept="Nothing of it was used.",
        todo="Ask who runs the server, or the proxy in front of it, to switch compression off for it "
        "(nginx: gzip off; Apache: SetEnv no-gzip 1).",
    )


def _check_range(answer: _Answer, start: int) -> None:
    if start and not answer.content_range.startswith(f"bytes {start}-"):
        raise StoreError("This S3 server cannot read from the middle of an object.")


def _read_all(body: "StreamingBody", length: int) -> bytes:
    """A body that ends too early raises at the read that finds nothing more."""
    data = bytearray()
    while len(data) < length and (block := body.read(length - len(data))):
        data += block
    return bytes(data)
