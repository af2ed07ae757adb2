"""Moves an object into another storage class."""

from core.errors import StoreError
from core.ports.object_store import StoredObject
from core.printable import printable
from storage.s3.bucket import S3Bucket
from storage.s3.copy import copy_object


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
