"""Jobs and runs as somebody looks through them: sorted, counted, a few by their ids."""

# The stubs of peewee leave the parameters of queries untyped.
# pyright: reportUnknownMemberType=false

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import peewee

from core.model import Job, Run, RunStatus
from core.ports.catalog import JobOrder, RunOrder, Tally
from storage.db.catalog_schema import Jobs, Runs
from storage.db.database_session import Session
from storage.db.fields import storable
from storage.db.readable_rows import pair, readable

T = TypeVar("T")

_MOST_VALUES = 500
"""SQLite takes a limited number of values in a statement."""
_JOBS_BY = {
    JobOrder.ID: "id",
    JobOrder.NAME: "name COLLATE NOCASE",
    JobOrder.RUNS: "(SELECT count() FROM runs WHERE job_id = jobs.id)",
    JobOrder.STATUS: "status",
    JobOrder.CREATED: "created_at",
}
_RUNS_BY = {
    RunOrder.ID: "run_id",
    RunOrder.STATUS: "status",
    RunOrder.UPLOADED: "results_uploaded_at",
}
_RUNS_BY_STATUS = "SELECT status, count() AS runs FROM runs WHERE job_id = ? GROUP BY status"
_CONTENTS = """
    SELECT count() AS artifacts, coalesce(sum(size), 0) AS bytes
    FROM artifacts JOIN files ON files.id = file_id WHERE job_id = ?
"""


_JOB_SAYS = peewee.Value("job ").concat(Jobs.id).concat(" ").concat(Jobs.name)
_RUN_SAYS = (
    _JOB_SAYS.concat(" run ").concat(Runs.run_id).concat(" RUN").concat(Runs.run_id)
    .concat(" ").concat(Runs.directory)
)  # fmt: skip


def jobs_like(session: Session, words: Iterable[str], limit: int) -> Sequence[Job]:
    """At most `limit`, the newest first."""
    query = Jobs.select().where(*_has_all(_JOB_SAYS, words)).order_by(Jobs.id.desc())
    return readable(session.rows(query.limit(limit)), Job)


def runs_like(session: Session, words: Iterable[str], limit: int) -> Sequence[Run]:
    """At most `limit`, those of the newest jobs first. Stops at the last of them."""
    joined = Runs.select().join(Jobs, on=Runs.job_id == Jobs.id)
    query = joined.where(*_has_all(_RUN_SAYS, words)).order_by(Runs.job_id.desc(), Runs.run_id)
    return readable(session.rows(query.limit(limit)), Run)


def _has_all(says: peewee.Expression, words: Iterable[str]) -> Sequence[peewee.Expression]:
    lower = peewee.fn.LOWER
    return [peewee.fn.INSTR(lower(says), lower(storable(word))) > 0 for word in words]


def job_ids(session: Session, by: JobOrder, *, descending: bool) -> Sequence[int]:
    """Of all jobs, sorted."""
    way = "DESC" if descending else "ASC"
    return session.column(f"SELECT id FROM jobs ORDER BY {_JOBS_BY[by]} {way}, id DESC")  # noqa: S608 - fixed texts


def run_ids(session: Session, job_id: int, by: RunOrder, *, descending: bool) -> Sequence[int]:
    """Of all runs of a job, sorted."""
    column, way = _RUNS_BY[by], "DESC" if descending else "ASC"
    order = f"{column} IS NULL, {column} {way}, run_id"
    return session.column(
        f"SELECT run_id FROM runs WHERE job_id = ? AND typeof(run_id) = 'integer' ORDER BY {order}",  # noqa: S608 - fixed texts
        (job_id,),
    )


def jobs_of(session: Session, job_ids: Sequence[int]) -> Sequence[Job]:
    """These, in this order."""
    found = {
        job.id: job
        for some in _in_parts(job_ids)
        for job in readable(session.rows(Jobs.select().where(Jobs.id.in_(some))), Job)
    }
    return [found[job_id] for job_id in job_ids if job_id in found]


def runs_of(session: Session, job_id: int, run_ids: Sequence[int]) -> Sequence[Run]:
    """These, in this order."""
    of_job = Runs.select().where(Runs.job_id == job_id)
    found = {
        run.run_id: run
        for some in _in_parts(run_ids)
        for run in readable(session.rows(of_job.where(Runs.run_id.in_(some))), Run)
    }
    return [found[run_id] for run_id in run_ids if run_id in found]


def run_counts(session: Session, job_ids: Collection[int]) -> Mapping[int, int]:
    """How many runs these jobs have."""
    columns = Runs.select(Runs.job_id, peewee.fn.COUNT().alias("runs")).group_by(Runs.job_id)
    return {
        job_id: runs
        for some in _in_parts([*job_ids])
        for job_id, runs in readable(
            session.rows(columns.where(Runs.job_id.in_(some))), pair("job_id", "runs")
        )
    }


def tally(session: Session, job_id: int) -> Tally:
    """What there is of a job."""
    known = {status.value: status for status in RunStatus}
    rows = session.sql(_RUNS_BY_STATUS, (job_id,))
    runs = {known[s]: _number(row["runs"]) for row in rows if (s := str(row["status"])) in known}
    contents = session.sql(_CONTENTS, (job_id,))[0]
    return Tally(runs, _number(contents["artifacts"]), _number(contents["bytes"]))


def _number(value: object) -> int:
    """Sums of what somebody damaged may be anything."""
    return int(value) if isinstance(value, int | float) else 0


def _in_parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for first in range(0, len(items), _MOST_VALUES):
        yield items[first : first + _MOST_VALUES]
