"""The versions of a run's results: manifests in the store, rows in the catalog."""

from contextlib import suppress
from dataclasses import replace
from itertools import filterfalse
from operator import attrgetter
from typing import NamedTuple

from core.errors import ConflictError, PreconditionFailedError, StoreAccessDeniedError
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
from core.stored.arrange_rows import put_beside, remove_row
from core.stored.job_s3_prefix import (
    JobS3Prefix,
    job_root,
    parse_manifest_key,
    prefix_of,
)
from core.stored.manifests import may_be_content_of, read_manifest
from core.stored.record_format import encode_manifest
from core.stored.superseded_content import SupersededContent
from core.stored.unreadable import in_the_way


class RunVersions(NamedTuple):
    """`latest` is the newest that has a valid manifest, `taken` all that have any.

    `there` is what lies at the key of the latest results.
    """

    run_id: int
    latest: Manifest | None
    taken: frozenset[int]
    there: StoredObject | None = None

    @property
    def unclaimed(self) -> StoredObject | None:
        """What is there although no manifest can be read."""
        return None if self.latest else self.there

    def following(self) -> int:
        """The first number after the latest that is free. Raises ConflictError when there is none."""
        first = self.latest.version + 1 if self.latest else 1
        free = filterfalse(self.taken.__contains__, range(first, HIGHEST_ID + 1))
        version = next(free, None)
        if version is None:
            raise _no_more_versions(self.run_id)
        return version


class ResultsVersions:
    """Reads, commits and records versions. Callable from any thread."""

    def __init__(self, store: ObjectStore, catalog: Catalog) -> None:
        self._store = store
        self._catalog = catalog

    def of_run(self, prefix: JobS3Prefix, run_id: int) -> RunVersions:
        """By one listing.

        Raises StoreError, and ConflictError where there are some that may not be read.
        """
        listed = {stored.key: stored for stored in self._store.list(prefix.all_results(run_id))}
        manifests = [*filter(parse_manifest_key, listed)]
        read = map(self._read, manifests)
        latest = max(filter(None, read), key=attrgetter("version"), default=None)
        taken = frozenset(map(_version, manifests))
        return RunVersions(run_id, latest, taken, listed.get(prefix.run_results(run_id)))

    def runs(self, job_id: int) -> frozenset[int]:
        """The runs of a job that have manifests. By one listing; raises StoreError."""
        places = (parse_manifest_key(stored.key) for stored in self._store.list(job_root(job_id)))
        return frozenset(map(run_id_of, filter(None, places)))

    def commit(self, prefix: JobS3Prefix, manifest: Manifest) -> FileId:
        """Stores the manifest, which is the commit point, and records it.

        Raises ConflictError when somebody else has committed this version.
        """
        return self.record(prefix, self.put_manifest(prefix, manifest))

    def put_manifest(self, prefix: JobS3Prefix, manifest: Manifest) -> Manifest:
        """The commit point without its rows; what is committed, perhaps by somebody else already."""
        key = prefix.manifest(manifest.run_id, manifest.version)
        try:
            self._store.put(key, encode_manifest(manifest), if_absent=True)
        except PreconditionFailedError:
            return self._already_committed(key, manifest)
        return manifest

    def commit_superseded(self, prefix: JobS3Prefix, manifest: Manifest) -> FileId:
        """As `commit`, for a version older than the latest, whose content is aside."""
        manifest = self.put_manifest(prefix, manifest)
        self._catalog.put_extents({manifest.content_id: extent_of(manifest)})
        return self._catalog.put_artifact(superseded(artifact_of(manifest), prefix))

    def withdraw(self, prefix: JobS3Prefix, manifest: Manifest) -> None:
        """Deletes the manifest that `commit` stored, unless it is somebody else's. Raises StoreError.

        The rows stay: they go with their job, which whoever looked for it has found deleted.
        """
        key = prefix.manifest(manifest.run_id, manifest.version)
        there = self._store.head(key)
        if there and self._is_ours(key, manifest):
            with suppress(PreconditionFailedError):
                self._store.delete(key, if_match=there.etag)

    def record(self, prefix: JobS3Prefix, manifest: Manifest) -> FileId:
        """Writes the rows that the manifest implies; may be repeated. Raises CatalogError."""
        for older in filter(_is_in_use, self._catalog.artifacts(manifest.job_id, manifest.run_id)):
            self._make_room(older, manifest, prefix)
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
        """As `SupersededContent.keep`."""
        return SupersededContent(self._store, prefix, latest).keep()

    def _already_committed(self, key: str, manifest: Manifest) -> Manifest:
        """The first try may have succeeded and only its reply been lost.

        Or another workstation has stored the same bytes at the same moment.
        """
        there = self._read(key)
        if there is None or there.sha256 != manifest.sha256:
            raise ConflictError(
                f"Version {manifest.version} of run {manifest.run_id} is somebody else's."
            ) from None
        return there

    def _read(self, key: str) -> Manifest | None:
        try:
            return read_manifest(self._store, key)
        except StoreAccessDeniedError as denied:
            raise in_the_way(self._store, key, denied) from None

    def _is_ours(self, key: str, manifest: Manifest) -> bool:
        there = read_manifest(self._store, key)
        return there is not None and there.write_token == manifest.write_token

    def _make_room(self, older: Artifact, manifest: Manifest, prefix: JobS3Prefix) -> None:
        if prefix_of(older.key) != prefix:  # another tool stored it meanwhile
            put_beside(self._catalog, older)
        elif _replaces(manifest, older):
            self._supersede(older, prefix)

    def _supersede(self, older: Artifact, prefix: JobS3Prefix) -> None:
        if older.version:
            self._catalog.put_artifact(superseded(older, prefix))
        else:  # it was not managed; now it is
            remove_row(self._catalog, older)


def _version(manifest_key: str) -> int:
    place = parse_manifest_key(manifest_key)
    return place.version if place else 0


def _is_in_use(artifact: Artifact) -> bool:
    return artifact.is_current_results


def _replaces(manifest: Manifest, older: Artifact) -> bool:
    return older.key == manifest.key and older.version < manifest.version


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
        verified=manifest.verified,
        directory=manifest.directory,
        left_out=manifest.left_out,
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
        directory=artifact.directory,
    )


def superseded(artifact: Artifact, prefix: JobS3Prefix) -> Artifact:
    """The artifact of an older version, at the key where its content is kept."""
    return replace(artifact, key=prefix.superseded_results(run_id_of(artifact), artifact.version))
