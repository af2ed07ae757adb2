"""The versions of a run's results: manifests in the store, rows in the catalog."""

import logging
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from core.errors import ConflictError, ObjectNotFoundError, PreconditionFailedError
from core.model import (
    HIGHEST_ID,
    Artifact,
    ArtifactKind,
    FileId,
    Manifest,
    Run,
    RunStatus,
    run_id_of,
)
from core.ports.catalog import Catalog, Extent
from core.ports.object_store import ObjectStore, StoredObject
from core.stored.job_s3_prefix import JobS3Prefix, parse_key
from core.stored.manifests import WRITE_TOKEN, may_be_content_of, read_manifest
from core.stored.record_format import encode_manifest

_log = logging.getLogger(__name__)


class RunVersions(NamedTuple):
    """`latest` is the newest that has a valid manifest, `taken` all that have any."""

    run_id: int
    latest: Manifest | None
    taken: frozenset[int]

    def following(self) -> int:
        """The first number after the latest that is free. Raises ConflictError when there is none."""
        version = self.latest.version + 1 if self.latest else 1
        while version in self.taken:
            version += 1
        if version > HIGHEST_ID:
            raise _no_more_versions(self.run_id)
        return version


class ResultsVersions:
    """Reads, commits and records versions. Callable from any thread."""

    def __init__(self, store: ObjectStore, catalog: Catalog) -> None:
        self._store = store
        self._catalog = catalog

    def of_run(self, prefix: JobS3Prefix, run_id: int) -> RunVersions:
        """By one listing. Raises StoreError."""
        keys = [stored.key for stored in self._store.list(prefix.manifests(run_id))]
        read = (read_manifest(self._store, key) for key in keys)
        latest = max((m for m in read if m), key=lambda m: m.version, default=None)
        places = map(parse_key, keys)
        return RunVersions(run_id, latest, frozenset(place.version for place in places if place))

    def commit(self, prefix: JobS3Prefix, manifest: Manifest) -> FileId:
        """Stores the manifest, which is the commit point, and records it.

        Raises ConflictError when somebody else has committed this version.
        """
        key = prefix.manifest(manifest.run_id, manifest.version)
        try:
            self._store.put(key, encode_manifest(manifest), if_absent=True)
        except PreconditionFailedError:
            # The first try may have succeeded and only its reply been lost; or another workstation
            # has stored the same bytes at the same moment.
            there = read_manifest(self._store, key)
            if there is None or there.sha256 != manifest.sha256:
                raise ConflictError(
                    f"Version {manifest.version} of run {manifest.run_id} is somebody else's."
                ) from None
            manifest = there
        return self.record(prefix, manifest)

    def withdraw(self, prefix: JobS3Prefix, manifest: Manifest) -> None:
        """Deletes the manifest that `commit` stored, unless it is somebody else's. Raises StoreError.

        The rows stay: they go with their job, which whoever looked for it has found deleted.
        """
        key = prefix.manifest(manifest.run_id, manifest.version)
        there = self._store.head(key)
        committed = read_manifest(self._store, key) if there else None
        if there and committed and committed.write_token == manifest.write_token:
            with suppress(PreconditionFailedError):
                self._store.delete(key, if_match=there.etag)

    def record(self, prefix: JobS3Prefix, manifest: Manifest) -> FileId:
        """Writes the rows that the manifest implies; may be repeated. Raises CatalogError."""
        for older in self._catalog.artifacts(manifest.job_id, manifest.run_id):
            if older.key == manifest.key and older.version < manifest.version:
                self._replaced(older, prefix)
        self._catalog.put_extents({manifest.content_id: extent_of(manifest)})
        artifact = artifact_of(manifest)
        file_id = self._catalog.put_artifact(artifact)
        self._catalog.put_run(run_of(artifact, self._store.url(artifact.key)))
        return file_id

    def is_in_place(self, latest: Manifest) -> bool:
        """Whether the content of the latest version is where it belongs."""
        current = self._store.head(latest.key)
        return current is not None and may_be_content_of(current, latest)

    def keep_superseded(self, prefix: JobS3Prefix, latest: Manifest) -> StoredObject | None:
        """Copies the content of `latest` aside and returns the object that may be replaced.

        When a newer version has a manifest that cannot be read, the object is that one's: it is kept
        aside under its number, and can be adopted there.

        None when there is none any more: nothing can be kept, and nothing is in the way. Raises
        ConflictError when the object is not what the manifest says, or something else is where its
        copy belongs.
        """
        current = self._store.head(latest.key)
        if current is None:
            _log.warning("%s is gone: version %d has no content", latest.key, latest.version)
            return None
        version = latest.version
        if not may_be_content_of(current, latest):
            version = self._unreadable(prefix, latest, current)
        aside = prefix.superseded_results(latest.run_id, version)
        try:
            self._store.copy(latest.key, aside, source_etag=current.etag)
        except PreconditionFailedError:
            self._check_kept(aside, version, latest, current)
        except ObjectNotFoundError:
            _log.warning("%s was deleted while it was kept aside", latest.key)
            return None
        return current

    def _unreadable(self, prefix: JobS3Prefix, latest: Manifest, current: StoredObject) -> int:
        """The number of the version that `current` is, whose manifest cannot be read.

        A manifest is written after its content: what came later is of an upload that has none yet.
        """
        newest = 0
        for listed in self._store.list(prefix.manifests(latest.run_id)):
            place = parse_key(listed.key)
            if place and place.version > newest and not _is_later(current, listed):
                newest = place.version
        if newest <= latest.version or WRITE_TOKEN not in current.metadata:
            raise ConflictError(
                f"{self._store.url(latest.key)} is not what version {latest.version} stored.",
                kept="Nothing was overwritten.",
                todo="`runferry store check --repair` makes it a version if RunFerry stored it. "
                "Otherwise move it away and upload again.",
            )
        _log.warning("%s is taken for version %d", latest.key, newest)
        return newest

    def _check_kept(self, key: str, version: int, latest: Manifest, current: StoredObject) -> None:
        """What is there may be left of a version that was deleted, and the original goes next."""
        kept = self._store.head(key)
        known = version == latest.version
        if kept and (may_be_content_of(kept, latest) if known else _is_copy(kept, current)):
            _log.info("version %d was already kept aside", version)
            return
        raise ConflictError(
            f"Version {version} cannot be kept at {self._store.url(key)}.",
            kept="Nothing was overwritten.",
            todo="Upload again; when something else is there, move that away before.",
        )

    def _replaced(self, older: Artifact, prefix: JobS3Prefix) -> None:
        if older.version:
            self._catalog.put_artifact(superseded(older, prefix))
        else:  # it was not managed; now it is
            self._catalog.remove_artifact(older.job_id, older.run_id, older.kind, older.version)


