"""Links to objects. They are signed here: nobody is asked."""

from core.ports.presigned_url import LinkMethod, PresignedUrl
from storage.s3.bucket import S3Bucket

_METHODS = {LinkMethod.GET: "get_object", LinkMethod.PUT: "put_object"}


def presign(bucket: S3Bucket, key: str, method: LinkMethod, seconds: int) -> PresignedUrl:
    """As `ObjectStore.presign`."""
    return PresignedUrl(
        bucket.once(
            "Presign",
            lambda client: client.generate_presigned_url(
                _METHODS[method], Params={"Bucket": bucket.name, "Key": key}, ExpiresIn=seconds
            ),
            key,
        )
    )
