"""Lists a bucket page by page."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from core.ports.object_store import StoredObject
from storage.s3.answers import class_of
from storage.s3.bucket import S3Bucket

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import (
        ListObjectsV2OutputTypeDef,
        ListObjectsV2RequestTypeDef,
        ObjectTypeDef,
    )


def objects(bucket: S3Bucket, prefix: str, after: str, page_keys: int) -> Iterator[StoredObject]:
    """As `ObjectStore.list`."""
    request: ListObjectsV2RequestTypeDef = {
        "Bucket": bucket.name,
        "Prefix": prefix,
        "MaxKeys": page_keys,
    }
    if after:
        request["StartAfter"] = after
    for page in _pages(bucket, request):
        yield from map(_stored, page.get("Contents", []))


def prefixes(bucket: S3Bucket, prefix: str, page_keys: int) -> Iterator[str]:
    """As `ObjectStore.list_prefixes`."""
    request: ListObjectsV2RequestTypeDef = {
        "Bucket": bucket.name,
        "Prefix": prefix,
        "Delimiter": "/",
        "MaxKeys": page_keys,
    }
    for page in _pages(bucket, request):
        yield from (found.get("Prefix", "") for found in page.get("CommonPrefixes", []))


def _pages(
    bucket: S3Bucket, request: "ListObjectsV2RequestTypeDef"
) -> Iterator["ListObjectsV2OutputTypeDef"]:
    """A failed page is asked for again; botocore asks for encoded keys and decodes them."""
    while True:
        page = bucket.repeated("ListObjectsV2", partial(_page, request), request.get("Prefix", ""))
        yield page
        token = page.get("NextContinuationToken")
        if not page.get("IsTruncated") or not token:
            return
        request = {**request, "ContinuationToken": token}


def _page(
    request: "ListObjectsV2RequestTypeDef", client: "S3Client"
) -> "ListObjectsV2OutputTypeDef":
    return client.list_objects_v2(**request)


def _stored(found: "ObjectTypeDef") -> StoredObject:
    return StoredObject(
        found.get("Key", ""),
        found.get("Size", 0),
        found.get("ETag", "").strip('"'),
        found.get("LastModified"),
        storage_class=class_of(found),
    )
