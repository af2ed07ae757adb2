"""`runferry jobs`: register, list and inspect jobs; list and download what is stored."""

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from core.errors import EXIT_OK, ArtifactNotFoundError, StoreConnectionError
from core.model import Artifact, ArtifactKind, Job, Run
from core.progress import Progress
from core.records import format_time
from core.transfer_queue import UploadRequest
from tui.commands.options import ID, json_option, store_options
from tui.output import emit, note, say

if TYPE_CHECKING:
    from collections.abc import Generator

    from tui.bootstrap import Session

_job_id = click.option("--job-id", type=ID, required=True, metavar="N", help="The job.")
_run_id = click.option("--run-id", type=ID, metavar="M", help="One of its runs.")


@click.group()
def jobs() -> None:
    """Register, list and inspect jobs; list and download what is stored."""


@jobs.command()
@click.option("--name", required=True, metavar="S", help="What people call the job.")
@click.option("--job-id", type=ID, metavar="N", help="Ask for this id.")
@click.option("--tag", "tags", multiple=True, metavar="T", help="May be given several times.")
@json_option
@store_options
def register(
    name: str,
    job_id: int | None,
    tags: tuple[str, ...],
    as_json: bool,
    profile: str,
    bucket: str,
) -> None:
    """Make a new job."""
    with _session(profile, bucket) as session:
        job = session.register_job(name, tags=tags, job_id=job_id)
    _show_job(job, as_json=as_json)


@jobs.command("list")
@json_option
@store_options
def list_jobs(as_json: bool, profile: str, bucket: str) -> None:
    """List all jobs, the newest first."""
    with _session(profile, bucket) as session:
        _refresh(session)
        offset = 0
        while page := session.list_jobs(offset=offset, limit=_PAGE):
            offset += len(page)
            for summary in page:
                _show_job(summary.job, as_json=as_json, runs=summary.runs)
        if not offset:
            note(f"No jobs in {session.store.location}.")


@jobs.command()
@_job_id
@json_option
@store_options
def info(job_id: int, as_json: bool, profile: str, bucket: str) -> None:
    """Show one job and its runs."""
    with _session(profile, bucket) as session:
        _refresh(session)
        job = session.get_job(job_id)
        runs = session.list_runs(job_id, limit=_ALL)
        if as_json:
            _show_job(job, as_json=True, runs=len(runs), details=[_run_record(r) for r in runs])
            return
        _show_job(job, as_json=False, runs=len(runs))
        for run in runs:
            say(f"  run {run.run_id:<6} {run.status.value:<11} {run.results_url}")


@jobs.group()
def results() -> None:
    """Results of runs."""


@results.command("upload")
@_job_id
@click.option("--run-id", type=ID, required=True, metavar="M", help="The run.")
@click.option(
    "--results-dir",
    required=True,
    metavar="D",
    help="RUN directory, or a directory of them, packed together.",
)
@json_option
@store_options
def upload_results(
    job_id: int, run_id: int, results_dir: str, as_json: bool, profile: str, bucket: str
) -> int:
    """Store a directory as the results of one run."""
    from tui.commands.upload import ferry, show_result

    with _session(profile, bucket) as session:
        request = UploadRequest(results_dir, job_id, run_id)
        show_result(ferry(session.ferry_run, request), as_json=as_json)
    return EXIT_OK


@jobs.group()
def uploads() -> None:
    """What is stored of a job."""


@uploads.command("list")
@_job_id
@_run_id
@json_option
@store_options
def list_uploads(job_id: int, run_id: int | None, as_json: bool, profile: str, bucket: str) -> None:
    """List the artifacts of a job, or of one of its runs."""
    with _session(profile, bucket) as session:
        artifacts = _artifacts(session, job_id, run_id)
        for artifact in artifacts:
            _show_artifact(artifact, as_json=as_json)
        if not artifacts:
            note(f"Nothing is stored of job {job_id} yet.")


