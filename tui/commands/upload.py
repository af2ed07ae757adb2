"""`runferry upload`: store a RUN directory, or a directory of them."""

import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

import click

from core.errors import (
    EXIT_FAILED,
    EXIT_OK,
    ConflictError,
    InvalidResultsDirectoryError,
    ObjectArchivedError,
    ResultsMetadataError,
    ResultsPackagingError,
    RunFerryError,
    in_words,
)
from core.events import BindingEvent, Event
from core.finish.run_state import RunState
from core.printable import printable
from core.progress import Progress
from core.upload.batch_job import of_job
from core.upload.upload_request import UploadRequest
from core.upload.upload_result import Ferry, UploadOutcome, UploadResult
from tui.commands.left_out_tags import LeftOutTags
from tui.commands.options import (
    ID,
    NAME,
    PATH,
    json_option,
    kind_option,
    new_version_option,
    rule_option,
    store_options,
)
from tui.commands.overall_line import OverallLine, Share, Together
from tui.commands.progress_line import ProgressLine, Surroundings
from tui.commands.sessions import open_session
from tui.commands.side_by_side import RunningUpload, SideBySide
from tui.commands.upload_dry_run import UploadDryRun
from tui.composition.session import Session
from tui.output import complain, emit, note, say
from tui.wording.events import describe_binding
from tui.wording.titles import own_name

_log = logging.getLogger(__name__)
_NOTHING_TO_WARN_OF = {RunState.DONE, RunState.SCANNING, RunState.OFFLINE}
"""What cannot be looked at cannot be stored either, which is said then."""
_OF_ONE_RUN = (
    ConflictError,
    InvalidResultsDirectoryError,
    ObjectArchivedError,
    ResultsMetadataError,
    ResultsPackagingError,
)


@click.command()
@click.argument("path", type=PATH)
@click.option("--job-id", type=ID, metavar="N", help="The job that the runs belong to.")
@click.option(
    "--name", type=NAME, metavar="S", help="Name of a new job, or of the one that it has."
)
@click.option("--run-id", type=ID, metavar="N", help="The run's id, when it is not the RUN number.")
@new_version_option
@click.option("--sidecars", is_flag=True, help="Store the log and the files beside the run too.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be uploaded, and where.")
@kind_option
@rule_option
@json_option
@store_options
def upload(
    path: str,
    job_id: int | None,
    name: str | None,
    run_id: int | None,
    new_version: bool,
    sidecars: bool,
    dry_run: bool,
    kind: str,
    rule: str,
    as_json: bool,
    profile: str,
    bucket: str,
) -> int:
    """Store PATH: a RUN directory, or a directory that contains some, directly or in run_<id>.

    Without --job-id the runs go to the job that their directory was stored in before, which is
    found again by their content when this machine does not remember, or to a new one. A run is told
    by the name of its directory: one with another name is another run, and gets an id of its own. What is
    stored already is recognised and not sent again. What the store does not answer is kept in the
    queue.
    """
    if new_version and not run_id:
        raise click.UsageError("--new-version is of use with --run-id only.")
    with open_session(profile, bucket, kind=kind, rule=rule) as session:
        if dry_run:
            asked = UploadRequest("", job_id, run_id, name, new_version=new_version)
            is_known = session.foreseeing.is_known
            directories = _directories(session, path, run_id, is_known)
            tell = UploadDryRun(session, as_json=as_json)
            return tell(path, asked, directories)
        session.bus.subscribe(_tell_binding)
        directories = _directories(session, path, run_id, session.trees.is_known)
        seen = {directory: _look_at(session, directory) for directory in directories}
        sidecars = sidecars or session.settings.watch.sidecars
        asked = UploadRequest(
            "",
            job_id,
            run_id,
            name,
            sidecars,
            batch=session.batch_tags,
            new_version=new_version,
        )
        name_of = session.trees.name_of
        requests = [replace(asked, source=run, name=name_of(run)) for run in directories]
        left_out = LeftOutTags(session.left_out_tags)
        with session.kept_uploads(requests) as ferry_run:
            if len(requests) == 1:
                result = ferry(ferry_run, requests[0], session)
                show_result(result, session, as_json=as_json)
                left_out(result.manifest.job_id, of_job(result.manifest.tags))
                return EXIT_OK

            parallel = session.settings.transfers.parallel
            uploads = SideBySide(ferry_run, requests, parallel, session.quitting, _OF_ONE_RUN)
            return _all(uploads, seen, session, left_out, as_json=as_json)


