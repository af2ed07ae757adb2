"""Manifests of versions, and which objects are the content that they commit."""

import logging
from collections.abc import Callable, Iterator

from core.errors import ObjectArchivedError, ObjectNotFoundError
from core.model import Artifact, Manifest, run_id_of
from core.ports.object_store import ObjectReader, StoredObject
from core.stored.job_s3_prefix import JobS3Prefix, ParsedKey, parse_key, parse_manifest_key
from core.stored.record_format import MAX_BYTES, RecordError, decode_manifest

WRITE_TOKEN = "write-token"  # noqa: S105 - the name of a metadata field
"""Tells who wrote the object."""

CONTENT_ID = "content-id"
SHA256 = "sha256"
STORED_AT = "stored-at"
"""Of objects that have no manifest."""

ORIGIN = "origin"
"""What made the content, where that decides who may replace it; else it is not there."""
ReadManifest = Callable[[StoredObject], Manifest | None]
"""Reads a manifest that was listed."""
_log = logging.getLogger(__name__)


def read_manifest(store: ObjectReader, key: str) -> Manifest | None:
    """The manifest at `key`; None when there is none.

    So it is, with a line in the log, when what is there does not belong there.
    """
    try:
        return _checked(store, key)
    except RecordError as error:
        _log.warning("%s is not a manifest: %s", key, error)
        return None


def manifest_of(store: ObjectReader, artifact: Artifact) -> Manifest | None:
    """The manifest of a version, read now."""
    place = parse_key(artifact.key)
    if place is None:
        return None
    return read_manifest(store, place.prefix.manifest(run_id_of(artifact), artifact.version))


def listed_manifests(
    store: ObjectReader, prefix: JobS3Prefix, run_id: int
) -> Iterator[tuple[int, StoredObject]]:
    """The versions of a run that have manifests, which may be no valid ones. Raises StoreError."""
    for stored in store.list(prefix.manifests(run_id)):
        if place := parse_manifest_key(stored.key):
            yield place.version, stored


class ManifestsReadOnce:
    """A `ReadManifest` that keeps what it read. Callable from any thread."""

    def __init__(self, store: ObjectReader) -> None:
        self._store = store
        self._read: dict[tuple[str, str], Manifest | None] = {}
        self.refused: dict[str, str] = {}
        """Why manifests could not be read, by key."""

    def __call__(self, listed: StoredObject) -> Manifest | None:
        """Read again only if it is another one than before."""
        this = listed.key, listed.etag
        if this not in self._read:
            self._read[this] = self._look(listed.key)
        return self._read[this]

    def _look(self, key: str) -> Manifest | None:
        try:
            return _checked(self._store, key)
        except RecordError as error:
            _log.warning("%s is not a manifest: %s", key, error)
            self.refused[key] = str(error)
            return None


def is_content_of(stored: StoredObject, manifest: Manifest) -> bool:
    """Whether the object provably is what was stored as that version.

    The write token in its metadata tells: a move to another storage class may change the etag, and
    another upload of the same bytes has the same one. What has no token, as it is another tool's or
    was restored without its metadata, must have the etag.
    """
    if stored.size != manifest.stored_bytes:
        return False
    token = stored.metadata.get(WRITE_TOKEN)
    return token == manifest.write_token if token else stored.etag == manifest.etag


def may_be_content_of(stored: StoredObject, manifest: Manifest) -> bool:
    """As `is_content_of`; it may also be the same bytes of another upload, or untellable.

    That is what other tools stored, once its etag is another one: the size has to do, so that it
    stays a version after a move to another storage class. To delete or to copy takes proof.
    """
    return is_content_of(stored, manifest) or _is_alike(stored, manifest)


def _is_alike(stored: StoredObject, manifest: Manifest) -> bool:
    if stored.size != manifest.stored_bytes:
        return False
    tokens = {stored.metadata.get(WRITE_TOKEN, ""), manifest.write_token}
    return stored.etag == manifest.etag or tokens == {""}


def _checked(store: ObjectReader, key: str) -> Manifest | None:
    """None when there is none; raises RecordError for what is there and does not belong there."""
    place = parse_manifest_key(key)
    try:
        return _read(store, key, place) if place else None
    except ObjectNotFoundError:
        return None


def _read(store: ObjectReader, key: str, place: ParsedKey) -> Manifest:
    try:
        manifest = _decoded(store, key)
    except ObjectArchivedError as error:
        raise RecordError(error.what) from None
    meant = (place.prefix.job_id, place.run_id, place.version, _results_key(place))
    if (manifest.job_id, manifest.run_id, manifest.version, manifest.key) != meant:
        raise RecordError("it speaks of another run, version or key")
    return manifest


def _results_key(place: ParsedKey) -> str:
    return place.prefix.run_results(run_id_of(place))


def _decoded(store: ObjectReader, key: str) -> Manifest:
    """A byte may have changed on the way: what is wrong is read twice before it is damaged."""
    try:
        return decode_manifest(_limited(store, key))
    except RecordError:
        return decode_manifest(_limited(store, key))


def _limited(store: ObjectReader, key: str) -> bytes:
    return store.excerpt(key, start=0, length=MAX_BYTES + 1).data
