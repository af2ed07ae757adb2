"""One multipart upload, request by request."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from typing import IO, TYPE_CHECKING, NamedTuple, Self, cast

from core.errors import StoreError, UploadGoneError
from core.ports.object_store import StoredObject
from core.ports.send_pace import SendPace
from storage.s3.backoff import Pause, Tries
from storage.s3.body import Content
from storage.s3.bucket import S3Bucket
from storage.s3.checksums import crc32_of, encoded_crc32
from storage.s3.conditional import Condition
from storage.s3.part import Part
from storage.s3.refused_checksums import is_refusal

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.literals import StorageClassType
    from mypy_boto3_s3.type_defs import (
        CompletedPartTypeDef,
        CompleteMultipartUploadRequestTypeDef,
        CopyPartResultTypeDef,
        CreateMultipartUploadRequestTypeDef,
        ListPartsOutputTypeDef,
        ListPartsRequestTypeDef,
        UploadPartCopyRequestTypeDef,
        UploadPartOutputTypeDef,
        UploadPartRequestTypeDef,
    )

_MIB = 1 << 20
_PARTS = 9_000  # S3 allows 10,000
_GLANCE_SECONDS = 0.1
_WHOLE, _PARTS_ONLY = "whole", "parts"


def part_size(size_bound: int, smallest: int) -> int:
    """Bytes per part, whole MiB, for an object of up to `size_bound` bytes."""
    return max(smallest, -(-size_bound // _PARTS // _MIB) * _MIB)


def as_s3_class(name: str) -> "StorageClassType":
    """Servers other than AWS have classes of other names."""
    return cast("StorageClassType", name)


class Multipart:
    """Knows the upload's id, and which checksums the server takes part in.

    `checksums` is "whole" for the object's and its parts', "parts" for those alone, else empty.
    `in_doubt`: it was asked for more than once, so that there may be another one.
    """

    def __init__(
        self,
        bucket: S3Bucket,
        key: str,
        upload_id: str,
        checksums: str = "",
        *,
        in_doubt: bool = False,
    ) -> None:
        self.upload_id = upload_id
        self.checksums = checksums
        self.in_doubt = in_doubt
        self._bucket = bucket
        self._key = key
        self._repeating = threading.Lock()
        self._failure: StoreError | None = None
        """Of the first part that was given up: with it the upload is lost."""

    @classmethod
    def create(
        cls, bucket: S3Bucket, key: str, metadata: Mapping[str, str], storage_class: str = ""
    ) -> Self:
        """Opens an upload with a CRC32 of the whole object, and without one if that is refused."""
        request: CreateMultipartUploadRequestTypeDef = {
            "Bucket": bucket.name,
            "Key": key,
            "Metadata": metadata,
        }
        if storage_class:
            request["StorageClass"] = as_s3_class(storage_class)
        if not bucket.checksums:
            upload_id, _, in_doubt = _create(bucket, key, request)
            return cls(bucket, key, upload_id, in_doubt=in_doubt)
        request["ChecksumAlgorithm"], request["ChecksumType"] = "CRC32", "FULL_OBJECT"
        try:
            upload_id, whole, in_doubt = _create(bucket, key, request)
        except StoreError as error:
            if not is_refusal(error):  # credentials, permission, connection, …
                raise
            del request["ChecksumAlgorithm"], request["ChecksumType"]
            upload_id, _, in_doubt = _create(bucket, key, request)
            return cls(bucket, key, upload_id, in_doubt=in_doubt)
        checksums = _WHOLE if whole else _PARTS_ONLY
        return cls(bucket, key, upload_id, checksums, in_doubt=in_doubt)

    def listed(self) -> Mapping[int, tuple[int, str]]:
        """(size, etag) of the parts that the store has, by number. Raises UploadGoneError."""
        found: dict[int, tuple[int, str]] = {}
        request: ListPartsRequestTypeDef = {
            "Bucket": self._bucket.name,
            "Key": self._key,
            "UploadId": self.upload_id,
        }
        while True:
            page = self._bucket.repeated("ListParts", partial(_page, request), self._key)
            for part in page.get("Parts", []):
                etag = part.get("ETag", "").strip('"')
                found[part.get("PartNumber", 0)] = part.get("Size", 0), etag
            marker = page.get("NextPartNumberMarker")
            if not page.get("IsTruncated") or not marker:
                return found
            request["PartNumberMarker"] = marker

    def receipt(self, part: Part, etag: str) -> "CompletedPartTypeDef":
        """That of a part which the store has already."""
        receipt: CompletedPartTypeDef = {"PartNumber": part.number, "ETag": f'"{etag}"'}
        if self.checksums:
            receipt["ChecksumCRC32"] = encoded_crc32(crc32_of(part.chunks))
        return receipt

    def send(
        self, part: Part, on_sent: Callable[[int], None], pause: Pause, pace: SendPace
    ) -> "CompletedPartTypeDef":
        """Sends one part, again while that can help: a part replaces itself."""
        request: UploadPartRequestTypeDef = {
            "Bucket": self._bucket.name,
            "Key": self._key,
            "UploadId": self.upload_id,
            "PartNumber": part.number,
        }
        if self.checksums:
            request["ChecksumCRC32"] = encoded_crc32(crc32_of(part.chunks))

        def send(client: "S3Client", body: IO[bytes]) -> "CompletedPartTypeDef":
            request["Body"] = body
            return _receipt(part.number, client.upload_part(**request))

        def check() -> None:
            if self._failure:
                raise self._failure
            if pause(0):
                raise StoreError("The upload was given up.")

        def attempt() -> "CompletedPartTypeDef":
            with pace.request() as allow:
                check()
                content = Content(part.chunks, on_sent, allow)
                return self._bucket.sent("UploadPart", content, send, self._key)

        with self._bucket.part_gate.passing(check) as probe, self._bucket.waits.asking():
            return self._repeated(attempt, pause, probe=probe)

    def _repeated(
        self, send: Callable[[], "CompletedPartTypeDef"], pause: Pause, *, probe: bool
    ) -> "CompletedPartTypeDef":
        """What fails is tried again one part at a time: what refuses one mostly refuses all.

        A probe is not: its upload is tried again as a whole, after far longer pauses.
        """
        backoff = replace(self._bucket.backoff, attempts=1) if probe else self._bucket.backoff
        tries = Tries(backoff, pause, self._bucket.waits)
        try:
            return send()
        except StoreError as error:
            failure, delay = error, tries.failed(error)
        if delay is None:
            raise self._given_up(failure)
        while not self._repeating.acquire(timeout=_GLANCE_SECONDS):
            if pause(0):
                raise failure
        try:
            while not self._failure and tries.wait(delay):
                try:
                    return send()
                except StoreError as error:
                    failure, delay = error, tries.failed(error)
            raise self._given_up(failure)
        finally:
            self._repeating.release()

    def _given_up(self, failure: StoreError) -> StoreError:
        """Of the part that failed last; the upload remembers the first of its failures."""
        if not self._failure:
            self._failure = self._bucket.told_apart(failure)
        return failure

    def copy(
        self, number: int, source: StoredObject, start: int, end: int
    ) -> "CompletedPartTypeDef":
        """Takes the bytes from `start` to before `end` of another object as a part."""
        request: UploadPartCopyRequestTypeDef = {
            "Bucket": self._bucket.name,
            "Key": self._key,
            "UploadId": self.upload_id,
            "PartNumber": number,
            "CopySource": {"Bucket": self._bucket.name, "Key": source.key},
            "CopySourceIfMatch": source.etag,
            "CopySourceRange": f"bytes={start}-{end - 1}",
        }
        return self._bucket.repeated(
            "UploadPartCopy", lambda client: _copy(client, request), source.key
        )

    def complete(
        self,
        parts: "Sequence[CompletedPartTypeDef]",
        *,
        size: int,
        checksum: int | None = None,
        condition: Condition,
    ) -> str:
        """One attempt to make the object of `size` bytes and CRC32 `checksum` out of its parts.

        Its etag; empty on servers that do not tell.
        """
        request: CompleteMultipartUploadRequestTypeDef = {
            "Bucket": self._bucket.name,
            "Key": self._key,
            "UploadId": self.upload_id,
            "MultipartUpload": {"Parts": parts},
            "MpuObjectSize": size,
            **condition,
        }
        if self.checksums == _WHOLE and checksum is not None:
            request["ChecksumCRC32"] = encoded_crc32(checksum)
            request["ChecksumType"] = "FULL_OBJECT"
        return self._bucket.once(
            "CompleteMultipartUpload",
            lambda client: _complete(client, request),
            self._key,
        )

    def abort(self) -> None:
        """Frees the parts. Raises StoreError."""
        try:
            self._bucket.repeated(
                "AbortMultipartUpload",
                lambda client: client.abort_multipart_upload(
                    Bucket=self._bucket.name, Key=self._key, UploadId=self.upload_id
                ),
                self._key,
            )
        except UploadGoneError:
            return


def _page(request: "ListPartsRequestTypeDef", client: "S3Client") -> "ListPartsOutputTypeDef":
    return client.list_parts(**request)


def _copy(client: "S3Client", request: "UploadPartCopyRequestTypeDef") -> "CompletedPartTypeDef":
    answer = client.upload_part_copy(**request)["CopyPartResult"]
    return _receipt(request["PartNumber"], answer)


def _receipt(
    number: int, answer: "UploadPartOutputTypeDef | CopyPartResultTypeDef"
) -> "CompletedPartTypeDef":
    etag = answer.get("ETag")
    if not etag:
        raise KeyError("ETag")
    receipt: CompletedPartTypeDef = {"PartNumber": number, "ETag": etag}
    if checksum := answer.get("ChecksumCRC32"):
        receipt["ChecksumCRC32"] = checksum
    return receipt


def _complete(client: "S3Client", request: "CompleteMultipartUploadRequestTypeDef") -> str:
    return client.complete_multipart_upload(**request).get("ETag", "").strip('"')


class _Created(NamedTuple):
    upload_id: str
    whole: bool
    """The server says that it will check the whole object."""
    in_doubt: bool


def _create(bucket: S3Bucket, key: str, request: "CreateMultipartUploadRequestTypeDef") -> _Created:
    attempts = count()

    def create(client: "S3Client") -> _Created:
        again = next(attempts) > 0
        answer = client.create_multipart_upload(**request)
        return _Created(answer["UploadId"], answer.get("ChecksumType") == "FULL_OBJECT", again)

    return bucket.repeated("CreateMultipartUpload", create, key)
