"""Copies within a bucket; the bytes stay where they are."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from core.errors import ObjectNotFoundError, StoreError
from core.ports.object_store import StoredObject
from core.printable import printable
from storage.s3.bucket import S3Bucket
from storage.s3.conditional import same_metadata, write_once
from storage.s3.multipart import Multipart, part_size

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CopyObjectRequestTypeDef

_SMALLEST_PART = 512 << 20


def copy_object(bucket: S3Bucket, source: str, target: str, *, limit: int) -> StoredObject:
    """As `ObjectStore.copy`. S3 copies up to `limit` bytes at once; more goes part by part."""
    original = bucket.head(source)
    if not original:
        raise ObjectNotFoundError(f"There is no object {printable(source)} in s3://{bucket.name}.")
    if original.size <= limit:
        _settle(bucket, original, target, lambda: _copy_whole(bucket, original, target))
    else:
        _copy_in_parts(bucket, original, target, max_part=limit)
    copied = bucket.head(target)
    if not copied or copied.size != original.size:
        raise StoreError(f"{printable(target)} is not the copy that the store said it has made.")
    return copied


def _settle(
    bucket: S3Bucket, original: StoredObject, target: str, send: Callable[[], None]
) -> None:
    def is_ours(found: StoredObject, doubt: bool) -> bool:
        return doubt and found.size == original.size and same_metadata(found, original.metadata)

    write_once(bucket, target, send, if_match=None, is_ours=is_ours)


def _copy_whole(bucket: S3Bucket, original: StoredObject, target: str) -> None:
    request: CopyObjectRequestTypeDef = {
        "Bucket": bucket.name,
        "Key": target,
        "CopySource": {"Bucket": bucket.name, "Key": original.key},
        "CopySourceIfMatch": original.etag,
        "IfNoneMatch": "*",
    }
    bucket.once("CopyObject", lambda client: client.copy_object(**request), target)


def _copy_in_parts(bucket: S3Bucket, original: StoredObject, target: str, *, max_part: int) -> None:
    step = part_size(original.size, min(_SMALLEST_PART, max_part))
    upload = Multipart.create(bucket, target, original.metadata)
    try:
        parts = [
            upload.copy(number, original, start, min(start + step, original.size))
            for number, start in enumerate(range(0, original.size, step), start=1)
        ]
        _settle(bucket, original, target, lambda: upload.complete(parts, size=original.size))
    except StoreError:
        upload.abort()
        raise
