"""Delete one artifact: a version of a run's results, or an object of a kind without versions."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from core.errors import ConflictError, PreconditionFailedError
from core.model import Artifact, ArtifactKind, Manifest, Run, run_id_of
from core.ports.catalog import Catalog
from core.ports.object_store import ObjectStore, StoredObject
from core.stored.arrange_rows import remove_row
from core.stored.job_s3_prefix import JobS3Prefix, parse_key, prefix_of
from core.stored.manifests import is_content_of, read_manifest
from core.stored.unversioned import unversioned_content

_log = logging.getLogger(__name__)


class DeleteArtifact:
    """Looks at everything anew, and deletes only what is provably the artifact.

    Manifest, then content, then rows: killed in between, it leaves an orphan for `store orphans`,
    never a version without content. A run or a job is deleted artifact by artifact in the order of
    `Catalog.artifacts`, older versions first.
    """

    def __init__(self, store: ObjectStore, catalog: Catalog) -> None:
        self._store = store
        self._catalog = catalog

    def __call__(self, artifact: Artifact) -> None:
        """Nothing happens in the store when the artifact is gone from it.

        Raises ConflictError when it is somebody else's, not what was listed any more, or the
        current version while older ones are left; StoreError; CatalogError.
        """
        if not artifact.managed:
            raise changed_object(self._store.url(artifact.key), "was not stored by RunFerry")
        if artifact.kind is ArtifactKind.RUN_RESULTS:
            self._delete_version(artifact)
        else:
            self._delete_object(artifact)
        self._forget(artifact)

    def _delete_version(self, artifact: Artifact) -> None:
        prefix, run_id = prefix_of(artifact.key), run_id_of(artifact)
        key = prefix.manifest(run_id, artifact.version)
        listed = self._manifests(prefix, run_id)
        if key not in listed:
            return
        manifest = self._manifest(key, artifact)
        _check_not_current(key, listed, artifact)
        contents = self._contents(manifest, _places(prefix, manifest, only=len(listed) == 1))
        self._store.delete(key, if_match=listed[key].etag)
        self._delete_contents(contents)

    def _manifests(self, prefix: JobS3Prefix, run_id: int) -> Mapping[str, StoredObject]:
        """Of all versions, by key."""
        found = self._store.list(prefix.manifests(run_id))
        return {stored.key: stored for stored in found if _version(stored.key)}

    def _manifest(self, key: str, artifact: Artifact) -> Manifest:
        manifest = read_manifest(self._store, key)
        if manifest is None or manifest.sha256 != artifact.sha256:
            raise changed_object(self._store.url(key), "does not tell of what was listed")
        return manifest

    def _contents(self, manifest: Manifest, places: Iterable[str]) -> Sequence[StoredObject]:
        there = filter(None, map(self._store.head, places))
        return [stored for stored in there if is_content_of(stored, manifest)]

    def _delete_contents(self, contents: Iterable[StoredObject]) -> None:
        for stored in contents:
            try:
                self._store.delete(stored.key, if_match=stored.etag)
            except PreconditionFailedError:
                _log.info("%s was replaced meanwhile and stays", stored.key)

    def _delete_object(self, artifact: Artifact) -> None:
        stored = self._store.head(artifact.key)
        if stored is None:
            return
        self._check_unchanged(stored, artifact)
        try:
            self._store.delete(artifact.key, if_match=stored.etag)
        except PreconditionFailedError:
            raise changed_object(self._store.url(artifact.key), "was replaced meanwhile") from None

    def _check_unchanged(self, stored: StoredObject, artifact: Artifact) -> None:
        if not unversioned_content(stored, artifact):
            raise changed_object(self._store.url(artifact.key), "is not what was listed any more")

    def _forget(self, artifact: Artifact) -> None:
        forget_artifact(self._catalog, artifact)


def forget_artifact(catalog: Catalog, artifact: Artifact) -> None:
    """Its row, and what its run is without it. Raises CatalogError."""
    remove_row(catalog, artifact)
    if artifact.run_id:
        _settle_run(catalog, artifact.job_id, artifact.run_id)


def _settle_run(catalog: Catalog, job_id: int, run_id: int) -> None:
    """What a run is without its results; nothing, when nothing is left of it."""
    left = set(map(attrgetter("kind"), catalog.artifacts(job_id, run_id)))
    if not left:
        catalog.remove_run(job_id, run_id)
    elif ArtifactKind.RUN_RESULTS not in left:
        catalog.put_run(Run(job_id, run_id))


def _check_not_current(key: str, listed: Mapping[str, StoredObject], artifact: Artifact) -> None:
    if len(listed) > 1 and key == max(listed, key=_version):
        raise ConflictError(
            f"Version {artifact.version} is the current one of run {artifact.run_id}: it cannot "
            "go while older versions stay.",
            kept="Nothing was deleted.",
            todo="Delete the older versions too, or all of the run.",
        )


def _places(prefix: JobS3Prefix, manifest: Manifest, *, only: bool) -> Sequence[str]:
    """Where the version's content may be: set aside, current, or both while it is replaced.

    What is current is of a newer version if there is one, even if it is the same content.
    """
    kept = prefix.superseded_results(manifest.run_id, manifest.version)
    return (kept, manifest.key) if only else (kept,)


def _version(manifest_key: str) -> int:
    parsed = parse_key(manifest_key)
    return parsed.version if parsed else 0


def changed_object(url: str, how: str) -> ConflictError:
    """The error that says so; for the caller to raise."""
    return ConflictError(
        f"{url} {how}.",
        kept="It was left as it is.",
        todo="Refresh the list, and look at it before you try again; `runferry store check` tells "
        "more.",
    )
