"""`runferry jobs uploads`: list, bring back and archive what is stored of a job."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import click

from core.download.download_request import DownloadRequest
from core.download.wanted import Downloaded
from core.errors import (
    EXIT_CONNECTION,
    EXIT_FAILED,
    EXIT_OK,
    ArtifactNotFoundError,
    DownloadError,
    LargeArchiveError,
    ObjectArchivedError,
    ObjectNotFoundError,
)
from core.jobs.list_jobs import one_of_each
from core.model import Artifact, ArtifactKind
from core.ports.journal.proofs import Proof
from core.printable import printable
from core.progress import Progress
from core.stored.archived import Archived
from core.stored.record_format import format_time
from tui.commands.archive import archive_uploads
from tui.commands.archived_downloads import PatientFetch
from tui.commands.job_records import archive_record, artifact_record, show_artifacts
from tui.commands.options import ID, PATH, job_id_option, json_option, store_options
from tui.commands.overall_line import OverallLine, Share, Together
from tui.commands.progress_line import ProgressLine, Surroundings, TerminalLine
from tui.commands.refresh import refresh
from tui.commands.restore import restore_uploads
from tui.commands.sessions import open_session
from tui.composition.session import Session
from tui.output import complain, emit, has_terminal, note, say
from tui.wording.formatting import plural

_OF_ONE_ARTIFACT = (
    ArtifactNotFoundError,
    DownloadError,
    ObjectArchivedError,
    ObjectNotFoundError,
)

_LineOf = Callable[[Progress], TerminalLine]
"""Shows how far a try is."""

_run_id = click.option("--run-id", type=ID, metavar="M", help="One of its runs.")


@click.group()
def uploads() -> None:
    """What is stored of a job."""


uploads.add_command(archive_uploads)
uploads.add_command(restore_uploads)


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
        artifacts, archived = _searched(session, job_id, run_id, search)
        if as_json:
            proofs = _proofs(session, artifacts)
            for artifact in artifacts:
                record = artifact_record(artifact) | session.https_urls(artifact.key)
                proven = _proven(proofs.get(artifact.key))
                emit(record | proven | archive_record(archived.get(artifact.key)))
        else:
            show_artifacts(artifacts, archived)
        if not artifacts:
            of_job = f"Nothing is stored of job {job_id} yet."
            note("Nothing that is stored says that." if search else of_job)


def _proofs(session: Session, artifacts: Sequence[Artifact]) -> Mapping[str, Proof]:
    """By key, of all their jobs."""
    job_ids = dict.fromkeys(artifact.job_id for artifact in artifacts)
    of_jobs = (session.proofs_of_job(job_id) for job_id in job_ids)
    return {key: proof for proofs in of_jobs for key, proof in proofs.items()}


def _proven(proof: Proof | None) -> dict[str, object]:
    """Null where this machine has never seen that it is what it should be."""
    if proof is None:
        return {"verified_at": None, "verified_by": None}
    return {"verified_at": format_time(proof.proven_at), "verified_by": proof.how.value}


@uploads.command()
@job_id_option
@_run_id
@click.option("--kind", type=click.Choice([*map(str, ArtifactKind)]), help="Only this kind.")
@click.option("--version", type=ID, metavar="V", help="An older version (default: the latest).")
@click.option("--output-dir", default=".", type=PATH, metavar="D", help="Where to (default: here).")
@click.option("--extract", is_flag=True, help="Take the ZIPs apart, and keep what is in them only.")
@click.option("--wait", is_flag=True, help="Wait for what is being restored, however long.")
@click.option("--any-size", is_flag=True, help="Also ZIPs that become far larger than usual.")
@click.option("--force", is_flag=True, help="Replace files that are in the way.")
@json_option
@store_options
def download(
    job_id: int,
    run_id: int | None,
    kind: str | None,
    version: int | None,
    output_dir: str,
    extract: bool,
    wait: bool,
    any_size: bool,
    force: bool,
    as_json: bool,
    profile: str,
    bucket: str,
) -> int:
    """Bring the artifacts of a job, or of one of its runs, back.

    What is there already, whole, is not fetched again; anything else is left as it is, but files
    with --force. Runs whose
    directories have the same name are taken apart side by side, in run_<id>. What the store does
    not answer is kept in the queue, and so is what it is restoring from an archive.
    """
    if force and extract:
        raise click.UsageError(
            "--force replaces files only: a directory that is in the way of --extract has to be moved."
        )
    with open_session(profile, bucket) as session:
        refresh(session)
        found = (a for a in _artifacts(session, job_id, run_id) if kind in (None, a.kind))
        chosen = one_of_each(found, version)
        if not chosen:
            raise ArtifactNotFoundError(f"Nothing of that is stored of job {job_id}.")
        directory = os.path.realpath(output_dir)  # links behind it are not the user's choice
        requests = session.artifacts.arrange_downloads(
            chosen,
            directory,
            version=lambda _: version,
            extract=extract,
            any_size=any_size,
            replace=force,
        )
        with session.kept_downloads(requests) as fetch:
            patient = PatientFetch(
                fetch,
                chosen,
                lambda: session.artifacts.restore_artifact,
                session.restore_looks,
                wait=wait,
            )
            if len(requests) == 1:
                _fetch_one(
                    patient, requests[0], _line_of_one(requests[0], session), as_json=as_json
                )
                return EXIT_OK
            return _fetch_all(patient, requests, session, as_json=as_json)


@dataclass
class _Coming:
    """One of several downloads."""

    progress: Progress = field(default_factory=Progress)
    ended: bool = False


def _fetch_all(
    fetch: PatientFetch,
    requests: Sequence[DownloadRequest],
    around: Surroundings,
    *,
    as_json: bool,
) -> int:
    """Goes on after a failure of one artifact; what is wrong with the store is wrong for all."""
    codes: list[int] = []
    coming = [_Coming() for _ in requests]
    shares = [Share(one, request.size) for one, request in zip(coming, requests, strict=True)]
    together = Together("artifact", shares)
    for one, request in zip(coming, requests, strict=True):
        try:
            _fetch_one(fetch, request, _line_of_all(one, together, around), as_json=as_json)
        except _OF_ONE_ARTIFACT as error:
            codes.append(error.exit_code)
            complain(error)
        one.ended = True
    if codes:
        note(f"{len(codes)} of {len(requests)} artifacts were not downloaded.")
    later = set(codes) == {EXIT_CONNECTION}
    return EXIT_CONNECTION if later else EXIT_FAILED if codes else EXIT_OK


def _line_of_one(request: DownloadRequest, around: Surroundings) -> _LineOf:
    return lambda progress: ProgressLine(request.source.rpartition("/")[2], progress, around)


def _line_of_all(one: _Coming, together: Together, around: Surroundings) -> _LineOf:
    def line(progress: Progress) -> TerminalLine:
        one.progress = progress
        return OverallLine(together, around)

    return line


def _fetch_one(
    fetch: PatientFetch, request: DownloadRequest, line: _LineOf, *, as_json: bool
) -> None:
    try:
        got = _fetched(fetch, request, line)
    except LargeArchiveError as error:
        if not (has_terminal() and _is_wanted(error)):
            raise
        got = _fetched(fetch, replace(request, any_size=True), line)
    except ObjectArchivedError as error:
        if not fetch.offer(error, request):
            raise
        got = _fetched(fetch, request, line)
    _show_downloaded(got, as_json=as_json)


def _fetched(fetch: PatientFetch, request: DownloadRequest, line: _LineOf) -> Downloaded:
    progress = Progress()
    with line(progress):
        return fetch(request, progress)


def _is_wanted(error: LargeArchiveError) -> bool:
    note(error.what)
    return click.confirm("Extract it?", default=False, err=True)


def _show_downloaded(got: Downloaded, *, as_json: bool) -> None:
    artifact = got.artifact
    if as_json:
        record = artifact_record(artifact) | {"path": got.path, "extracted": got.files}
        emit(record | ({"links_not_made": [*got.unmade]} if got.unmade else {}))
        return
    name = printable(artifact.key.rpartition("/")[2])
    what = f"{plural(got.files, 'file')} of {name}" if got.files else f"{artifact.size:,} B"
    say(f"{printable(got.path)}  {what}" + (", there already" if got.reused else ""))
    if got.unmade:
        note(got.unmade_links)


def _searched(
    session: Session, job_id: int | None, run_id: int | None, search: str
) -> tuple[list[Artifact], Mapping[str, Archived]]:
    """Also what of one job is archived, where the store answers."""
    answered = refresh(session).answered
    if job_id is None:
        return [*_about(session, None, run_id, search)], {}
    of_job = _artifacts(session, job_id, run_id)
    found = [*_about(session, job_id, run_id, search)] if search else of_job
    if not answered:
        return found, {}
    return found, session.artifacts.archived(session.jobs.get_job(job_id))


def _about(
    session: Session, job_id: int | None, run_id: int | None, search: str
) -> Iterator[Artifact]:
    for artifact in session.jobs.list_artifacts.about(search):
        if job_id in (None, artifact.job_id) and run_id in (None, artifact.run_id):
            yield artifact


def _artifacts(session: Session, job_id: int, run_id: int | None) -> list[Artifact]:
    """As the catalog knows them, which has just been read anew."""
    job = session.jobs.get_job(job_id)
    if run_id is not None:
        session.jobs.get_run(job, run_id)
    return list(session.jobs.list_artifacts(job_id, run_id))
