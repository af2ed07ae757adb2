"""Artifacts of the kinds without versions: everything but results.

There is no manifest: everything that is recorded stands in the object's own metadata.
"""

import hashlib
import re
from datetime import datetime

from core.model import Artifact, ArtifactKind
from core.ports.object_store import ObjectReader, StoredObject
from core.ports.packaging import PackSummary
from core.stored.job_s3_prefix import parse_key
from core.stored.manifests import CONTENT_ID, SHA256, STORED_AT, WRITE_TOKEN
from core.stored.record_format import format_time, parse_time

_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


def unversioned_metadata(summary: PackSummary, stored_at: datetime) -> dict[str, str]:
    """What goes into the object's metadata, beside the write token."""
    return {
        CONTENT_ID: summary.content_id,
        SHA256: summary.sha256,
        STORED_AT: format_time(stored_at),
    }


def unversioned_artifact(stored: StoredObject) -> Artifact | None:
    """The artifact that an object with its metadata is; None when its key is of no such kind.

    It is unmanaged when the metadata is not ours.
    """
    parsed = parse_key(stored.key)
    if parsed is None or parsed.kind is ArtifactKind.RUN_RESULTS:
        return None
    found = stored.metadata
    digests = [found.get(name, "") for name in (SHA256, CONTENT_ID)]
    moment = _moment(found.get(STORED_AT, ""))
    managed = bool(found.get(WRITE_TOKEN) and moment and all(map(_DIGEST.fullmatch, digests)))
    return Artifact(
        job_id=parsed.prefix.job_id,
        kind=parsed.kind,
        key=stored.key,
        size=stored.size,
        run_id=parsed.run_id,
        sha256=digests[0] if managed else "",
        content_id=digests[1] if managed else "",
        stored_at=moment if managed else None,
        managed=managed,
        verified=stored.verified,
    )


def unversioned_content(stored: StoredObject, artifact: Artifact) -> Artifact | None:
    """What the object tells of itself, if it provably has the content of `artifact`."""
    found = unversioned_artifact(stored)
    return found if found and found.managed and found.sha256 == artifact.sha256 else None


def digest_of(store: ObjectReader, stored: StoredObject) -> str:
    """SHA-256 of exactly this object, by reading it. Raises StoreError."""
    digest = hashlib.sha256()
    for block in store.read(stored.key, if_match=stored.etag):
        digest.update(block)
    return digest.hexdigest()


def _moment(text: str) -> datetime | None:
    try:
        return parse_time(text)
    except ValueError:
        return None
