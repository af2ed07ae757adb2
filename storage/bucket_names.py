"""What AWS takes for a bucket besides the name of one."""

import re

_ACCESS_POINT = re.compile(
    r"arn:aws(?:-[a-z]+)*:s3:(?P<region>[a-z0-9-]+):[0-9]{12}:accesspoint[:/]"
    r"(?P<name>[a-z0-9][a-z0-9-]{1,48}[a-z0-9])",
    re.ASCII,
)
_MULTI_REGION = re.compile(r"arn:aws(?:-[a-z]+)*:s3::[0-9]{12}:accesspoint[:/].+", re.ASCII)
_DIRECTORY_BUCKETS = ("--x-s3", "--xa-s3")


def access_point_region(bucket: str) -> str:
    """Where the access point with this ARN is; empty for what is none."""
    found = _ACCESS_POINT.fullmatch(bucket)
    return found["region"] if found else ""


def access_point_name(bucket: str) -> str:
    """Its last part; that of a bucket is all of it."""
    found = _ACCESS_POINT.fullmatch(bucket)
    return found["name"] if found else bucket


def split_place(place: str) -> tuple[str, str]:
    """The bucket and what comes behind it in `BUCKET/PREFIX`, where ARNs have slashes of their own."""
    arn = _ACCESS_POINT.match(place)
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
    if _MULTI_REGION.fullmatch(bucket):
        return (
            "is a Multi-Region Access Point, whose requests RunFerry cannot sign: it needs one of "
            "its buckets"
        )
    if bucket.startswith("arn:") and not access_point_region(bucket):
        return (
            "must be a bucket name, or the ARN of an access point as in "
            "arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME"
        )
    return ""
