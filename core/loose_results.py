"""Which stored results no manifest refers to."""

from collections.abc import Sequence

from core.job_s3_prefix import parse_key
from core.model import ArtifactKind, Manifest
from core.ports.object_store import ObjectStore, StoredObject
from core.results_versions import holds, read_manifest
from core.stored_jobs import StoredRun, stored_run


def is_content_of(store: ObjectStore, stored: StoredObject, manifest: Manifest) -> bool:
    """Whether a listed object is what `manifest` commits; its metadata is asked for if need be."""
    if stored.size != manifest.stored_bytes or stored.etag == manifest.etag:
        return stored.size == manifest.stored_bytes
    found = store.head(stored.key)
    return found is not None and holds(found, manifest)


def loose_results(store: ObjectStore, run: StoredRun) -> Sequence[StoredObject]:
    """With their metadata. What a manifest that cannot be read might know of is not loose."""
    loose = [stored for version, stored in run.kept.items() if version not in run.manifests]
    if run.latest and not _is_known(store, run.latest, run):
        loose.append(run.latest)
    found = (store.head(stored.key) for stored in loose)
    return [stored for stored in found if stored]


def find_loose(store: ObjectStore, key: str) -> StoredObject | None:
    """The object at `key` with its metadata, if it is there and no manifest refers to it now."""
    place = parse_key(key)
    if place is None or place.kind is not ArtifactKind.RUN_RESULTS or place.run_id is None:
        return None
    run = stored_run(store, place.prefix, place.run_id)
    return next((found for found in loose_results(store, run) if found.key == key), None)


def _is_known(store: ObjectStore, latest: StoredObject, run: StoredRun) -> bool:
    for version in sorted(run.manifests, reverse=True):
        manifest = read_manifest(store, run.manifests[version].key)
        if manifest is None or is_content_of(store, latest, manifest):
            return True
    return False
