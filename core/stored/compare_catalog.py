"""The catalog held against the rows that the store implies."""

from collections.abc import Iterable, Iterator, Mapping

from core.model import Artifact, Job
from core.ports.catalog import CatalogReader
from core.stored.findings import Finding, Problem
from core.stored.implied_rows import ImpliedRows
from core.stored.job_s3_prefix import job_record_key

_PAGE = 1000
_Place = tuple[int, int | None, str, int, str]


def compare_catalog(catalog: CatalogReader, rows: ImpliedRows) -> Iterator[Finding]:
    """What is in one of them only, or different. Raises CatalogError."""
    known = {job.id: job for job in all_jobs(catalog)}
    for job_id in sorted(known.keys() | rows.jobs.keys()):
        if finding := _of_job(known.get(job_id), rows.jobs.get(job_id)):
            yield finding
    ours = _by_place(a for job_id in known for a in catalog.artifacts(job_id))
    theirs = _by_place(rows.artifacts)
    for place, artifact in ours.items():
        if place not in theirs:
            yield Finding(Problem.NOT_IN_STORE, artifact.key, _name(artifact))
    for place, artifact in theirs.items():
        if place not in ours:
            yield Finding(Problem.NOT_IN_CATALOG, artifact.key, _name(artifact))
        elif ours[place] != artifact:
            yield Finding(Problem.OUTDATED, artifact.key, _name(artifact))


def _of_job(known: Job | None, stored: Job | None) -> Finding | None:
    if known == stored:
        return None
    if stored is None and known:
        return Finding(Problem.NOT_IN_STORE, job_record_key(known.id), f"job {known.id}")
    job_id = stored.id if stored else 0
    problem = Problem.OUTDATED if known else Problem.NOT_IN_CATALOG
    return Finding(problem, job_record_key(job_id), f"job {job_id}")


def _by_place(artifacts: Iterable[Artifact]) -> Mapping[_Place, Artifact]:
    return {(a.job_id, a.run_id, a.kind.value, a.version, a.beside): a for a in artifacts}


def _name(artifact: Artifact) -> str:
    run = f" of run {artifact.run_id}" if artifact.run_id else ""
    version = f", version {artifact.version}" if artifact.version else ""
    return f"{artifact.kind.value}{run} of job {artifact.job_id}{version}"


def all_jobs(catalog: CatalogReader) -> Iterator[Job]:
    """In the order of `Catalog.jobs`. Raises CatalogError."""
    for offset in range(0, catalog.job_count(), _PAGE):
        yield from catalog.jobs(offset=offset, limit=_PAGE)
