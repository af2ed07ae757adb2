"""The versions of one run as the store has them now, and where their content provably is."""

from collections.abc import Mapping

from core.errors import ConflictError
from core.model import Manifest
from core.ports.object_store import ObjectReader, StoredObject
from core.stored.job_s3_prefix import JobS3Prefix
from core.stored.manifests import is_content_of, listed_manifests, read_manifest


def run_manifests(
    store: ObjectReader, prefix: JobS3Prefix, run_id: int, kept: str
) -> Mapping[int, Manifest]:
    """By version. Raises ConflictError, which says what was `kept`, for one that cannot be read."""
    found: dict[int, Manifest] = {}
    for version, listed in listed_manifests(store, prefix, run_id):
        manifest = read_manifest(store, listed.key)
        if manifest is None:
            raise ConflictError(
                f"{store.url(listed.key)} cannot be read: nobody knows what version {version} is.",
                kept=kept,
                todo="`runferry store check` tells more.",
            )
        found[version] = manifest
    return found


def proven_content(
    store: ObjectReader, prefix: JobS3Prefix, manifest: Manifest
) -> StoredObject | None:
    """The object that is the content of a version: at the key of the run, or aside."""
    aside = prefix.superseded_results(manifest.run_id, manifest.version)
    there = filter(None, map(store.head, (manifest.key, aside)))
    return next((stored for stored in there if is_content_of(stored, manifest)), None)
