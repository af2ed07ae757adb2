"""The rows that a store implies: what the catalog holds when it is up to date."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from core.job_s3_prefix import JOB_RECORDS, JobS3Prefix, parse_job_record_key
from core.model import Artifact, ArtifactKind, Job, Run, RunStatus
from core.ports.catalog import Extent
from core.ports.object_store import ObjectStore, StoredObject
from core.records import DELETED_JOB
from core.results_versions import run_of
from core.store_records import StoreRecords, Told
from core.stored_jobs import StoredJob, StoredRun, stored_jobs


@dataclass
class StoreRows:
    """`extents` by content id: those not in the catalog yet. `etags` by key of what was read."""

    jobs: dict[int, Job] = field(default_factory=dict[int, Job])
    runs: list[Run] = field(default_factory=list[Run])
    artifacts: list[Artifact] = field(default_factory=list[Artifact])
    extents: dict[str, Extent] = field(default_factory=dict[str, Extent])
    etags: dict[str, str] = field(default_factory=dict[str, str])


def rows_of_store(store: ObjectStore, records: StoreRecords) -> StoreRows:
    """Two listings and what `records` has to read. Raises StoreError, CatalogError."""
    rows = StoreRows()
    recorded = (s for s in store.list(JOB_RECORDS) if parse_job_record_key(s.key))
    listed = [s for s in recorded if s.size != len(DELETED_JOB)]
    found = records.jobs(listed)
    rows.jobs = {job.id: job for job in found.values()}
    rows.etags = {s.key: s.etag for s in listed if s.key in found}
    for stored in belonging(stored_jobs(store), rows.jobs):
        job = rows.jobs.setdefault(stored.prefix.job_id, unrecorded_job(stored.prefix))
        add_job(rows, job, stored, store, records)
    return rows


def add_job(
    rows: StoreRows, job: Job, stored: StoredJob, store: ObjectStore, records: StoreRecords
) -> None:
    """Adds the rows of one job."""
    manifests = [s for run in stored.runs.values() for s in run.manifests.values()]
    told = records.artifacts(job.id, [*stored.others, *manifests])
    rows.etags |= {s.key: s.etag for s in (*stored.others, *manifests) if s.key in told}
    rows.extents |= {t.artifact.content_id: t.extent for t in told.values() if t.extent}
    others = [told[s.key].artifact for s in stored.others if s.key in told]
    rows.artifacts.extend(others)
    for run in stored.runs.values():
        _add_run(rows, run, told, store)
    runs = {artifact.run_id for artifact in others if artifact.run_id}
    rows.runs.extend(Run(job.id, run_id) for run_id in sorted(runs - stored.runs.keys()))


def belonging(found: Iterable[StoredJob], jobs: Mapping[int, Job]) -> Iterable[StoredJob]:
    """One prefix for each job: that of its record, or the newest where nobody has recorded one."""
    chosen: dict[int, StoredJob] = {}
    for stored in found:
        job = jobs.get(stored.prefix.job_id)
        if job is None or JobS3Prefix.from_job(job) == stored.prefix:
            chosen[stored.prefix.job_id] = stored
    return chosen.values()


def unrecorded_job(prefix: JobS3Prefix) -> Job:
    """What is known of a job that another tool has made."""
    return Job(prefix.job_id, f"job {prefix.job_id}", prefix.created_at)


def _add_run(rows: StoreRows, run: StoredRun, told: Mapping[str, Told], store: ObjectStore) -> None:
    versions = [told[s.key].artifact for s in run.manifests.values() if s.key in told]
    newest = max((artifact.version for artifact in versions), default=0)
    placed = [replace(a, key=_place(run, a.version, newest)) for a in versions]
    rows.artifacts.extend(placed)
    rows.runs.extend(run_of(a, store.url(a.key)) for a in placed if a.version == newest)
    if run.latest and not placed:
        rows.artifacts.append(_unmanaged(run, run.latest))
        url = store.url(run.latest.key)
        rows.runs.append(Run(run.prefix.job_id, run.run_id, RunStatus.DONE, url))


def _place(run: StoredRun, version: int, newest: int) -> str:
    """Where the content is. The newest version is put aside when a newer one was deleted."""
    if version == newest and (run.latest or version not in run.kept):
        return run.prefix.run_results(run.run_id)
    return run.prefix.superseded_results(run.run_id, version)


def _unmanaged(run: StoredRun, latest: StoredObject) -> Artifact:
    return Artifact(
        job_id=run.prefix.job_id,
        kind=ArtifactKind.RUN_RESULTS,
        key=latest.key,
        size=latest.size,
        run_id=run.run_id,
        managed=False,
    )
