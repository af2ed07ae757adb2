"""Which stored results no manifest refers to."""

from collections.abc import Sequence

from core.model import ArtifactKind, Manifest
from core.ports.object_store import ObjectReader, StoredObject
from core.stored.job_s3_prefix import parse_key
from core.stored.listed_jobs import ListedRun, listed_run
from core.stored.manifests import (
    WRITE_TOKEN,
    ManifestsReadOnce,
    ReadManifest,
    is_content_of,
    may_be_content_of,
)


def is_listed_content_of(store: ObjectReader, listed: StoredObject, manifest: Manifest) -> bool:
    """As `may_be_content_of`; the metadata is asked for only if the listing leaves it open."""
    if is_content_of(listed, manifest):
        return True
    if listed.size != manifest.stored_bytes:
        return False
    found = store.head(listed.key)
    return found is not None and may_be_content_of(found, manifest)


def loose_results(
    store: ObjectReader, run: ListedRun, read: ReadManifest
) -> Sequence[StoredObject]:
    """With their metadata. Some a manifest that cannot be read `may_know`: if they are ours."""
    loose = [stored for version, stored in run.kept.items() if version not in run.manifests]
    if run.latest and not _is_known(store, run.latest, run, read):
        loose.append(run.latest)
    found = [stored for stored in (store.head(stored.key) for stored in loose) if stored]
    return [s for s in found if WRITE_TOKEN in s.metadata or not may_know(run, s, read)]


def may_know(run: ListedRun, loose: StoredObject, read: ReadManifest) -> bool:
    """Whether a manifest that cannot be read may refer to it: it can be adopted, not deleted."""
    is_latest = run.latest is not None and run.latest.key == loose.key
    return is_latest and any(read(listed) is None for listed in run.manifests.values())


def find_loose(store: ObjectReader, key: str, *, surely: bool = False) -> StoredObject | None:
    """The object at `key` with its metadata, if it is there and no manifest refers to it now.

    `surely` means that none that cannot be read may do so either.
    """
    place = parse_key(key)
    if place is None or place.kind is not ArtifactKind.RUN_RESULTS or place.run_id is None:
        return None
    run = listed_run(store, place.prefix, place.run_id)
    read = ManifestsReadOnce(store)
    loose = (found for found in loose_results(store, run, read) if found.key == key)
    return next((found for found in loose if not (surely and may_know(run, found, read))), None)


def _is_known(
    store: ObjectReader, latest: StoredObject, run: ListedRun, read: ReadManifest
) -> bool:
    manifests = (read(run.manifests[version]) for version in sorted(run.manifests, reverse=True))
    return any(m and is_listed_content_of(store, latest, m) for m in manifests)