@uploads.command()
@_job_id
@_run_id
@click.option("--version", type=ID, metavar="V", help="An older version (default: the latest).")
@click.option("--output-dir", default=".", metavar="D", help="Where to (default: here).")
@click.option("--extract", is_flag=True, help="Take the ZIPs apart as well.")
@json_option
@store_options
def download(
    job_id: int,
    run_id: int | None,
    version: int | None,
    output_dir: str,
    extract: bool,
    as_json: bool,
    profile: str,
    bucket: str,
) -> None:
    """Bring the artifacts of a job, or of one of its runs, back."""
    from tui.commands.progress_line import ProgressLine

    with _session(profile, bucket) as session:
        chosen = _chosen(_artifacts(session, job_id, run_id), version)
        if not chosen:
            raise ArtifactNotFoundError(f"Nothing of that is stored of job {job_id}.")
        for artifact in chosen:
            progress = Progress()
            with ProgressLine(artifact.key.rpartition("/")[2], progress):
                got = session.download(
                    artifact,
                    _place_of(artifact, output_dir) if extract else output_dir,
                    progress,
                    extract=extract and artifact.key.endswith(".zip"),
                )
            if as_json:
                emit(_artifact_record(artifact) | {"path": got.path, "extracted": got.files})
            else:
                _, _, name = artifact.key.rpartition("/")
                what = f"{got.files} files of {name}" if got.files else f"{artifact.size:,} B"
                say(f"{got.path}  {what}")


def _place_of(artifact: Artifact, output_dir: str) -> str:
    """Results are taken apart right there; what else is in a ZIP must not get in their way."""
    if artifact.kind is ArtifactKind.RUN_RESULTS or not artifact.key.endswith(".zip"):
        return output_dir
    name = artifact.key.rpartition("/")[2].removesuffix(".zip")
    return os.path.join(output_dir, name)


_PAGE = 1000
_ALL = 1_000_000


@contextmanager
def _session(profile: str, bucket: str) -> "Generator[Session]":
    from tui.bootstrap import Options, Session

    with Session(Options(profile, bucket)) as session:
        yield session


def _refresh(session: "Session") -> None:
    """Offline, what the cache knows is shown with its age."""
    try:
        session.refresh_catalog()
    except StoreConnectionError as error:
        synced = session.list_jobs.synced_at()
        if synced is None:
            raise
        note(f"{error.what} Showing what was known at {format_time(synced)}.")


def _artifacts(session: "Session", job_id: int, run_id: int | None) -> list[Artifact]:
    _refresh(session)
    job = session.get_job(job_id)
    if run_id is not None:
        session.get_run(job, run_id)
    return list(session.list_artifacts(job_id, run_id))


def _chosen(artifacts: list[Artifact], version: int | None) -> list[Artifact]:
    """One version of each: the one asked for, or the latest."""
    latest: dict[tuple[int | None, str], Artifact] = {}
    for artifact in artifacts:
        key = (artifact.run_id, artifact.kind.value)
        if version is None or artifact.version == version:
            latest[key] = max(latest.get(key, artifact), artifact, key=lambda a: a.version)
    return list(latest.values())


def _show_job(
    job: Job, *, as_json: bool, runs: int = 0, details: list[dict[str, object]] | None = None
) -> None:
    if not as_json:
        tags = f"  [{', '.join(job.tags)}]" if job.tags else ""
        counted = f"{runs} runs" if runs != 1 else "1 run"
        say(
            f"job {job.id:<6} {job.status.value:<10} {format_time(job.created_at)}  {counted:>8}  {job.name}{tags}"
        )
        return
    record: dict[str, object] = {
        "job_id": job.id,
        "name": job.name,
        "status": job.status.value,
        "created_at": format_time(job.created_at),
        "tags": list(job.tags),
        "run_count": runs,
    }
    emit(record | ({"runs": details} if details is not None else {}))


def _run_record(run: Run) -> dict[str, object]:
    uploaded_at = run.results_uploaded_at
    return {
        "run_id": run.run_id,
        "status": run.status.value,
        "results_url": run.results_url,
        "results_uploaded_at": format_time(uploaded_at) if uploaded_at else None,
    }


def _show_artifact(artifact: Artifact, *, as_json: bool) -> None:
    if as_json:
        emit(_artifact_record(artifact))
        return
    version = f"v{artifact.version}" if artifact.version else "-"
    say(f"{artifact.kind.value:<12} {version:<5} {artifact.size:>14,} B  {artifact.key}")


def _artifact_record(artifact: Artifact) -> dict[str, object]:
    return {
        "job_id": artifact.job_id,
        "run_id": artifact.run_id,
        "kind": artifact.kind.value,
        "version": artifact.version,
        "key": artifact.key,
        "size": artifact.size,
        "sha256": artifact.sha256,
        "managed": artifact.managed,
    }
