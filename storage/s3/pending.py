"""Uploads in parts that nobody has finished, and the server's clock that tells how old they are."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING

from core.errors import StoreError
from core.ports.object_store import PendingUpload
from storage.s3.bucket import S3Bucket

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import (
        ListMultipartUploadsOutputTypeDef,
        ListMultipartUploadsRequestTypeDef,
        MultipartUploadTypeDef,
    )


def pending_uploads(bucket: S3Bucket, prefix: str, page_uploads: int) -> Iterator[PendingUpload]:
    """As `ObjectStore.pending_uploads`."""
    request: ListMultipartUploadsRequestTypeDef = {
        "Bucket": bucket.name,
        "Prefix": prefix,
        "MaxUploads": page_uploads,
    }
    while True:
        page = bucket.repeated("ListMultipartUploads", partial(_page, request), prefix)
        yield from map(_pending, page.get("Uploads", []))
        key, upload_id = page.get("NextKeyMarker"), page.get("NextUploadIdMarker")
        if not page.get("IsTruncated") or not key:
            return
        request = {**request, "KeyMarker": key, "UploadIdMarker": upload_id or ""}


def server_time(bucket: S3Bucket) -> datetime:
    """In whole seconds, as the header of an answer has it."""
    date = bucket.repeated("ListObjectsV2", partial(_date, bucket), bucket.own)
    try:
        return parsedate_to_datetime(date).astimezone(UTC)
    except ValueError:
        raise StoreError("The S3 server does not tell what time it is.") from None


def _page(
    request: "ListMultipartUploadsRequestTypeDef", client: "S3Client"
) -> "ListMultipartUploadsOutputTypeDef":
    return client.list_multipart_uploads(**request)


def _pending(found: "MultipartUploadTypeDef") -> PendingUpload:
    """One that does not say when it began is taken to begin now: it is never old."""
    started_at = found.get("Initiated") or datetime.now(UTC)
    return PendingUpload(found.get("Key", ""), found.get("UploadId", ""), started_at)


def _date(bucket: S3Bucket, client: "S3Client") -> str:
    answer = client.list_objects_v2(Bucket=bucket.name, Prefix=bucket.own, MaxKeys=1)
    return answer["ResponseMetadata"]["HTTPHeaders"].get("date", "")
