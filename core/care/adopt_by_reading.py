"""Make loose results a version by reading them: nobody knows any more what they are."""

from dataclasses import replace
from operator import attrgetter

from core.errors import ConflictError, ObjectNotFoundError
from core.model import ArtifactKind, Job, Manifest, run_id_of
from core.ports.catalog import Catalog
from core.ports.object_store import ObjectStore, StoredObject
from core.stored.arrange_rows import arrange_rows
from core.stored.find_job import recorded_job
from core.stored.job_s3_prefix import ParsedKey, key_below
from core.stored.listed_jobs import listed_run
from core.stored.loose_results import find_loose
from core.stored.record_format import encode_manifest
from core.stored.results_versions import (
    ResultsVersions,
    RunVersions,
    artifact_of,
    extent_of,
    run_of,
    superseded,
)
from core.upload.read_loose import ReadLoose


class AdoptByReading:
    """Also what another workstation left behind, or another tool, below whatever prefix of the job."""

    def __init__(self, store: ObjectStore, catalog: Catalog, read_loose: ReadLoose) -> None:
        self._store = store
        self._catalog = catalog
        self._read_loose = read_loose
        self._versions = ResultsVersions(store, catalog)

    def __call__(self, key: str, place: ParsedKey) -> None:
        """`place` is what the key says; nothing is overwritten.

        Raises ObjectNotFoundError when there is no such orphan, UnsafeArchiveError when it is not
        an archive, JobNotFoundError when the job was deleted, ConflictError, StoreError.
        """
        loose = find_loose(self._store, key)
        if loose is None:
            raise self.no_orphan(key)
        job = recorded_job(self._store, place.prefix.job_id).job
        self._catalog.put_job(job)
        self._check_number(loose, place)
        known = self._versions.of_run(place.prefix, run_id_of(place))
        version = place.version or known.following()
        read = self._read_loose(loose, place, version)
        self._commit(place, replace(read, directory=_directory_of(known)))
        self._arrange(job, run_id_of(place), key)

    def no_orphan(self, key: str) -> ObjectNotFoundError:
        """The error that says so; for the caller to raise."""
        return ObjectNotFoundError(
            f"{self._store.url(key)} is not an orphan.",
            todo="`runferry store orphans list` shows what can be adopted.",
        )

    def _check_number(self, loose: StoredObject, place: ParsedKey) -> None:
        run = listed_run(self._store, place.prefix, run_id_of(place))
        if place.version > run.newest:
            raise ConflictError(
                f"{self._store.url(loose.key)} would be newer than the newest version.",
                kept="It was left as it is.",
                todo="Its name says that it was put aside: something else is missing.",
            )

    def _commit(self, place: ParsedKey, manifest: Manifest) -> None:
        if not place.version:
            self._versions.commit(place.prefix, manifest)
            return
        key = place.prefix.manifest(manifest.run_id, manifest.version)
        self._store.put(key, encode_manifest(manifest), if_absent=True)
        self._catalog.put_extents({manifest.content_id: extent_of(manifest)})
        kept = superseded(artifact_of(manifest), place.prefix)
        self._catalog.put_artifact(replace(kept, beside=key_below(kept.job_id, kept.key)))

    def _arrange(self, job: Job, run_id: int, key: str) -> None:
        """Below several prefixes another one may be the current one, before or from now on."""
        beside = key_below(job.id, key)
        self._catalog.remove_artifact(job.id, run_id, ArtifactKind.RUN_RESULTS, 0, beside)
        newest = max(arrange_rows(self._catalog, job, run_id), key=attrgetter("version"))
        self._catalog.put_run(run_of(newest, self._store.url(newest.key)))


def _directory_of(run: RunVersions) -> str:
    """A run is from one directory; the archive may have several at its top."""
    return run.latest.directory if run.latest else ""
