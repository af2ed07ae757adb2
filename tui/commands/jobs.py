"""`runferry jobs`: register, list, change and delete jobs; store and download what is of them."""

import os
from typing import TYPE_CHECKING

import click

from core.errors import (
    EXIT_FAILED,
    EXIT_OK,
    ArtifactNotFoundError,
    DownloadError,
    ObjectArchivedError,
    ObjectNotFoundError,
    StoreConnectionError,
)
from core.model import Artifact, ArtifactKind, JobStatus
from core.one_of_each import one_of_each
from tui.commands.archive import archive_jobs, archive_uploads
from tui.commands.delete_job import delete_job
from tui.commands.job_records import (
    artifact_record,
    is_about,
    run_record,
    show_artifact,
    show_job,
    show_origin,
)
from tui.commands.options import ID, json_option, store_options
from tui.commands.sessions import open_session, refresh
from tui.commands.submit import submit_command
from tui.output import complain, emit, note, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.carrier import Fetch
    from core.download_request import DownloadRequest
    from core.use_cases.download_artifact import Downloaded
    from tui.composition.session import Session

_OF_ONE_ARTIFACT = (
    ArtifactNotFoundError,
    DownloadError,
    ObjectArchivedError,
    ObjectNotFoundError,
)

_job_id = click.option("--job-id", type=ID, required=True, metavar="N", help="The job.")
_run_id = click.option("--run-id", type=ID, metavar="M", help="One of its runs.")


@click.group()
def jobs() -> None:
    """Register, list, change and delete jobs; store, list and download what belongs to them."""


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
    with open_session(profile, bucket) as session:
        try:
            job = session.jobs.register_job(name, tags=tags, job_id=job_id)
        except StoreConnectionError as error:
            error.kept = (
                "No job was made; should its claim have arrived, the same command takes it up."
            )
            error.todo = (
                "Retry, or `runferry upload PATH --name S`: its job is made when it is sent."
            )
            raise
    show_job(job, as_json=as_json)


@jobs.command("list")
@click.option(
    "--search",
    default="",
    metavar="TEXT",
    help="Only jobs with TEXT in name, tags, status, owner or host.",
)
@json_option
@store_options
def list_jobs(search: str, as_json: bool, profile: str, bucket: str) -> None:
    """List all jobs, the newest first."""
    with open_session(profile, bucket) as session:
        refresh(session)
        offset = 0
        while page := session.jobs.list_jobs(offset=offset, limit=_PAGE):
            offset += len(page)
            for summary in page:
                if is_about(summary.job, search):
                    show_job(summary.job, as_json=as_json, runs=summary.runs)
        if not offset:
            note(f"No jobs in {session.store.location}.")


@jobs.command()
@_job_id
@json_option
@store_options
def info(job_id: int, as_json: bool, profile: str, bucket: str) -> None:
    """Show one job and its runs."""
    with open_session(profile, bucket) as session:
        refresh(session)
        job = session.jobs.get_job(job_id)
        runs = session.jobs.list_runs(job_id, limit=_ALL)
        if as_json:
            show_job(job, as_json=True, runs=len(runs), details=[run_record(r) for r in runs])
            return
        show_job(job, as_json=False, runs=len(runs))
        show_origin(job)
        for run in runs:
            say(f"  run {run.run_id:<6} {run.status.value:<11} {run.results_url}")


@jobs.command("set")
@_job_id
@click.option("--name", metavar="S", help="Another name.")
@click.option("--status", type=click.Choice([*map(str, JobStatus)]), help="Its next status.")
@click.option("--tag", "add", multiple=True, metavar="T", help="Add a tag; K=V replaces K=….")
@click.option("--untag", "remove", multiple=True, metavar="T", help="Remove a tag.")
@json_option
@store_options
def change(
    job_id: int,
    name: str | None,
    status: str | None,
    add: tuple[str, ...],
    remove: tuple[str, ...],
    as_json: bool,
    profile: str,
    bucket: str,
) -> None:
    """Change a job's name, status or tags.

    The status goes forward: created, submitted, processing, then completed, failed or cancelled;
    steps may be left out. A failed job may be submitted again, the other two are final.
    """
    from core.use_cases.change_job import JobChange

    wanted = JobChange(name, JobStatus(status) if status else None, add, remove)
    with open_session(profile, bucket) as session:
        job = session.jobs.change_job(job_id, wanted)
        runs = session.jobs.list_runs.count(job_id)
    show_job(job, as_json=as_json, runs=runs)


jobs.add_command(archive_jobs)
jobs.add_command(delete_job)


@jobs.group()
def config() -> None:
    """The configuration of a job."""


@jobs.group("input")
def job_input() -> None:
    """The input of a job."""


