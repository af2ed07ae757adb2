"""The content of a version that the next one is about to take the place of."""

import logging
from collections.abc import Iterator

from core.errors import ConflictError, ObjectNotFoundError, PreconditionFailedError
from core.model import Manifest
from core.ports.object_store import ObjectStore, StoredObject
from core.stored.job_s3_prefix import JobS3Prefix
from core.stored.manifests import WRITE_TOKEN, listed_manifests, may_be_content_of, read_manifest

_log = logging.getLogger(__name__)


class SupersededContent:
    """What is at the key of a run whose `latest` version has a valid manifest.

    When a newer version has a manifest that cannot be read, the object is that one's: it is kept
    aside under its number, and can be adopted there.
    """

    def __init__(self, store: ObjectStore, prefix: JobS3Prefix, latest: Manifest) -> None:
        self._store = store
        self._prefix = prefix
        self._latest = latest

    def keep(self) -> StoredObject | None:
        """Copies it aside and returns the object that may be replaced.

        None when there is none any more: nothing can be kept, and nothing is in the way. Raises
        ConflictError when the object is not what the manifest says, or something else is where its
        copy belongs.
        """
        current = self._store.head(self._latest.key)
        if current is None:
            version = self._latest.version
            _log.warning("%s is gone: version %d has no content", self._latest.key, version)
            return None
        return self._kept(current, self._version_of(current))

    def _kept(self, current: StoredObject, version: int) -> StoredObject | None:
        aside = self._prefix.superseded_results(self._latest.run_id, version)
        try:
            self._store.copy(current.key, aside, source_etag=current.etag)
        except PreconditionFailedError:
            self._check_kept(aside, current, version)
        except ObjectNotFoundError:
            _log.warning("%s was deleted while it was kept aside", current.key)
            return None
        return current

    def _version_of(self, current: StoredObject) -> int:
        if may_be_content_of(current, self._latest):
            return self._latest.version
        return self._unreadable(current)

    def _unreadable(self, current: StoredObject) -> int:
        """The number of the version that `current` is, whose manifest cannot be read."""
        newest = max(self._committed_since(current), default=0)
        if newest <= self._latest.version or WRITE_TOKEN not in current.metadata:
            raise ConflictError(
                f"{self._store.url(current.key)} is not what version {self._latest.version} stored.",
                kept="Nothing was overwritten.",
                todo="`runferry store check --repair` makes it a version if RunFerry stored it. "
                "Otherwise move it away and upload again.",
            )
        self._check_unreadable(newest)
        _log.warning("%s is taken for version %d", current.key, newest)
        return newest

    def _check_unreadable(self, newest: int) -> None:
        """One that can be read was committed since the latest was looked for: it is nobody's to replace."""
        if read_manifest(self._store, self._prefix.manifest(self._latest.run_id, newest)):
            raise ConflictError(
                f"Version {newest} of run {self._latest.run_id} was stored meanwhile.",
                kept="Nothing was overwritten.",
                todo="Look at it, then try again.",
            )

    def _committed_since(self, current: StoredObject) -> Iterator[int]:
        """A manifest is written after its content: what came later is of an upload without one."""
        for version, manifest in listed_manifests(self._store, self._prefix, self._latest.run_id):
            if not _is_later(current, manifest):
                yield version

    def _check_kept(self, aside: str, current: StoredObject, version: int) -> None:
        """What is there may be left of a version that was deleted, and the original goes next."""
        kept = self._store.head(aside)
        if kept is None or not self._is_same(kept, current, version):
            raise ConflictError(
                f"Version {version} cannot be kept at {self._store.url(aside)}.",
                kept="Nothing was overwritten.",
                todo="Upload again; when something else is there, move that away before.",
            )
        _log.info("version %d was already kept aside", version)

    def _is_same(self, kept: StoredObject, current: StoredObject, version: int) -> bool:
        if version == self._latest.version:
            return may_be_content_of(kept, self._latest)
        return _is_copy(kept, current)


def _is_later(current: StoredObject, manifest: StoredObject) -> bool:
    if current.last_modified is None or manifest.last_modified is None:
        return True
    return current.last_modified > manifest.last_modified


def _is_copy(kept: StoredObject, current: StoredObject) -> bool:
    tokens = {stored.metadata.get(WRITE_TOKEN) for stored in (kept, current)}
    return kept.size == current.size and len(tokens) == 1
