"""The rows that a store implies: what the catalog holds when it is up to date."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from core.model import Artifact, ArtifactKind, Job, Run, RunStatus
from core.ports.catalog import Extent
from core.ports.object_store import ObjectReader, StoredObject
from core.stored.current_artifacts import current_others, current_runs
from core.stored.find_job import unrecorded_job
from core.stored.findings import Finding, Problem
from core.stored.job_s3_prefix import (
    JOB_RECORDS,
    JOBS_ROOT,
    JobS3Prefix,
    is_impossible,
    job_record_key,
    job_root,
    key_below,
    parse_job_record_key,
)
from core.stored.listed_jobs import ListedJob, ListedRun, listed_jobs
from core.stored.record_format import DELETED_JOB
from core.stored.record_reader import RecordReader, Told
from core.stored.results_versions import run_of


@dataclass
class ImpliedRows:
    """`extents` by content id: those not in the catalog yet. `etags` by key of what was read.

    `set_aside` is what could not be read, or cannot be. Everything else is as if that was not there.
    `emptied` are ids whose records are empty: those jobs were deleted, if nobody else emptied them.
    """

    jobs: dict[int, Job] = field(default_factory=dict[int, Job])
    runs: list[Run] = field(default_factory=list[Run])
    artifacts: list[Artifact] = field(default_factory=list[Artifact])
    extents: dict[str, Extent] = field(default_factory=dict[str, Extent])
    etags: dict[str, str] = field(default_factory=dict[str, str])
    set_aside: list[Finding] = field(default_factory=list[Finding])
    emptied: set[int] = field(default_factory=set[int])

    @property
    def unmanaged(self) -> tuple[str, ...]:
        """Keys of artifacts that no manifest or record of ours knows."""
        return tuple(artifact.key for artifact in self.artifacts if not artifact.managed)


def rows_of_store(store: ObjectReader, records: RecordReader) -> ImpliedRows:
    """Two listings and what `records` has to read. Raises StoreError, CatalogError."""
    return _rows_below(JOB_RECORDS, JOBS_ROOT, store, records)


def rows_of_job(store: ObjectReader, records: RecordReader, job_id: int) -> ImpliedRows:
    """The same of one job; no rows when it is not there."""
    return _rows_below(job_record_key(job_id), job_root(job_id), store, records)


def rows_of_records(store: ObjectReader, records: RecordReader) -> ImpliedRows:
    """Jobs that have records, without what they hold: one listing. Raises as the others."""
    rows = ImpliedRows()
    _add_recorded(rows, store.list(JOB_RECORDS), records)
    return rows


def _rows_below(
    recorded: str, stored_below: str, store: ObjectReader, records: RecordReader
) -> ImpliedRows:
    rows = ImpliedRows()
    unread = _add_recorded(rows, store.list(recorded), records)
    found = listed_jobs(store, stored_below, rows.set_aside.append)
    for stored in found:
        job = unrecorded_job(stored.prefixes[0], damaged=stored.id in unread)
        job = rows.jobs.setdefault(job.id, job)
        add_job(rows, job, stored, store, records)
    return rows


def _add_recorded(
    rows: ImpliedRows, listed: Iterable[StoredObject], records: RecordReader
) -> Collection[int]:
    """Adds the jobs that have records; returns the ids whose records cannot be read."""
    known: list[StoredObject] = []
    for stored in listed:
        if is_impossible(stored.key):
            rows.set_aside.append(Finding(Problem.IMPOSSIBLE, stored.key))
        elif job_id := parse_job_record_key(stored.key):
            if stored.size == len(DELETED_JOB):
                rows.emptied.add(job_id)
            else:
                known.append(stored)
    found = records.jobs(known)
    rows.jobs = {job.id: job for job in found.values()}
    rows.etags = {s.key: s.etag for s in known if s.key in found}
    refused = records.refused
    rows.set_aside += [Finding(Problem.BAD_RECORD, key, refused[key]) for key in sorted(refused)]
    return {parse_job_record_key(key) or 0 for key in refused}


def add_job(
    rows: ImpliedRows, job: Job, stored: ListedJob, store: ObjectReader, records: RecordReader
) -> None:
    """Adds the rows of one job."""
    manifests = [s for run in stored.runs.values() for s in run.manifests.values()]
    told = records.artifacts(job.id, [*stored.others, *manifests])
    rows.etags |= {s.key: s.etag for s in (*stored.others, *manifests) if s.key in told}
    unread = (s.key for s in manifests if s.key not in told)
    rows.set_aside += [Finding(Problem.BAD_MANIFEST, key) for key in unread]
    rows.extents |= {t.artifact.content_id: t.extent for t in told.values() if t.extent}
    _add_others(rows, job, stored, told)
    current = current_runs(stored.runs.values(), JobS3Prefix.from_job(job))
    for run in stored.runs.values():
        _add_run(rows, run, told, store, current=current[run.run_id] is run)


def _add_others(rows: ImpliedRows, job: Job, stored: ListedJob, told: Mapping[str, Told]) -> None:
    current = current_others(stored.others, JobS3Prefix.from_job(job))
    others = [told[s.key].artifact for s in stored.others if s.key in told]
    rows.artifacts.extend(_placed(a, a.key, current=a.key in current) for a in others)
    runs = {a.run_id for a in others if a.run_id} - {run_id for _, run_id in stored.runs}
    rows.runs.extend(Run(job.id, run_id) for run_id in sorted(runs))


def _add_run(
    rows: ImpliedRows,
    run: ListedRun,
    told: Mapping[str, Told],
    store: ObjectReader,
    *,
    current: bool,
) -> None:
    versions = [told[s.key].artifact for s in run.manifests.values() if s.key in told]
    newest = max((artifact.version for artifact in versions), default=0)
    placed = [_placed(a, _place(run, a.version, newest), current=current) for a in versions]
    if run.latest and not placed:
        placed = [_placed(_unmanaged(run, run.latest), run.latest.key, current=current)]
    rows.artifacts.extend(placed)
    if current:
        rows.runs.extend(_run(run, a, store) for a in placed if a.version == newest)


def _placed(artifact: Artifact, key: str, *, current: bool) -> Artifact:
    """Where it is now, also in relation to others of its run and kind."""
    beside = "" if current else key_below(artifact.job_id, key)
    return replace(artifact, key=key, beside=beside)


def _run(run: ListedRun, newest: Artifact, store: ObjectReader) -> Run:
    """A manifest outlives its object when somebody deletes that by hand: then nothing is stored."""
    there = (run.latest, *run.kept.values())
    if not newest.managed:
        return Run(run.prefix.job_id, run.run_id, RunStatus.DONE, store.url(newest.key))
    if any(stored and stored.key == newest.key for stored in there):
        return run_of(newest, store.url(newest.key))
    return Run(run.prefix.job_id, run.run_id, RunStatus.ERROR, directory=newest.directory)


def _place(run: ListedRun, version: int, newest: int) -> str:
    """Where the content is. The newest version is put aside when a newer one was deleted."""
    only_aside = run.latest is None and version in run.kept
    if run.is_superseded(version, newest) or only_aside:
        return run.prefix.superseded_results(run.run_id, version)
    return run.prefix.run_results(run.run_id)


def _unmanaged(run: ListedRun, latest: StoredObject) -> Artifact:
    return Artifact(
        job_id=run.prefix.job_id,
        kind=ArtifactKind.RUN_RESULTS,
        key=latest.key,
        size=latest.size,
        run_id=run.run_id,
        managed=False,
    )
