"""Which storage classes keep what is in them from being read, and what may lie there."""

from core.model import ArtifactKind
from core.stored.job_s3_prefix import parse_key

ARCHIVABLE = (ArtifactKind.RUN_RESULTS, ArtifactKind.RUN_LOGS, ArtifactKind.JOB_INPUT)
"""Configurations are small, and read where nobody waits for a restore."""


def needs_restore(storage_class: str) -> bool:
    """Whether what is in it has to be restored before it can be read, copied or moved.

    Servers other than AWS have archives of their own names. One that is called so and can be read at
    once is taken for an archive all the same.
    """
    return storage_class == "GLACIER" or "ARCHIVE" in storage_class


def is_archivable(key: str) -> bool:
    """Whether nobody needs the object at `key` to know what else there is: no record, no manifest."""
    place = parse_key(key)
    return place is not None and place.kind in ARCHIVABLE and not place.is_manifest
