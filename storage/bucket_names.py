"""What AWS takes for a bucket besides the name of one."""

import re

# Few buckets are one of these: nobody else waits until they are compiled.
_ACCESS_POINT = (
    r"arn:aws(?:-[a-z]+)*:s3:(?P<region>[a-z0-9-]+):[0-9]{12}:accesspoint[:/]"
    r"(?P<name>[a-z0-9][a-z0-9-]{1,48}[a-z0-9])"
)
_MULTI_REGION = r"arn:aws(?:-[a-z]+)*:s3::[0-9]{12}:accesspoint[:/].+"
_ARN = "arn:"
_DIRECTORY_BUCKETS = ("--x-s3", "--xa-s3")


def access_point_region(bucket: str) -> str:
    """Where the access point with this ARN is; empty for what is none."""
    found = _arn(bucket)
    return found["region"] if found else ""


def access_point_name(bucket: str) -> str:
    """Its last part; that of a bucket is all of it."""
    found = _arn(bucket)
    return found["name"] if found else bucket


def split_place(place: str) -> tuple[str, str]:
    """The bucket and what comes behind it in `BUCKET/PREFIX`, where ARNs have slashes of their own."""
    arn = re.match(_ACCESS_POINT, place) if place.startswith(_ARN) else None
    end = arn.end() if arn else 0
    bucket, _, rest = place[end:].partition("/")
    return place[:end] + bucket, rest


def unusable(bucket: str) -> str:
    """Why RunFerry can do nothing with it, as the end of a sentence about it; empty when it may."""
    if bucket.endswith(_DIRECTORY_BUCKETS) or ":s3express:" in bucket:
        return (
            "is an S3 Express directory bucket, which lists in no order and only whole folders: "
            "RunFerry needs a general purpose bucket"
        )
    if bucket.startswith(_ARN) and re.fullmatch(_MULTI_REGION, bucket):
        return (
            "is a Multi-Region Access Point, whose requests RunFerry cannot sign: it needs one of "
            "its buckets"
        )
    if bucket.startswith(_ARN) and not access_point_region(bucket):
        return (
            "must be a bucket name, or the ARN of an access point as in "
            "arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME"
        )
    return ""


def _arn(bucket: str) -> re.Match[str] | None:
    return re.fullmatch(_ACCESS_POINT, bucket) if bucket.startswith(_ARN) else None