config.add_command(
    submit_command(ArtifactKind.JOB_CONFIG, "Store a JSON file as the configuration of a job.")
)
job_input.add_command(
    submit_command(
        ArtifactKind.JOB_INPUT,
        "Store the input of a job: a ZIP as it is, or a directory packed as one.",
    )
)


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
    from core.upload_request import UploadRequest
    from tui.commands.upload import ferry, show_result

    with open_session(profile, bucket) as session:
        request = UploadRequest(os.path.abspath(os.path.expanduser(results_dir)), job_id, run_id)
        with session.kept_uploads([request]) as ferry_run:
            show_result(ferry(ferry_run, request), as_json=as_json)
    return EXIT_OK


@jobs.group()
def uploads() -> None:
    """What is stored of a job."""


uploads.add_command(archive_uploads)


@uploads.command("list")
@click.option("--job-id", type=ID, metavar="N", help="The job; with --search, any job.")
@_run_id
@click.option(
    "--search",
    default="",
    metavar="TEXT",
    help="Only those with TEXT in key, checksums, host, app version or tags.",
)
@json_option
@store_options
def list_uploads(
    job_id: int | None,
    run_id: int | None,
    search: str,
    as_json: bool,
    profile: str,
    bucket: str,
) -> None:
    """List the artifacts of a job, or of one of its runs; or search all of them."""
    if job_id is None and (run_id is not None or not search):
        raise click.UsageError("Name the job with --job-id, or search all of them with --search.")
    with open_session(profile, bucket) as session:
        artifacts = _searched(session, job_id, run_id, search)
        for artifact in artifacts:
            show_artifact(artifact, as_json=as_json)
        if not artifacts:
            of_job = f"Nothing is stored of job {job_id} yet."
            note("Nothing that is stored says that." if search else of_job)


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
) -> int:
    """Bring the artifacts of a job, or of one of its runs, back.

    A file that is there already, whole, is not fetched again; any other is left as it is. What the
    store does not answer is kept in the queue.
    """
    from core.download_request import DownloadRequest

    with open_session(profile, bucket) as session:
        chosen = one_of_each(_artifacts(session, job_id, run_id), version)
        if not chosen:
            raise ArtifactNotFoundError(f"Nothing of that is stored of job {job_id}.")
        directory = os.path.abspath(output_dir)
        requests = [
            DownloadRequest.of(artifact, directory, version=version, extract=extract)
            for artifact in chosen
        ]
        with session.kept_downloads(requests) as fetch:
            if len(requests) == 1:
                _fetch_one(fetch, requests[0], as_json=as_json)
                return EXIT_OK
            return _fetch_all(fetch, requests, as_json=as_json)


def _fetch_all(fetch: "Fetch", requests: "Sequence[DownloadRequest]", *, as_json: bool) -> int:
    """Goes on after a failure of one artifact; what is wrong with the store is wrong for all."""
    failed = 0
    for request in requests:
        try:
            _fetch_one(fetch, request, as_json=as_json)
        except _OF_ONE_ARTIFACT as error:
            failed += 1
            complain(error)
    if failed:
        note(f"{failed} of {len(requests)} artifacts were not downloaded.")
    return EXIT_FAILED if failed else EXIT_OK


def _fetch_one(fetch: "Fetch", request: "DownloadRequest", *, as_json: bool) -> None:
    from core.progress import Progress
    from tui.commands.progress_line import ProgressLine

    progress = Progress()
    with ProgressLine(request.source.rpartition("/")[2], progress):
        got = fetch(request, progress)
    _show_downloaded(got, as_json=as_json)


def _show_downloaded(got: "Downloaded", *, as_json: bool) -> None:
    artifact = got.artifact
    if as_json:
        emit(artifact_record(artifact) | {"path": got.path, "extracted": got.files})
        return
    name = artifact.key.rpartition("/")[2]
    what = f"{got.files} files of {name}" if got.files else f"{artifact.size:,} B"
    say(f"{got.path}  {what}" + (", there already" if got.reused else ""))


_PAGE = 1000
_ALL = 1_000_000


def _searched(
    session: "Session", job_id: int | None, run_id: int | None, search: str
) -> list[Artifact]:
    if not search and job_id is not None:
        return _artifacts(session, job_id, run_id)
    refresh(session)
    return [
        artifact
        for artifact in session.artifacts.list_artifacts.about(search)
        if job_id in (None, artifact.job_id) and run_id in (None, artifact.run_id)
    ]


def _artifacts(session: "Session", job_id: int, run_id: int | None) -> list[Artifact]:
    refresh(session)
    job = session.jobs.get_job(job_id)
    if run_id is not None:
        session.jobs.get_run(job, run_id)
    return list(session.artifacts.list_artifacts(job_id, run_id))
