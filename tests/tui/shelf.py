"""A store with real records and objects in it, as uploads leave it."""

import hashlib
import io
import zipfile

from core.model import Job, Manifest
from core.stored.job_s3_prefix import JobS3Prefix, job_record_key
from core.stored.manifests import WRITE_TOKEN
from core.stored.record_format import encode_job, encode_manifest
from core.stored.refresh_catalog import RefreshCatalog
from tests.builders import NOON, a_job
from tests.tui.builders import Stage

JOB = a_job(12, "simpleflu")
PREFIX = str(JobS3Prefix.from_job(JOB))


def shelve(stage: Stage, *runs: int, job: Job = JOB) -> None:
    """A job with a version of each run; the catalog knows it, and reads it again at each sync."""
    stage.store.put(job_record_key(job.id), encode_job(job, "token"))
    for run_id in runs:
        add_version(stage, run_id, job=job)
    refresh = RefreshCatalog(stage.catalog, stage.store, stage.clock)

    def sync() -> None:
        refresh()

    stage.sync = sync
    sync()


def add_version(stage: Stage, run_id: int, version: int = 1, job: Job = JOB) -> None:
    """The latest one of a run."""
    prefix, data, token = JobS3Prefix.from_job(job), archive(run_id, version), f"{run_id}.{version}"
    if version > 1:
        stage.store.copy(prefix.run_results(run_id), prefix.superseded_results(run_id, version - 1))
        stage.store.delete(prefix.run_results(run_id))
    stored = stage.store.put(prefix.run_results(run_id), data, metadata={WRITE_TOKEN: token})
    manifest = Manifest(
        job_id=job.id,
        run_id=run_id,
        version=version,
        key=stored.key,
        content_id=hashlib.sha256(b"content" + data).hexdigest(),
        sha256=hashlib.sha256(data).hexdigest(),
        write_token=token,
        files=1,
        raw_bytes=9,
        stored_bytes=len(data),
        stored_at=NOON,
        encoder="",
        etag=stored.etag,
    )
    stage.store.put(prefix.manifest(run_id, version), encode_manifest(manifest))


def archive(run_id: int, version: int = 1) -> bytes:
    """The ZIP of a run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        member = zipfile.ZipInfo(f"RUN{run_id}/LOG", (2026, 11, 20, 12, 0, 0))
        packed.writestr(member, f"version {version}".ljust(1000))
    return buffer.getvalue()


def keys(stage: Stage) -> list[str]:
    """Of all objects of the job, without its prefix."""
    return [stored.key.removeprefix(PREFIX) for stored in stage.store.list(PREFIX)]
