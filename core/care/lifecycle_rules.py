"""The lifecycle rules that RunFerry proposes for a bucket."""

from collections.abc import Sequence

from core.ports.lifecycle import Rule
from core.stored.job_s3_prefix import JOBS_ROOT

_OURS = "runferry-"
_SMALL = 128 << 10
"""Manifests must stay readable at any time, and small objects cost more in an archive."""


def proposed_rules(
    *, abort_days: int, archive_days: int | None, storage_class: str
) -> Sequence[Rule]:
    """Unfinished uploads are ended after `abort_days`, large objects archived after `archive_days`.

    Only below `jobs/`.
    """
    abort: Rule = {
        "ID": f"{_OURS}abort-uploads",
        "Status": "Enabled",
        "Filter": {"Prefix": JOBS_ROOT},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": abort_days},
    }
    if archive_days is None:
        return [abort]
    large = {"Prefix": JOBS_ROOT, "ObjectSizeGreaterThan": _SMALL}
    archive: Rule = {
        "ID": f"{_OURS}archive",
        "Status": "Enabled",
        "Filter": {"And": large},
        "Transitions": [{"Days": archive_days, "StorageClass": storage_class}],
    }
    return [abort, archive]


def is_ours(rule: Rule) -> bool:
    """Whether RunFerry made it."""
    return str(rule.get("ID", "")).startswith(_OURS)
