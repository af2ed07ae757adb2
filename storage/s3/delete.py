"""Deletes one object."""

from typing import TYPE_CHECKING

from core.errors import ObjectNotFoundError
from storage.preconditions import check_condition
from storage.s3.bucket import S3Bucket
from storage.s3.explanations import UnsupportedError

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
        _delete(bucket, request)
    except UnsupportedError:
        if "IfMatch" not in request:
            raise
        del request["IfMatch"]
        _delete(bucket, request)


def _delete(bucket: S3Bucket, request: "DeleteObjectRequestTypeDef") -> None:
    try:
        bucket.repeated(
            "DeleteObject", lambda client: client.delete_object(**request), request["Key"]
        )
    except ObjectNotFoundError:  # the condition's answer when somebody else was faster
        return
