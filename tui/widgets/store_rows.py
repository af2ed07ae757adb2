"""What is in the store, as rows: jobs, the runs of a job, artifacts."""

from collections.abc import Callable, Sequence

from core.jobs.list_jobs import JobSummary, ListArtifacts, ListJobs, ListRuns
from core.model import Artifact, ArtifactKind, Job, Run, RunStatus
from tui.widgets.cells import Cell, Column, Row, Tone
from tui.widgets.row_source import ListSource, PagedSource, RowSource
from tui.wording.formatting import date_time, number, plural, size

JOB_COLUMNS = (
    Column("JOB", 8, right=True),
    Column("NAME", 16, flexible=True),
    Column("RUNS", 7, right=True),
    Column("STATUS", 10),
    Column("CREATED", 16),
    Column("TAGS", 24, from_width=100),
)
JOB_CHOICE_COLUMNS = (
    Column("JOB", 6, right=True),
    Column("NAME", 12, flexible=True),
    Column("", 9, right=True),
    Column("OWNER", 10),
    Column("CREATED", 10),
)
RUN_COLUMNS = (
    Column("RUN", 12),
    Column("STATUS", 11),
    Column("UPLOADED", 16),
    Column("RESULTS", 20, flexible=True),
)
ARTIFACT_COLUMNS = (
    Column("ARTIFACT", 24, flexible=True),
    Column("KIND", 11),
    Column("VERSION", 9),
    Column("SIZE", 8, right=True),
    Column("STORED", 16),
    Column("SHA-256", 16, from_width=100),
)
JOB_FILES = "job-files"
"""Key of the row that stands for the artifacts of the job itself."""


def job_rows(jobs: ListJobs) -> RowSource:
    """All jobs, newest first, read page by page."""
    return _paged(jobs, job_row)


def run_rows(runs: ListRuns, artifacts: ListArtifacts, job: Job) -> RowSource:
    """The job's runs, read page by page; last its own files, when it has some."""
    count, own = runs.count(job.id), len(artifacts.of_job(job.id))

    def fetch(offset: int, limit: int) -> Sequence[Row]:
        rows = list(map(run_row, runs(job.id, offset=offset, limit=limit)))
        is_end = offset <= count < offset + limit
        return [*rows, _job_files_row(own)] if own and is_end else rows

    return PagedSource(count + bool(own), fetch)


def artifact_rows(artifacts: ListArtifacts, job: Job, run_id: int | None) -> RowSource:
    """What is stored of a run; without a run id, of the job itself."""
    found = listed_artifacts(artifacts, job, run_id)
    results = [a for a in found if a.kind is ArtifactKind.RUN_RESULTS]

    def row(artifact: Artifact) -> Row:
        several = len(results) > 1 and artifact.kind is ArtifactKind.RUN_RESULTS
        return artifact_row(
            artifact, of_several=several, latest=not several or artifact is results[0]
        )

    return ListSource(found, lambda artifact: artifact.key, row)


def listed_artifacts(artifacts: ListArtifacts, job: Job, run_id: int | None) -> Sequence[Artifact]:
    """The same as artifacts: kind by kind, the newest version first."""
    found = artifacts.of_job(job.id) if run_id is None else artifacts(job.id, run_id)
    return sorted(found, key=lambda a: (_ORDER.index(a.kind), bool(a.version), -a.version))


def job_key(job: Job) -> str:
    """The identity of a job's row."""
    return str(job.id)


def job_row(summary: JobSummary) -> Row:
    """One job."""
    job = summary.job
    return _row_of(
        job,
        Cell(number(summary.runs)),
        Cell(job.status.value, Tone.DIM),
        Cell(date_time(job.created_at), Tone.DIM),
        Cell(" ".join(job.tags), Tone.DIM),
    )


def job_choice_rows(jobs: ListJobs) -> RowSource:
    """The same, as they are shown where one is to be chosen."""
    return _paged(jobs, job_choice_row)


def job_choice_row(summary: JobSummary) -> Row:
    """What tells one job from another: whose it is, what it holds."""
    job = summary.job
    return _row_of(
        job,
        Cell(plural(summary.runs, "run")),
        Cell(job.owner, Tone.DIM),
        Cell(date_time(job.created_at)[:10], Tone.DIM),
    )


def run_row(run: Run) -> Row:
    """One run."""
    unmanaged = run.status is RunStatus.DONE and not run.stored
    status = "unmanaged" if unmanaged else run.status.value.lower()
    when = date_time(run.results_uploaded_at) if run.results_uploaded_at else ""
    return Row(
        str(run.run_id),
        (
            Cell(f"RUN{run.run_id}", Tone.STRONG),
            Cell("✓ stored" if run.stored else status, Tone.DIM if unmanaged else _run_tone(run)),
            Cell(when, Tone.DIM),
            Cell(run.results_url, Tone.DIM),
        ),
    )


def artifact_row(artifact: Artifact, *, of_several: bool = False, latest: bool = True) -> Row:
    """One stored object, perhaps one `of_several` versions; what no manifest knows is unmanaged."""
    version = f"v{artifact.version}" if artifact.version else ""
    return Row(
        artifact.key,
        (
            Cell(artifact.key.rpartition("/")[2]),
            Cell(_KINDS[artifact.kind]),
            Cell(
                f"{version} latest" if of_several and latest else version,
                Tone.PLAIN if latest else Tone.DIM,
            ),
            Cell(size(artifact.size)),
            Cell(date_time(artifact.stored_at) if artifact.stored_at else "", Tone.DIM),
            Cell(artifact.sha256[:15] if artifact.managed else "unmanaged", Tone.DIM),
        ),
    )


_ORDER = (
    ArtifactKind.RUN_RESULTS,
    ArtifactKind.RUN_LOGS,
    ArtifactKind.RUN_CONFIG,
    ArtifactKind.JOB_CONFIG,
    ArtifactKind.JOB_INPUT,
)
_KINDS = {
    ArtifactKind.JOB_CONFIG: "job config",
    ArtifactKind.JOB_INPUT: "job input",
    ArtifactKind.RUN_CONFIG: "run config",
    ArtifactKind.RUN_RESULTS: "results",
    ArtifactKind.RUN_LOGS: "logs",
}


def _paged(jobs: ListJobs, row: Callable[[JobSummary], Row]) -> RowSource:
    return PagedSource(
        jobs.count(), lambda offset, limit: list(map(row, jobs(offset=offset, limit=limit)))
    )


def _row_of(job: Job, *cells: Cell) -> Row:
    return Row(job_key(job), (Cell(str(job.id), Tone.STRONG), Cell(job.name), *cells))


def _job_files_row(count: int) -> Row:
    return Row(JOB_FILES, (Cell("job files"), Cell(plural(count, "file"), Tone.DIM, span=3)))


def _run_tone(run: Run) -> Tone:
    tones = {RunStatus.DONE: Tone.GOOD, RunStatus.ERROR: Tone.BAD, RunStatus.RUNNING: Tone.BUSY}
    return tones.get(run.status, Tone.DIM)
