"""Content that the store has already, and that need not be sent again."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import StoreError
from core.model import Artifact, ArtifactKind
from core.ports.object_store import ObjectReader, StoredObject
from core.ports.packaging import PackSummary
from core.stored.manifests import is_content_of, manifest_of
from core.stored.unversioned import unversioned_content

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class KnownContent:
    """`object` as it was seen, proven by its metadata to be what `summary` tells.

    `encoder` made it, if one did. `left_out` and `directory` are what its manifest tells, if it has one.
    """

    object: StoredObject
    summary: PackSummary
    encoder: str = ""
    left_out: tuple[str, ...] = ()
    directory: str = ""


def first_known(store: ObjectReader, artifacts: Iterable[Artifact]) -> KnownContent | None:
    """The first of them whose content the store really has, as far as it lets us see.

    The catalog's word is not enough: a version is proven by its manifest, wherever the object lies
    now; other kinds by the object's metadata.
    """
    return next(filter(None, (_proven(store, artifact) for artifact in artifacts)), None)


def _proven(store: ObjectReader, artifact: Artifact) -> KnownContent | None:
    try:
        stored = store.head(artifact.key)
        if stored is None:
            return None
        if artifact.kind is ArtifactKind.RUN_RESULTS:
            return _version(store, artifact, stored)
    except StoreError as error:
        _log.info("%s is not taken for a copy: %s", artifact.key, error.what)
        return None
    found = unversioned_content(stored, artifact)
    if found is None:
        return None
    return KnownContent(
        stored, PackSummary(found.content_id, 0, 0, found.sha256, stored_bytes=stored.size)
    )


def _version(store: ObjectReader, artifact: Artifact, stored: StoredObject) -> KnownContent | None:
    manifest = manifest_of(store, artifact)
    if not manifest or manifest.sha256 != artifact.sha256 or not is_content_of(stored, manifest):
        return None
    summary = PackSummary(
        content_id=manifest.content_id,
        files=manifest.files,
        raw_bytes=manifest.raw_bytes,
        sha256=manifest.sha256,
        stored_bytes=manifest.stored_bytes,
    )
    return KnownContent(stored, summary, manifest.encoder, manifest.left_out, manifest.directory)
