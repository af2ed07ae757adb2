"""The lifecycle rules that RunFerry proposes for a bucket."""

from collections.abc import Sequence

from core.ports.lifecycle import Rule
from core.stored.job_s3_prefix import JOBS_ROOT

_OURS = "runferry-"
_SMALL = 128 << 10
"""Manifests must stay readable at any time, and small objects cost more in an archive."""


def proposed_rules(
    *, abort_days: int, archive_days: int | None, storage_class: str, prefix: str = ""
) -> Sequence[Rule]:
    """Unfinished uploads are ended after `abort_days`, large objects archived after `archive_days`.

    Only below `jobs/` of the store that has this `prefix` in its bucket.
    """
    below = f"{prefix}{JOBS_ROOT}"
    abort: Rule = {
        "ID": _id("abort-uploads", prefix),
        "Status": "Enabled",
        "Filter": {"Prefix": below},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": abort_days},
    }
    if archive_days is None:
        return [abort]
    large = {"Prefix": below, "ObjectSizeGreaterThan": _SMALL}
    archive: Rule = {
        "ID": _id("archive", prefix),
        "Status": "Enabled",
        "Filter": {"And": large},
        "Transitions": [{"Days": archive_days, "StorageClass": storage_class}],
    }
    return [abort, archive]


def is_ours(rule: Rule, prefix: str = "") -> bool:
    """Whether RunFerry made it for the store with this `prefix`: others may share the bucket."""
    name, _, of = str(rule.get("ID", "")).partition(" ")
    return name.startswith(_OURS) and of == prefix


def _id(name: str, prefix: str) -> str:
    return f"{_OURS}{name} {prefix}".rstrip()
