"""Rows of one run and kind, when another tool has stored several of it: which are the current ones."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from core.model import Artifact, ArtifactKind, FileId, Job
from core.ports.catalog import Catalog
from core.stored.job_s3_prefix import JobS3Prefix, key_below, prefix_of


def put_current(catalog: Catalog, artifact: Artifact) -> FileId:
    """Records the current one of a kind without versions; any other one is beside it from now on."""
    for other in _of_same_kind(catalog, artifact):
        if other.current and other.key != artifact.key:
            put_beside(catalog, other)
    return catalog.put_artifact(artifact)


def put_beside(catalog: Catalog, artifact: Artifact) -> None:
    """Another one is the current one from now on."""
    remove_row(catalog, artifact)
    beside = key_below(artifact.job_id, artifact.key)
    catalog.put_artifact(replace(artifact, beside=beside))


def remove_row(catalog: Catalog, artifact: Artifact) -> None:
    """Exactly this one."""
    run_id, version = artifact.run_id, artifact.version
    catalog.remove_artifact(artifact.job_id, run_id, artifact.kind, version, artifact.beside)


def arrange_rows(catalog: Catalog, job: Job, run_id: int) -> Sequence[Artifact]:
    """As a reading of the store would; the current ones. Raises CatalogError."""
    known = catalog.artifacts(job.id, run_id)
    results = [artifact for artifact in known if artifact.kind is ArtifactKind.RUN_RESULTS]
    arranged = _arranged(results, JobS3Prefix.from_job(job))
    moved = [pair for pair in zip(results, arranged, strict=True) if pair[0] != pair[1]]
    for before, _ in moved:
        remove_row(catalog, before)
    for _, after in moved:
        catalog.put_artifact(after)
    return [artifact for artifact in arranged if artifact.current]


def _of_same_kind(catalog: Catalog, artifact: Artifact) -> Iterator[Artifact]:
    if artifact.run_id is None:
        known = catalog.own_artifacts(artifact.job_id)
    else:
        known = catalog.artifacts(artifact.job_id, artifact.run_id)
    return (other for other in known if other.kind is artifact.kind)


def _arranged(results: Sequence[Artifact], own: JobS3Prefix) -> Sequence[Artifact]:
    current = prefix_of(max(results, key=lambda a: _rank(a, own)).key) if results else own
    return [replace(a, beside=_beside(a, current)) for a in results]


def _rank(artifact: Artifact, own: JobS3Prefix) -> tuple[bool, bool, datetime]:
    """As of `current_runs`: every version has a manifest."""
    prefix = prefix_of(artifact.key)
    return artifact.managed, prefix == own, prefix.created_at


def _beside(artifact: Artifact, current: JobS3Prefix) -> str:
    is_current = prefix_of(artifact.key) == current
    return "" if is_current else key_below(artifact.job_id, artifact.key)
