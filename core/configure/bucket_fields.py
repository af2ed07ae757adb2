"""A bucket, as somebody types where it is."""

from collections.abc import Mapping

from core.configure.first_choices import LOCAL


def bucket_fields(place: str, others: Mapping[str, str]) -> tuple[str, Mapping[str, object]]:
    """Name and fields of a profile for a bucket, `NAME` or `s3://NAME/PREFIX`; what is empty says nothing.

    >>> bucket_fields("s3://lab-results/epi/", {"region": ""})
    ('lab-results', {'kind': 's3', 'bucket': 'lab-results', 'prefix': 'epi/'})
    """
    bucket, _, prefix = place.strip().removeprefix("s3://").partition("/")
    if bucket.startswith("arn:"):  # a slash belongs to the name
        bucket, prefix = place.strip().removeprefix("s3://"), ""
    said = {"bucket": bucket, "prefix": prefix, **others}
    name = bucket.rpartition("/")[2].rpartition(":")[2]
    named = f"{LOCAL}-bucket" if name == LOCAL else name
    return named, {"kind": "s3"} | {field: value for field, value in said.items() if value}
