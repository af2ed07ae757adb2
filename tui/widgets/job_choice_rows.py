"""Jobs as rows where one of them is to be chosen."""

from core.jobs.list_jobs import JobSummary, ListJobs
from tui.widgets.cells import Cell, Column, Row, Tone
from tui.widgets.row_source import PagedSource, RowSource
from tui.wording.formatting import date_time, plural

JOB_CHOICE_COLUMNS = (
    Column("JOB", 6, right=True),
    Column("NAME", 12, flexible=True),
    Column("", 9, right=True),
    Column("OWNER", 10),
    Column("CREATED", 10),
)


def job_choice_rows(jobs: ListJobs) -> RowSource:
    """All jobs, newest first, read page by page."""
    return PagedSource(
        jobs.count(),
        lambda offset, limit: [*map(job_choice_row, jobs(offset=offset, limit=limit))],
    )


def job_choice_row(summary: JobSummary) -> Row:
    """What tells one job from another: whose it is, what it holds."""
    job = summary.job
    return Row(
        str(job.id),
        (
            Cell(str(job.id), Tone.STRONG),
            Cell(job.name),
            Cell(plural(summary.runs, "run")),
            Cell(job.owner, Tone.DIM),
            Cell(date_time(job.created_at)[:10], Tone.DIM),
        ),
    )