def _is_later(current: StoredObject, manifest: StoredObject) -> bool:
    if current.last_modified is None or manifest.last_modified is None:
        return True
    return current.last_modified > manifest.last_modified


def _is_copy(kept: StoredObject, current: StoredObject) -> bool:
    tokens = (stored.metadata.get(WRITE_TOKEN) for stored in (kept, current))
    return kept.size == current.size and len({*tokens}) == 1


def _no_more_versions(run_id: int) -> ConflictError:
    return ConflictError(
        f"Run {run_id} has a version {HIGHEST_ID}, after which there is none.",
        kept="Nothing was stored; your files are untouched.",
        todo="Nobody makes so many: remove the manifest of that version, or store the run under "
        "another id with --run-id.",
    )


def artifact_of(manifest: Manifest) -> Artifact:
    """The artifact that a manifest commits."""
    return Artifact(
        job_id=manifest.job_id,
        kind=ArtifactKind.RUN_RESULTS,
        key=manifest.key,
        size=manifest.stored_bytes,
        run_id=manifest.run_id,
        version=manifest.version,
        sha256=manifest.sha256,
        content_id=manifest.content_id,
        stored_at=manifest.stored_at,
        host=manifest.host,
        app_version=manifest.app_version,
        tags=manifest.tags,
    )


def extent_of(manifest: Manifest) -> Extent:
    """How much the version holds."""
    return Extent(manifest.files, manifest.raw_bytes)


def run_of(artifact: Artifact, url: str) -> Run:
    """The run as its newest results tell it."""
    return Run(
        job_id=artifact.job_id,
        run_id=run_id_of(artifact),
        status=RunStatus.DONE,
        results_url=url,
        results_uploaded_at=artifact.stored_at,
    )


def superseded(artifact: Artifact, prefix: JobS3Prefix) -> Artifact:
    """The artifact of an older version, at the key where its content is kept."""
    return replace(artifact, key=prefix.superseded_results(run_id_of(artifact), artifact.version))
