"""Make loose results a version by reading them: nobody knows any more what they are."""

import secrets
from contextlib import suppress

from core.errors import ConflictError, ObjectNotFoundError, PreconditionFailedError
from core.model import Manifest, run_id_of, whole_seconds
from core.ports.catalog import Catalog
from core.ports.object_store import ObjectStore, StoredObject
from core.ports.packaging import ArchiveHasher
from core.stored.implied_rows import unrecorded_job
from core.stored.job_records import job_record
from core.stored.job_s3_prefix import JobS3Prefix, ParsedKey, job_record_key
from core.stored.listed_jobs import listed_run
from core.stored.loose_results import find_loose
from core.stored.manifests import WRITE_TOKEN
from core.stored.ranged_archive import RangedArchive
from core.stored.record_format import encode_job, encode_manifest
from core.stored.results_versions import ResultsVersions, artifact_of, extent_of, superseded
from core.upload.commit_version import Writer


class AdoptByReading:
    """Also what another workstation left behind, or another tool."""

    def __init__(
        self, store: ObjectStore, catalog: Catalog, hasher: ArchiveHasher, writer: Writer
    ) -> None:
        self._store = store
        self._catalog = catalog
        self._hasher = hasher
        self._writer = writer
        self._versions = ResultsVersions(store, catalog)

    def __call__(self, key: str, place: ParsedKey) -> None:
        """`place` is what the key says; nothing is overwritten.

        Raises ObjectNotFoundError when there is no such orphan, UnsafeArchiveError when it is not
        an archive, ConflictError, StoreError.
        """
        loose = find_loose(self._store, key)
        if loose is None:
            raise self.no_orphan(key)
        self._record_job(place.prefix)
        self._check_number(loose, place)
        self._commit(place, self._manifest(place, loose))

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

    def _manifest(self, place: ParsedKey, loose: StoredObject) -> Manifest:
        summary = self._hasher.summary(RangedArchive(self._store, loose))
        run_id = run_id_of(place)
        return Manifest(
            job_id=place.prefix.job_id,
            run_id=run_id,
            version=place.version or self._next_version(place),
            key=place.prefix.run_results(run_id),
            content_id=summary.content_id,
            sha256=summary.sha256,
            write_token=loose.metadata.get(WRITE_TOKEN, ""),
            files=summary.files,
            raw_bytes=summary.raw_bytes,
            stored_bytes=summary.stored_bytes,
            stored_at=whole_seconds(loose.last_modified or self._store.now()),
            encoder="",
            host=self._writer.host,
            app_version=self._writer.app_version,
            etag=loose.etag,
        )

    def _next_version(self, place: ParsedKey) -> int:
        return self._versions.of_run(place.prefix, run_id_of(place)).following()

    def _commit(self, place: ParsedKey, manifest: Manifest) -> None:
        if not place.version:
            self._versions.commit(place.prefix, manifest)
            return
        key = place.prefix.manifest(manifest.run_id, manifest.version)
        self._store.put(key, encode_manifest(manifest), if_absent=True)
        self._catalog.put_extents({manifest.content_id: extent_of(manifest)})
        self._catalog.put_artifact(superseded(artifact_of(manifest), place.prefix))

    def _record_job(self, prefix: JobS3Prefix) -> None:
        """Jobs of other tools have no record; from now on this one has."""
        key = job_record_key(prefix.job_id)
        record = encode_job(unrecorded_job(prefix), secrets.token_hex(16))
        with suppress(PreconditionFailedError):
            self._store.put(key, record, if_absent=True)
        recorded = job_record(self._store, key)
        if recorded is None or JobS3Prefix.from_job(recorded.job) != prefix:
            raise ConflictError(
                f"Job {prefix.job_id} is another one: its artifacts do not belong below {prefix}.",
                kept="Nothing was changed.",
                todo="Move the objects below the prefix of the job, or of a new one.",
            )
        self._catalog.put_job(recorded.job)
