"""`… archive`: move results, logs and inputs into a storage class that costs less."""

from collections.abc import Iterable
from datetime import timedelta

import click

from core.activity.recorder import ActivityRecorder
from core.care.archive_artifacts import ArchiveArtifacts, ArchiveScope
from core.errors import EXIT_FAILED, EXIT_OK, Failure, RunFerryError
from core.model import Artifact
from core.ports.journal.activity import ActivityKind
from core.printable import printable
from tui.commands.job_records import artifact_record
from tui.commands.options import DURATION, ID, job_id_option, json_option, store_options
from tui.commands.sessions import open_session
from tui.output import complain, emit, note, say
from tui.wording.formatting import plural

_dry_run = click.option("--dry-run", is_flag=True, help="Only list what would be moved.")


@click.command("archive")
@click.option(
    "--job-id", type=ID, metavar="N", help="Of this job; without it --older-than is needed."
)
@click.option(
    "--older-than",
    type=DURATION,
    metavar="TIME",
    help="Only what was stored at least so long ago, as in 30d.",
)
@_dry_run
@json_option
@store_options
def archive_jobs(
    job_id: int | None,
    older_than: int | None,
    dry_run: bool,
    as_json: bool,
    profile: str,
    bucket: str,
) -> int:
    """Move the results, logs and inputs of jobs into the archive storage class of the profile.

    They stay listed. From GLACIER_IR they are downloaded as before; from GLACIER and DEEP_ARCHIVE
    they have to be restored first. What is archived already is passed over.
    """
    if job_id is None and older_than is None:
        raise click.UsageError("Say which: --job-id N, --older-than TIME, or both.")
    age = None if older_than is None else timedelta(seconds=older_than)
    return _archive(ArchiveScope(job_id, None, age), (profile, bucket), dry_run, as_json)


@click.command("archive")
@job_id_option
@click.option("--run-id", type=ID, metavar="M", help="One of its runs.")
@_dry_run
@json_option
@store_options
def archive_uploads(
    job_id: int, run_id: int | None, dry_run: bool, as_json: bool, profile: str, bucket: str
) -> int:
    """Move what is stored of a job, or of one of its runs, into the archive storage class."""
    return _archive(ArchiveScope(job_id, run_id), (profile, bucket), dry_run, as_json)


def _archive(scope: ArchiveScope, store: tuple[str, str], dry_run: bool, as_json: bool) -> int:
    with open_session(*store) as session:
        session.jobs.refresh_catalog()
        if scope.job_id is not None:
            job = session.jobs.get_job(scope.job_id)
            if scope.run_id is not None:
                session.jobs.get_run(job, scope.run_id)
        archive = session.store_care.archive
        moved = _Moved(archive, session.activity, dry_run=dry_run, as_json=as_json)
        moved.take(list(archive.candidates(scope)))
        if moved.count and not dry_run:
            session.activity.done(ActivityKind.STORE, _named(scope), moved.describe())
    moved.sum_up()
    return EXIT_FAILED if moved.failed else EXIT_OK


def _named(scope: ArchiveScope) -> str:
    run = f" · run {scope.run_id}" if scope.run_id is not None else ""
    return f"job {scope.job_id}{run}" if scope.job_id is not None else "store"


class _Moved:
    """Moves one after the other, or only says so, and counts."""

    def __init__(
        self,
        archive: ArchiveArtifacts,
        activity: ActivityRecorder,
        *,
        dry_run: bool,
        as_json: bool,
    ) -> None:
        self.failed = 0
        self._activity = activity
        self.count = 0
        self._bytes = 0
        self._archive = archive
        self._dry_run = dry_run
        self._as_json = as_json

    def take(self, artifacts: Iterable[Artifact]) -> None:
        """One that cannot be moved keeps the others from nothing, unless the store is away."""
        for artifact in artifacts:
            try:
                if self._dry_run or self._archive(artifact):
                    self._tell(artifact)
            except RunFerryError as error:
                if error.offline:
                    raise
                self.failed += 1
                about = f"job {artifact.job_id}"
                self._activity.failed(ActivityKind.STORE, about, Failure.of(error))
                complain(error)

    def sum_up(self) -> None:
        """For people."""
        if self._dry_run:
            what = f"{plural(self.count, 'object')} ({self._bytes:,} B)"
            note(f"{what} would be moved to {self._archive.storage_class}; nothing was.")
        else:
            note(f"{self.describe()}.")

    def describe(self) -> str:
        """As in "2 objects (1,024 B) moved to GLACIER"."""
        what = f"{plural(self.count, 'object')} ({self._bytes:,} B)"
        return f"{what} moved to {self._archive.storage_class}"

    def _tell(self, artifact: Artifact) -> None:
        self.count += 1
        self._bytes += artifact.size
        storage_class = self._archive.storage_class
        if self._as_json:
            state = {"storage_class": storage_class, "moved": not self._dry_run}
            emit(artifact_record(artifact) | state)
        else:
            say(f"{artifact.size:>14,} B  {storage_class}  {printable(artifact.key)}")
