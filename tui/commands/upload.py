"""`runferry upload`: store a RUN directory, or a directory of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from core.errors import (
    EXIT_FAILED,
    EXIT_OK,
    ConflictError,
    InvalidResultsDirectoryError,
    ResultsMetadataError,
    ResultsPackagingError,
)
from core.progress import Progress
from core.run_state import RunState
from core.transfer_queue import UploadRequest
from core.upload_result import UploadResult
from tui.commands.options import ID, json_option, store_options
from tui.commands.progress_line import ProgressLine
from tui.output import complain, emit, note, say

if TYPE_CHECKING:
    from core.use_cases.ferry_run import FerryRun
    from core.use_cases.scan_tree import ScanTree

_OF_ONE_RUN = (
    ConflictError,
    InvalidResultsDirectoryError,
    ResultsMetadataError,
    ResultsPackagingError,
)


@click.command()
@click.argument("path")
@click.option("--job-id", type=ID, metavar="N", help="The job that the runs belong to.")
@click.option("--name", metavar="S", help="Name of the job, when a new one has to be made.")
@click.option("--run-id", type=ID, metavar="N", help="The run's id, when it is not the RUN number.")
@json_option
@store_options
def upload(
    path: str,
    job_id: int | None,
    name: str | None,
    run_id: int | None,
    as_json: bool,
    profile: str,
    bucket: str,
) -> int:
    """Store PATH: a RUN directory, or a directory that directly contains some.

    Without --job-id the runs go to the job that their directory was stored in before, or to a new
    one. What is stored already is recognised and not sent again.
    """
    from tui.bootstrap import Options, Session

    with Session(Options(profile, bucket)) as session:
        directories = session.find_results.run_directories(path)
        if run_id and len(directories) > 1:
            raise click.UsageError(
                f"--run-id names one run, but {path} contains {len(directories)}."
            )
        for directory in directories:
            _warn_if_unfinished(session.scan_tree, directory)
        requests = [UploadRequest(d, job_id, run_id, name) for d in directories]
        if len(requests) == 1:
            show_result(ferry(session.ferry_run, requests[0]), as_json=as_json)
            return EXIT_OK
        return _each(session.ferry_run, requests, as_json=as_json)


def _warn_if_unfinished(scan_tree: "ScanTree", directory: str) -> None:
    """Who names a run gets it stored; half a run should not be stored unawares."""
    for run in scan_tree(directory):
        if run.state is not RunState.FINISHED:
            name = run.path.rpartition("/")[2]
            note(f"{name} does not look finished: {run.reason}. It is stored as it is now.")


def ferry(ferry_run: "FerryRun", request: UploadRequest) -> UploadResult:
    """One upload with its progress on stderr."""
    progress = Progress()
    with ProgressLine(request.source.rpartition("/")[2], progress):
        return ferry_run(request, progress)


def show_result(result: UploadResult, *, as_json: bool) -> None:
    """The outcome as one line or one object."""
    stored = result.manifest
    if as_json:
        emit(
            {
                "job_id": stored.job_id,
                "run_id": stored.run_id,
                "version": stored.version,
                "outcome": result.outcome.value,
                "key": stored.key,
                "url": result.url,
                "sha256": stored.sha256,
                "content_id": stored.content_id,
                "files": stored.files,
                "bytes": stored.raw_bytes,
                "stored_bytes": stored.stored_bytes,
            }
        )
        return
    size = f"{stored.files} files, {stored.raw_bytes:,} B as {stored.stored_bytes:,} B"
    say(f"run {stored.run_id} of job {stored.job_id}: {result.describe()} ({size}) {result.url}")


def _each(ferry_run: "FerryRun", requests: Sequence[UploadRequest], *, as_json: bool) -> int:
    """Goes on after a failure of one run; what is wrong with the store is wrong for all."""
    failed = 0
    for request in requests:
        try:
            show_result(ferry(ferry_run, request), as_json=as_json)
        except _OF_ONE_RUN as error:
            failed += 1
            complain(error)
    if failed:
        note(f"{failed} of {len(requests)} runs were not stored.")
    return EXIT_FAILED if failed else EXIT_OK
