"""Copies within a bucket; the bytes stay where they are."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from core.errors import ObjectNotFoundError, RunFerryError, StoreError
from core.ports.object_store import StoredObject
from core.printable import printable
from storage.preconditions import check_condition
from storage.s3.bucket import S3Bucket
from storage.s3.conditional import Condition, same_metadata, write_once
from storage.s3.lost_uploads import free_lost_uploads
from storage.s3.multipart import Multipart, as_s3_class, part_size

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef, CopyObjectRequestTypeDef

_SMALLEST_PART = 512 << 20


@dataclass(frozen=True)
class _Copy:
    """What is to be made: `metadata` is that of the copy, `storage_class` too if one is asked for."""

    original: StoredObject
    target: str
    metadata: Mapping[str, str]
    if_match: str | None
    storage_class: str = ""

    def became(self, found: StoredObject) -> bool:
        """Whether this may be it; a class tells a copy from the original that it is to replace."""
        alike = found.size == self.original.size and same_metadata(found, self.metadata)
        return alike and self.storage_class in {"", found.storage_class}


def copy_object(
    bucket: S3Bucket,
    source: str,
    target: str,
    *,
    source_etag: str | None,
    if_match: str | None,
    metadata: Mapping[str, str] | None,
    limit: int,
    storage_class: str = "",
    on_copied: Callable[[int], None] = lambda _: None,
) -> StoredObject:
    """As `ObjectStore.copy`. S3 copies up to `limit` bytes at once; more goes part by part."""
    original = bucket.head(source)
    if not original:
        raise ObjectNotFoundError(f"There is no object {printable(source)} in s3://{bucket.name}.")
    check_condition(source, original, if_match=source_etag)
    kept = original.metadata if metadata is None else metadata
    copy = _Copy(original, target, kept, if_match, storage_class)
    if original.size <= limit:
        _settle(bucket, copy, partial(_copy_whole, bucket, copy))
    else:
        _copy_in_parts(bucket, copy, limit, on_copied)
    copied = bucket.head(target)
    if not copied or copied.size != original.size:
        raise StoreError(f"{printable(target)} is not the copy that the store said it has made.")
    return copied


def _settle(bucket: S3Bucket, copy: _Copy, send: Callable[[Condition], object]) -> None:
    def is_ours(found: StoredObject, doubt: bool) -> bool:
        return doubt and copy.became(found)

    write_once(bucket, copy.target, send, if_match=copy.if_match, is_ours=is_ours)


def _copy_whole(bucket: S3Bucket, copy: _Copy, condition: Condition) -> None:
    if bucket.client.lenient:  # Swift takes it for a condition on the original
        condition = {}
    request: CopyObjectRequestTypeDef = {
        "Bucket": bucket.name,
        "Key": copy.target,
        "CopySource": {"Bucket": bucket.name, "Key": copy.original.key},
        "CopySourceIfMatch": copy.original.etag,
        **condition,
    }
    if copy.metadata != copy.original.metadata:
        request["MetadataDirective"] = "REPLACE"
        request["Metadata"] = copy.metadata
    if copy.storage_class:
        request["StorageClass"] = as_s3_class(copy.storage_class)
    # Refusals that explain themselves are about the original.
    bucket.once("CopyObject", lambda client: client.copy_object(**request), copy.original.key)


def _copy_in_parts(
    bucket: S3Bucket, copy: _Copy, max_part: int, on_copied: Callable[[int], None]
) -> None:
    size = copy.original.size
    step = part_size(size, min(_SMALLEST_PART, max_part))
    upload = Multipart.create(bucket, copy.target, copy.metadata, copy.storage_class)
    try:
        parts: list[CompletedPartTypeDef] = []
        for number, start in enumerate(range(0, size, step), start=1):
            end = min(start + step, size)
            parts.append(upload.copy(number, copy.original, start, end))
            on_copied(end - start)
        _settle(
            bucket,
            copy,
            lambda condition: upload.complete(parts, size=size, condition=condition),
        )
        if upload.in_doubt and copy.if_match is None:
            free_lost_uploads(bucket, copy.target, upload.upload_id)
    except RunFerryError:
        with contextlib.suppress(StoreError):  # the first failure is the one to tell
            upload.abort()
        raise


def change_class(
    bucket: S3Bucket, key: str, storage_class: str, *, if_match: str, limit: int
) -> StoredObject:
    """As `ObjectStore.change_class`: a copy onto itself. `limit` is that of `copy_object`."""
    moved = copy_object(
        bucket,
        key,
        key,
        source_etag=if_match,
        if_match=if_match,
        metadata=None,
        limit=limit,
        storage_class=storage_class,
    )
    if moved.storage_class != storage_class:
        raise StoreError(
            f"The store did not take {printable(key)} into the storage class "
            f"{printable(storage_class)}: it may not have one.",
            kept="The object is where it was.",
            todo="Let archive_class of the profile name a class that the store has.",
        )
    return moved
