"""`runferry clean`: runs of this machine whose content is in the store, listed, then deleted or moved."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import click

from core.clean.prove_run import ProofWanted
from core.clean.proven import OF_ONE_RUN, Proven, Stays
from core.errors import EXIT_FAILED, EXIT_OK, Failure
from core.printable import printable
from core.progress import Progress
from core.source.scan_tree import ScannedRun
from tui.cleaning_activity import record_cleaned, record_ended, record_kept
from tui.commands.options import (
    DURATION,
    ID,
    PATH,
    json_option,
    kind_option,
    rule_option,
    store_options,
)
from tui.commands.progress_line import ProgressLine
from tui.commands.sessions import open_session
from tui.composition.session import Session
from tui.output import complain, emit, has_terminal, note, say
from tui.wording.cleaning import counted, ended_words
from tui.wording.formatting import plural, size


@click.command()
@click.argument("paths", nargs=-1, type=PATH, metavar="[PATH]...")
@click.option("--job-id", type=ID, metavar="N", help="Only runs that were stored in this job.")
@click.option(
    "--older-than",
    type=DURATION,
    metavar="TIME",
    help="Only runs that were last written so long ago, as in 30d.",
)
@click.option(
    "--move-to",
    type=PATH,
    metavar="DIR",
    help="Move them there, on the same file system, instead of deleting them.",
)
@click.option("--read", is_flag=True, help="Read each stored ZIP and compare its SHA-256, too.")
@click.option("--dry-run", is_flag=True, help="Only list them.")
@click.option("--yes", is_flag=True, help="Do it without asking for the name to be typed.")
@kind_option
@rule_option
@json_option
@store_options
def clean(
    paths: tuple[str, ...],
    job_id: int | None,
    older_than: int | None,
    move_to: str | None,
    read: bool,
    dry_run: bool,
    yes: bool,
    kind: str,
    rule: str,
    as_json: bool,
    profile: str,
    bucket: str,
) -> int:
    """Delete runs of this machine that are in the store as they are, to free their room.

    Looks at the runs at or below each PATH, by default in the trees that were watched last. Every file is
    read and compared with what the store has now; what is not proven stays, and is told with the
    reason. Lists all first, then asks for the name of the run, or for their number. Without a terminal, and
    with --json, nobody is asked: then nothing is deleted without --yes. In the store nothing changes.
    """
    if dry_run and yes:
        raise click.UsageError("--dry-run deletes nothing: leave --yes out.")
    with open_session(profile, bucket, kind=kind, rule=rule) as session:
        age = None if older_than is None else timedelta(seconds=older_than)
        wanted = ProofWanted(session.clock.now(), age, read or session.cleaning.must_read)
        if move_to:
            _check_outside(move_to, [*paths, *session.last_roots()])
        cleanup = _CleanUp(session, wanted, _Way(move_to), as_json=as_json)
        cleanup.go_on(dry_run=dry_run)
        cleanup.look(_meant(session, paths, job_id))
        if not (yes or dry_run or as_json) and cleanup.going and has_terminal():
            yes = cleanup.is_meant()
        return cleanup.carry_out(paths, really=yes)


@dataclass(frozen=True)
class _Way:
    """Deleted, or moved to a directory."""

    to: str | None

    @property
    def done(self) -> str:
        return "moved" if self.to else "deleted"

    def target(self, run: Proven) -> str:
        """An absolute path; empty where it is deleted."""
        if not self.to:
            return ""
        top = os.path.abspath(os.path.expanduser(self.to))
        return os.path.join(top, f"job_{run.stored.job_id}", run.name)


class _CleanUp:
    """Looks at runs one after the other; those that are proven are `going`."""

    def __init__(self, session: Session, wanted: ProofWanted, way: _Way, *, as_json: bool) -> None:
        self._session = session
        self._cleaning = session.cleaning
        self._wanted = wanted
        self._way = way
        self._as_json = as_json
        self._stay: list[str] = []
        self.going: list[Proven] = []

    def go_on(self, *, dry_run: bool) -> None:
        """What was cut short before."""
        if dry_run:
            for waiting in self._cleaning.finish.waiting():
                note(f"{printable(waiting.path)} is on its way out: `runferry clean` goes on.")
            return
        for ended in self._cleaning.finish():
            note(ended_words(ended))
            record_ended(self._session.activity, ended)

    def look(self, runs: Sequence[str]) -> None:
        """At each, and says what becomes of it."""
        for run in self._cleaning.local_runs.looks(runs):
            self._look_at(run)

    def is_meant(self) -> bool:
        """Raises UsageError for anything but the name."""
        name = counted(self.going)
        text = f'Type "{name}" to have {"it" if len(self.going) == 1 else "them"} {self._way.done}'
        typed: str = click.prompt(text, err=True)
        if typed.strip() != name:
            raise click.UsageError(f"That is not the name: nothing was {self._way.done}.")
        return True

    def carry_out(self, named: Sequence[str], *, really: bool) -> int:
        """Or only says what would be done; the exit code."""
        done = [run for run in self.going if self._cleaned(run)] if really else []
        self._sum_up(done, really=really)
        asked_for = {os.path.abspath(os.path.expanduser(path)) for path in named}
        missed = len(self.going) - len(done) if really else 0
        return EXIT_FAILED if missed or asked_for.intersection(self._stay) else EXIT_OK

    def _look_at(self, run: ScannedRun) -> None:
        name = self._cleaning.name_of(run.path)
        progress = Progress()
        try:
            with ProgressLine(name, progress, self._session):
                proven = self._cleaning.prove(run, name, self._wanted, progress)
        except OF_ONE_RUN as error:
            self._stay.append(run.path)
            self._show_staying(Stays.because(run.path, name, error))
        else:
            self.going.append(proven)
            self._show(proven)

    def _cleaned(self, run: Proven) -> bool:
        target = self._way.target(run)
        try:
            self._cleaning.clean(run, target)
        except OF_ONE_RUN as error:
            complain(error)
            record_kept(self._session.activity, run, Failure.of(error))
            self._emit(run, "failed", error.what)
            return False
        record_cleaned(self._session.activity, run, target)
        self._emit(run, self._way.done)
        return True

    def _show(self, run: Proven) -> None:
        if self._as_json:
            return
        stored = run.stored
        of = f"run {stored.run_id} of job {stored.job_id}, version {stored.version}"
        say(f"in the store  {run.bytes:>20,} B  {printable(run.path)}  {of}")

    def _show_staying(self, run: Stays) -> None:
        if self._as_json:
            emit({"path": run.path, "outcome": "stays", "reason": run.why})
        else:
            say(f"stays: {run.why}  {printable(run.path)}")

    def _emit(self, run: Proven, outcome: str, reason: str = "") -> None:
        if self._as_json:
            why = {"reason": reason} if reason else {}
            emit(_record(run, outcome, self._way.target(run)) | why)

    def _sum_up(self, done: Sequence[Proven], *, really: bool) -> None:
        for run in () if really else self.going:
            self._emit(run, "proven")
        these = done if really else self.going
        amount = f"{plural(len(these), 'run')}, {size(sum(run.bytes for run in these))}"
        where = printable(self._session.store.location)
        if really and not done:
            note(f"Nothing was {self._way.done}.")
        elif really:
            note(f"{amount}: {self._way.done}. {where} has all of it.")
        elif self.going:
            note(f"{amount}, would be {self._way.done}: {where} has all of it. `--yes` does it.")
        else:
            note("There is no run here that is provably in the store: nothing would go.")
        if self._stay:
            note(f"{plural(len(self._stay), 'run')} {'stays' if len(self._stay) == 1 else 'stay'}.")


def _meant(session: Session, paths: Sequence[str], job_id: int | None) -> Sequence[str]:
    """The runs that are asked about. Raises UsageError where nothing says which."""
    local_runs = session.cleaning.local_runs
    if job_id and not paths:
        return local_runs.of_job(job_id)
    places = paths or session.last_roots()
    if not places:
        raise click.UsageError("Say which: the path of a run or of a tree, or --job-id N.")
    found = local_runs.below(places, _problem)
    of_job = {*local_runs.of_job(job_id)} if job_id else {*found}
    return [run for run in found if run in of_job]


def _check_outside(directory: str, trees: Sequence[str]) -> None:
    """What is moved within a tree would be a run again, unless it is hidden there."""
    for tree in trees:
        rest = f"{_absolute(directory)}/".partition(f"{_absolute(tree).rstrip('/')}/")
        if rest[1] and not rest[0] and "/." not in f"/{rest[2]}":
            raise click.UsageError(
                f"{printable(directory)} is in {printable(tree)}: what is moved there is a run again. "
                "Name a directory outside, or one whose name begins with a dot."
            )


def _absolute(path: str) -> str:
    return os.path.realpath(os.path.expanduser(path))


def _problem(path: str, why: str) -> None:
    note(f"{printable(path)} cannot be looked into: {why}. There may be runs in it.")


def _record(run: Proven, outcome: str, target: str) -> dict[str, object]:
    stored = run.stored
    record: dict[str, object] = {
        "path": run.path,
        "outcome": outcome,
        "job_id": stored.job_id,
        "run_id": stored.run_id,
        "version": stored.version,
        "files": run.files,
        "bytes": run.bytes,
        "key": stored.key,
    }
    return record | ({"moved_to": target} if target else {})
