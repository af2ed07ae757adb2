"""Reads an object as a stream that survives broken connections."""

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from core.errors import StoreError
from storage.s3.bucket import S3Bucket
from storage.s3.explanations import RangeNotSatisfiableError

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef


def read_blocks(
    bucket: S3Bucket, key: str, *, start: int, if_match: str | None, block_bytes: int
) -> Iterator[bytes]:
    """Blocks from byte `start` on, all of one version of the object.

    After a failure it goes on where it was, and only if the object is still the same.
    """
    reader = _Reader(bucket, key, start, if_match)
    delays = bucket.backoff.delays()
    while True:
        try:
            for block in reader.blocks(block_bytes):
                delays = bucket.backoff.delays()  # progress: the patience is fresh again
                yield block
        except RangeNotSatisfiableError:
            return
        except StoreError as error:
            delay = next(delays, None)
            if not error.retryable or delay is None or bucket.pause(delay):
                raise
        else:
            return


class _Reader:
    """Knows how far it came, and in which version of the object."""

    def __init__(self, bucket: S3Bucket, key: str, offset: int, etag: str | None) -> None:
        self._bucket = bucket
        self._key = key
        self._offset = offset
        self._etag = etag

    def blocks(self, size: int) -> Iterator[bytes]:
        with closing(self._open()) as body:
            while block := self._bucket.once("GetObject", lambda _: body.read(size), self._key):
                self._offset += len(block)
                yield block

    def _open(self) -> "StreamingBody":
        request: GetObjectRequestTypeDef = {"Bucket": self._bucket.name, "Key": self._key}
        if self._offset:
            request["Range"] = f"bytes={self._offset}-"
        if self._etag:
            request["IfMatch"] = self._etag
        body, content_range, etag = self._bucket.once(
            "GetObject", lambda client: _get(client, request), self._key
        )
        if self._offset and not content_range.startswith(f"bytes {self._offset}-"):
            body.close()
            raise StoreError("This S3 server cannot read from the middle of an object.")
        self._etag = self._etag or etag
        return body


def _get(
    client: "S3Client", request: "GetObjectRequestTypeDef"
) -> tuple["StreamingBody", str, str]:
    answer = client.get_object(**request)
    return answer["Body"], answer.get("ContentRange", ""), answer["ETag"].strip('"')
