"""Deletes one object."""

from typing import TYPE_CHECKING

from core.errors import ObjectNotFoundError
from storage.local.conditions import check_condition
from storage.s3.bucket import S3Bucket

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import DeleteObjectRequestTypeDef


def delete_object(bucket: S3Bucket, key: str, if_match: str | None) -> None:
    """As `ObjectStore.delete`.

    The etag is also compared here, because some servers ignore the condition.
    """
    request: DeleteObjectRequestTypeDef = {"Bucket": bucket.name, "Key": key}
    if if_match is not None:
        current = bucket.head(key)
        if not current:
            return
        check_condition(key, current, if_match=if_match)
        request["IfMatch"] = if_match
    try:
        bucket.repeated("DeleteObject", lambda client: client.delete_object(**request), key)
    except ObjectNotFoundError:  # the condition's answer when somebody else was faster
        return
