"""Stores a small object in one request."""

from collections.abc import Mapping
from typing import IO, TYPE_CHECKING

from core.ports.object_store import StoredObject
from storage.s3.body import Content
from storage.s3.bucket import S3Bucket
from storage.s3.checksums import crc32_of, encoded_crc32
from storage.s3.conditional import Condition, same_metadata, write_once
from storage.s3.read import read_blocks
from storage.s3.refused_checksums import with_checksum

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import PutObjectRequestTypeDef


def put(
    bucket: S3Bucket,
    key: str,
    data: bytes,
    *,
    if_absent: bool,
    if_match: str | None,
    metadata: Mapping[str, str],
) -> StoredObject:
    """As `ObjectStore.put`. A lost reply is resolved by comparing what is stored with `data`."""
    content = Content([memoryview(data)])

    def send(condition: Condition) -> StoredObject:
        etag = put_object(bucket, key, content, metadata=metadata, condition=condition)
        return StoredObject(key, len(data), etag, metadata=dict(metadata))

    def is_ours(found: StoredObject, doubt: bool) -> bool:
        # Without a lost reply it is somebody else's, even if that somebody wrote the same.
        alike = doubt and found.size == len(data) and same_metadata(found, metadata)
        return alike and _content(bucket, found) == data

    if if_absent or if_match is not None:
        return write_once(bucket, key, send, if_match=if_match, is_ours=is_ours)
    return bucket.patiently(lambda: send({}))


def put_object(
    bucket: S3Bucket,
    key: str,
    content: Content,
    *,
    metadata: Mapping[str, str],
    condition: Condition,
) -> str:
    """One attempt; the etag."""
    request: PutObjectRequestTypeDef = {
        "Bucket": bucket.name,
        "Key": key,
        "Metadata": metadata,
        **condition,
    }

    def send(client: "S3Client", body: IO[bytes]) -> str:
        request["Body"] = body
        return client.put_object(**request)["ETag"].strip('"')

    def ask(checksum: bool) -> str:
        request.pop("ChecksumCRC32", None)
        if checksum:
            request["ChecksumCRC32"] = encoded_crc32(crc32_of(content.chunks))
        return bucket.sent("PutObject", content, send, key)

    return with_checksum(bucket, "PutObject", ask)


def _content(bucket: S3Bucket, found: StoredObject) -> bytes:
    return b"".join(
        read_blocks(bucket, found.key, start=0, if_match=found.etag, block_bytes=1 << 20)
    )
