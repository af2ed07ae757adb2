"""Which stored results no manifest refers to."""

from collections.abc import Sequence

from core.job_s3_prefix import parse_key
from core.manifests import ManifestsReadOnce, ReadManifest, is_content_of, may_be_content_of
from core.model import ArtifactKind, Manifest
from core.ports.object_store import ObjectStore, StoredObject
from core.stored_jobs import StoredRun, stored_run


def is_listed_content_of(store: ObjectStore, listed: StoredObject, manifest: Manifest) -> bool:
    """As `may_be_content_of`; the metadata is asked for only if the listing leaves it open."""
    if is_content_of(listed, manifest):
        return True
    if listed.size != manifest.stored_bytes:
        return False
    found = store.head(listed.key)
    return found is not None and may_be_content_of(found, manifest)


def loose_results(store: ObjectStore, run: StoredRun, read: ReadManifest) -> Sequence[StoredObject]:
    """With their metadata. What a manifest that cannot be read might know of is not loose."""
    loose = [stored for version, stored in run.kept.items() if version not in run.manifests]
    if run.latest and not _is_known(store, run.latest, run, read):
        loose.append(run.latest)
    found = (store.head(stored.key) for stored in loose)
    return [stored for stored in found if stored]


def find_loose(store: ObjectStore, key: str) -> StoredObject | None:
    """The object at `key` with its metadata, if it is there and no manifest refers to it now."""
    place = parse_key(key)
    if place is None or place.kind is not ArtifactKind.RUN_RESULTS or place.run_id is None:
        return None
    run = stored_run(store, place.prefix, place.run_id)
    loose = loose_results(store, run, ManifestsReadOnce(store))
    return next((found for found in loose if found.key == key), None)


def _is_known(store: ObjectStore, latest: StoredObject, run: StoredRun, read: ReadManifest) -> bool:
    for version in sorted(run.manifests, reverse=True):
        manifest = read(run.manifests[version])
        if manifest is None or is_listed_content_of(store, latest, manifest):
            return True
    return False
