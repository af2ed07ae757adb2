"""Make the catalog equal to the store."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.job_s3_prefix import JOB_RECORDS, JobS3Prefix, parse_job_record_key, parse_key
from core.model import Artifact, ArtifactKind, Job, Manifest, Run
from core.ports.catalog import Catalog, Extent
from core.ports.clock import Clock
from core.ports.object_store import ObjectStore
from core.records import RecordError, decode_job
from core.results_versions import artifact_of, extent_of, read_manifest, run_of, superseded
from core.run_logs import logs_artifact

_log = logging.getLogger(__name__)


@dataclass
class _Found:
    jobs: list[Job] = field(default_factory=list[Job])
    runs: list[Run] = field(default_factory=list[Run])
    artifacts: list[Artifact] = field(default_factory=list[Artifact])
    extents: dict[str, Extent] = field(default_factory=dict[str, Extent])


class RefreshCatalog:
    """Reads all job records and manifests, and looks at all logs. The network is used; runs on a background thread."""

    def __init__(self, catalog: Catalog, store: ObjectStore, clock: Clock) -> None:
        self._catalog = catalog
        self._store = store
        self._clock = clock

    def __call__(self) -> None:
        """Replaces the cache in one transaction. Raises StoreError and leaves it as it was."""
        found, started = _Found(), self._clock.now()
        for stored in self._store.list(JOB_RECORDS):
            if job := self._job(stored.key):
                found.jobs.append(job)
                self._collect(job, found)
        self._catalog.put_extents(found.extents)  # first: `replace` marks the catalog as complete
        self._catalog.replace(found.jobs, found.runs, found.artifacts, started)

    def _job(self, key: str) -> Job | None:
        job_id = parse_job_record_key(key)
        if job_id is None:
            return None
        try:
            job, _ = decode_job(b"".join(self._store.read(key)))
        except RecordError as error:
            _log.warning("%s is not a job record: %s", key, error)
            return None
        return job if job.id == job_id else None

    def _collect(self, job: Job, found: _Found) -> None:
        prefix = JobS3Prefix.from_job(job)
        by_run: dict[int, list[Manifest]] = {}
        for stored in self._store.list(str(prefix)):
            if manifest := self._manifest(stored.key):
                by_run.setdefault(manifest.run_id, []).append(manifest)
                found.extents[manifest.content_id] = extent_of(manifest)
            elif logs := self._logs(stored.key):
                found.artifacts.append(logs)
        for manifests in by_run.values():
            newest = max(manifests, key=lambda manifest: manifest.version)
            found.runs.append(run_of(newest, self._store.url(newest.key)))
            found.artifacts.extend(_versions(prefix, newest, manifests))

    def _manifest(self, key: str) -> Manifest | None:
        parsed = parse_key(key)
        return read_manifest(self._store, key) if parsed and parsed.is_manifest else None

    def _logs(self, key: str) -> Artifact | None:
        parsed = parse_key(key)
        if parsed is None or parsed.kind is not ArtifactKind.RUN_LOGS:
            return None
        stored = self._store.head(key)  # a listing does not tell the metadata
        return logs_artifact(stored) if stored else None


def _versions(
    prefix: JobS3Prefix, newest: Manifest, manifests: Sequence[Manifest]
) -> Iterable[Artifact]:
    for manifest in manifests:
        artifact = artifact_of(manifest)
        yield artifact if manifest is newest else superseded(artifact, prefix)
