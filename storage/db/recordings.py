"""What was put and removed here, by number: a reading of the store that began before must not undo it."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

import peewee

from core.model import Artifact, ArtifactKind, Job, Run
from storage.db.catalog_schema import Artifacts, Jobs, Recordings, Runs
from storage.db.database_session import Session

Subject: TypeAlias = "tuple[int, int, str]"
"""What was recorded: job, run, kind. All artifacts of a run and kind are one: they have places in turn."""
_JOB, _RUN, _REMOVED = "job", "run", "removed"
"""Kinds beside those of artifacts; the last one is the end of a job with all that it held."""
_MOST = 50_000
"""More than is recorded while a store is read; what is older is forgotten."""
_NOTE = "INSERT OR REPLACE INTO recordings (job_id, run_id, kind) VALUES (?, ?, ?)"
_FORGET = "DELETE FROM recordings WHERE number <= (SELECT max(number) FROM recordings) - ?"
_SINCE = "SELECT job_id, run_id, kind FROM recordings WHERE number > ?"


def note_job(session: Session, job_id: int) -> None:
    """Gives the next number to the job itself."""
    _note(session, (job_id, 0, _JOB))


def note_run(session: Session, job_id: int, run_id: int) -> None:
    """The same for a run itself, put or removed."""
    _note(session, (job_id, run_id, _RUN))


def note_artifact(session: Session, job_id: int, run_id: int | None, kind: ArtifactKind) -> None:
    """The same for artifacts."""
    _note(session, (job_id, run_id or 0, kind))


def note_removed_job(session: Session, job_id: int) -> None:
    """The same for a job with all that it held; what was recorded of it before is forgotten."""
    _note(session, (job_id, 0, _REMOVED))  # first: the highest number gives the next one
    others = Recordings.kind != _REMOVED
    session.run(Recordings.delete().where(Recordings.job_id == job_id, others))


def last_recording(session: Session) -> int:
    """The highest number."""
    return session.scalar(Recordings.select(peewee.fn.MAX(Recordings.number))) or 0


class Meanwhile:
    """What was recorded after a reading began. Moments are not looked at: clocks may say anything."""

    def __init__(self, session: Session, since: int | None) -> None:
        """`since` is the highest number of that time; None is now."""
        self._since = last_recording(session) if since is None else since
        rows = session.sql(_SINCE, (self._since,))
        self._recorded = {(row["job_id"], row["run_id"], row["kind"]) for row in rows}

    def is_about(self, job_id: int) -> bool:
        """Whether anything was recorded of the job since it was removed, if it was."""
        return any(job == job_id and kind != _REMOVED for job, _, kind in self._recorded)

    def other_jobs(self) -> peewee.Expression:
        """The condition that nothing was recorded of a job itself."""
        return self._is_other(Jobs.id, 0, _JOB)

    def other_runs(self) -> peewee.Expression:
        """The same of runs."""
        return self._is_other(Runs.job_id, Runs.run_id, _RUN)

    def other_artifacts(self) -> peewee.Expression:
        """The same of artifacts."""
        return self._is_other(Artifacts.job_id, Artifacts.run_id, Artifacts.kind)

    def jobs(self, listed: Sequence[Job]) -> Sequence[Job]:
        """Without those that were removed. One that was put may have been changed elsewhere, too."""
        return [job for job in listed if not self._is_removed(job.id) or self._has_put(job.id)]

    def runs(self, listed: Sequence[Run]) -> Sequence[Run]:
        """Those of which nothing was recorded."""
        return [run for run in listed if not self._tells((run.job_id, run.run_id, _RUN))]

    def artifacts(self, listed: Sequence[Artifact]) -> Sequence[Artifact]:
        """The same of artifacts."""
        return [a for a in listed if not self._tells(_subject(a))] if self._recorded else listed

    def etags(self, told: Mapping[str, str], listed: Sequence[Artifact]) -> Mapping[str, str]:
        """Without those of artifacts that are not as they were listed: they must be read anew.

        Manifests never change.
        """
        if not self._recorded:
            return told
        others = {artifact.key for artifact in listed if self._tells(_subject(artifact))}
        return {key: etag for key, etag in told.items() if key not in others}

    def _tells(self, subject: Subject) -> bool:
        return subject in self._recorded or self._is_removed(subject[0])

    def _is_removed(self, job_id: int) -> bool:
        return (job_id, 0, _REMOVED) in self._recorded

    def _has_put(self, job_id: int) -> bool:
        return (job_id, 0, _JOB) in self._recorded

    def _is_other(self, job_id: object, run_id: object, kind: object) -> peewee.Expression:
        """Looked up row by row: SQLite reads all of the other side for a `NOT IN` of several columns."""
        of_run = (Recordings.job_id == job_id) & (Recordings.run_id == run_id)
        this = of_run & (Recordings.kind == kind) & (Recordings.number > self._since)
        there = peewee.fn.EXISTS(Recordings.select(peewee.SQL("1")).where(this))
        return cast("peewee.Expression", ~there)


def _note(session: Session, subject: Subject) -> None:
    session.sql(_NOTE, subject)
    session.sql(_FORGET, (_MOST,))


def _subject(artifact: Artifact) -> Subject:
    return artifact.job_id, artifact.run_id or 0, artifact.kind