def _directories(
    session: Session, path: str, run_id: int | None, is_known: Callable[[str], bool]
) -> Sequence[str]:
    whatever = bool(run_id) or is_known(path)
    directories = session.trees.find_results.run_directories(path, whatever=whatever)
    if run_id and len(directories) > 1:
        raise click.UsageError(
            f"--run-id names one run, but {printable(path)} contains {len(directories)}."
        )
    return directories


def _look_at(session: Session, directory: str) -> int:
    """Its bytes. Who names a run gets it stored; half a run should not be stored unawares."""
    found = 0
    with suppress(InvalidResultsDirectoryError):  # the upload of it says so
        for run in session.trees.scan_tree(directory):
            found += run.bytes or 0
            if run.state not in _NOTHING_TO_WARN_OF:
                name = printable(session.trees.name_of(run.path))
                note(f"{name} is {run.state}: {run.reason}. It is stored as it is now.")
            for line in session.trees.find_results.left_out(run.scan) if run.scan else ():
                note(f"Not stored: {line}.")
    return found


def _tell_binding(event: Event) -> None:
    """Before the first byte is sent: who does not want it so can still interrupt."""
    if isinstance(event, BindingEvent):
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")  # the progress line is there already
        note(describe_binding(event))


def ferry(ferry_run: Ferry, request: UploadRequest, around: Surroundings) -> UploadResult:
    """One upload with its progress on stderr."""
    progress = Progress()
    with ProgressLine(_label(request), progress, around):
        return ferry_run(request, progress)


def _label(request: UploadRequest) -> str:
    return request.name or request.source.rpartition("/")[2]


def show_result(result: UploadResult, session: Session, *, as_json: bool) -> None:
    """The outcome as one line or one object."""
    stored = result.manifest
    if as_json:
        logs = {"logs": result.logs.value} if result.logs else {}
        emit(
            {
                "job_id": stored.job_id,
                "run_id": stored.run_id,
                "version": stored.version,
                "outcome": result.outcome.value,
                "key": stored.key,
                "directory": stored.directory,
                "url": result.url,
                **session.https_urls(stored.key),
                "sha256": stored.sha256,
                "content_id": stored.content_id,
                "files": stored.files,
                "bytes": stored.raw_bytes,
                "stored_bytes": stored.stored_bytes,
                "verified": result.verified,
            }
            | ({"left_out": [*result.left_out]} if result.left_out else {})
            | logs
        )
        return
    size = f"{stored.files} files, {stored.raw_bytes:,} B as {stored.stored_bytes:,} B"
    outcome = result.describe()
    if result.logs and result.logs is not UploadOutcome.KEPT:
        outcome += f", logs {result.logs.value}"
    name = own_name(stored.run_id, stored.directory)
    run = f"{name} is run" if name else "run"
    which = f"{run} {stored.run_id} of job {stored.job_id}"
    say(f"{which}: {outcome} ({size}) {printable(result.url)}")
    if not result.verified:
        note(
            "  The store accepted it, but may not be read with these credentials: nobody has seen "
            "that it is what was sent."
        )


def _all(
    uploads: SideBySide,
    seen: Mapping[str, int],
    session: Session,
    left_out: LeftOutTags,
    *,
    as_json: bool,
) -> int:
    """Goes on after a failure of one run; what is wrong with the store is wrong for all."""
    together = Together("run", [Share(each, seen[each.request.source]) for each in uploads])
    failed = 0
    with uploads:
        for upload in uploads:
            try:
                result = _awaited(upload, together, session)
                show_result(result, session, as_json=as_json)
                left_out(result.manifest.job_id, of_job(result.manifest.tags))
            except _OF_ONE_RUN as error:
                failed += 1
                complain(error)
            except RunFerryError:
                raise
            except Exception as error:  # noqa: BLE001 - a bug in one run must not end the others
                _log.exception("an upload failed")
                failed += 1
                note(f"runferry: {in_words(error)}")
    if failed:
        note(f"{failed} of {len(uploads)} runs were not stored.")
    return EXIT_FAILED if failed else EXIT_OK


def _awaited(upload: RunningUpload, together: Together, around: Surroundings) -> UploadResult:
    with OverallLine(together, around):
        return upload.result()
