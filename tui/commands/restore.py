"""`… restore`: have what is in the archive of a bucket made readable for some days."""

from collections.abc import Iterable

import click

from core.care.restore_artifact import RestoreAnswer, RestoreState
from core.errors import EXIT_FAILED, EXIT_OK, ArtifactNotFoundError, RunFerryError
from core.jobs.list_jobs import one_of_each
from core.model import Artifact, ArtifactKind
from core.ports.object_store import RestoreTier
from core.printable import printable
from core.stored.record_format import format_time
from tui.commands.job_records import artifact_record, time_in_line
from tui.commands.options import ID, job_id_option, json_option, store_options
from tui.commands.refresh import refresh
from tui.commands.sessions import open_session
from tui.composition.session import Session
from tui.output import complain, emit, note, say
from tui.wording.formatting import plural
from tui.wording.restores import RESTORING

DAYS = 7
_MOST_DAYS = 365


@click.command("restore")
@job_id_option
@click.option("--run-id", type=ID, metavar="M", help="One of its runs.")
@click.option("--kind", type=click.Choice([*map(str, ArtifactKind)]), help="Only this kind.")
@click.option("--version", type=ID, metavar="V", help="An older version (default: the latest).")
@click.option(
    "--tier",
    type=click.Choice([*map(str, RestoreTier)]),
    default=RestoreTier.STANDARD.value,
    help="How fast, which is paid for: hours, up to two days, or minutes (default: standard).",
)
@click.option(
    "--days",
    type=click.IntRange(1, _MOST_DAYS),
    default=DAYS,
    metavar="N",
    help="How long it can be read then; 7 if nothing is said.",
)
@json_option
@store_options
def restore_uploads(
    job_id: int,
    run_id: int | None,
    kind: str | None,
    version: int | None,
    tier: str,
    days: int,
    as_json: bool,
    profile: str,
    bucket: str,
) -> int:
    """Ask the store to restore what is archived, so that it can be downloaded for some days.

    It stays archived, too. `jobs uploads list` tells how far it is; a download that is queued waits
    for it. What can be read as it is needs none.
    """
    with open_session(profile, bucket) as session:
        chosen = one_of_each(_wanted(session, job_id, run_id, kind), version)
        if not chosen:
            raise ArtifactNotFoundError(f"Nothing of that is stored of job {job_id}.")
        asking = _Asking(session, RestoreTier(tier), days, as_json=as_json)
        asking.take(chosen)
    asking.sum_up()
    return EXIT_FAILED if asking.failed else EXIT_OK


def _wanted(
    session: Session, job_id: int, run_id: int | None, kind: str | None
) -> Iterable[Artifact]:
    refresh(session)
    job = session.jobs.get_job(job_id)
    if run_id is not None:
        session.jobs.get_run(job, run_id)
    found = session.jobs.list_artifacts(job_id, run_id)
    return (artifact for artifact in found if kind in (None, artifact.kind))


class _Asking:
    """Asks for one after the other; one that is refused keeps the others from nothing."""

    def __init__(self, session: Session, tier: RestoreTier, days: int, *, as_json: bool) -> None:
        self.failed = 0
        self._restore = session.artifacts.restore_artifact
        self._tier = tier
        self._days = days
        self._as_json = as_json
        self._ongoing = 0

    def take(self, artifacts: Iterable[Artifact]) -> None:
        """Raises when the store is away."""
        for artifact in artifacts:
            try:
                answer = self._restore(artifact, self._tier, self._days)
            except RunFerryError as error:
                if error.offline:
                    raise
                self.failed += 1
                complain(error)
            else:
                self._ongoing += answer.state in {RestoreState.ONGOING, RestoreState.ASKED}
                self._tell(answer)

    def sum_up(self) -> None:
        """For people."""
        if self._ongoing:
            note(
                f"{plural(self._ongoing, 'object')} to be restored, which takes minutes to two days: "
                "`runferry jobs uploads list` tells how far it is."
            )

    def _tell(self, answer: RestoreAnswer) -> None:
        if self._as_json:
            until = format_time(answer.until) if answer.until else None
            state = {"restore": answer.state.value, "restored_until": until}
            what = {"storage_class": answer.storage_class, "asked": answer.asked}
            emit(artifact_record(answer.artifact) | what | state)
            return
        say(f"{answer.artifact.size:>14,} B  {_words(answer)}  {printable(answer.artifact.key)}")


def _words(answer: RestoreAnswer) -> str:
    match answer.state:
        case RestoreState.NOT_NEEDED:
            of_class = f" ({answer.storage_class})" if answer.storage_class else ""
            return f"needs no restore{of_class}"
        case RestoreState.ONGOING:
            return RESTORING if answer.asked else f"{RESTORING} already"
        case RestoreState.READY:
            return f"restored until {time_in_line(answer.until)}" if answer.until else RESTORING
        case RestoreState.ASKED:
            return "asked for; the store does not say more"
