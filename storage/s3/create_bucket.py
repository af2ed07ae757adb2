"""Creates the bucket of a profile that asks for it."""

from typing import TYPE_CHECKING, cast

from storage.s3.errors import translated
from storage.s3.request import S3Request
from storage.s3.way import Way

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.literals import BucketLocationConstraintType
    from mypy_boto3_s3.type_defs import CreateBucketRequestTypeDef

_NOT_FOUND = 404
_UNNAMED_REGIONS = (None, "", "us-east-1", "aws-global")
"""S3 refuses to be told the first of its regions."""


def create_missing(client: "S3Client", name: str, host: str, way: Way) -> None:
    """Creates the bucket, in the client's region, where there is none.

    Raises StoreError; not when the question alone is refused: what comes next will tell why.
    """
    region = client.meta.region_name or ""
    request = S3Request("CreateBucket", name, host=host, region=region, way=way)
    translated(request, lambda: _create_missing(client, name))


def _create_missing(client: "S3Client", name: str) -> None:
    from botocore.exceptions import ClientError

    try:
        client.head_bucket(Bucket=name)
    except ClientError as error:
        if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == _NOT_FOUND:
            _create(client, name)


def _create(client: "S3Client", name: str) -> None:
    request: CreateBucketRequestTypeDef = {"Bucket": name}
    region = client.meta.region_name
    if region not in _UNNAMED_REGIONS:
        # Other servers have regions that AWS does not know.
        constraint = cast("BucketLocationConstraintType", region)
        request["CreateBucketConfiguration"] = {"LocationConstraint": constraint}
    try:
        client.create_bucket(**request)
    except client.exceptions.BucketAlreadyOwnedByYou:  # another RunFerry was faster
        return
