"""How jobs, runs and artifacts are printed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from core.jobs.list_jobs import JobSummary
from core.model import Artifact, Job, Run, run_id_of
from core.printable import printable
from core.source.left_out_lines import briefly, is_excluded
from core.stored.archived import Archived
from core.stored.record_format import format_time
from core.upload.batch_job import of_batch_job
from tui.commands.table import Column, show_rows
from tui.output import emit, on_terminal, say
from tui.wording.formatting import date_time, number, plural, size
from tui.wording.restores import archive_words
from tui.wording.titles import own_name

_JOBS = (
    Column("JOB", right=True),
    Column("STATUS", state=True),
    Column("CREATED"),
    Column("RUNS", right=True),
    Column("NAME"),
)
_RUNS = (
    Column("RUN", right=True),
    Column("STATUS", state=True),
    Column("STORED"),
    Column("RESULTS"),
)
_NAMED_RUNS = (_RUNS[0], Column("NAME"), *_RUNS[1:])
NOTHING: Mapping[str, Archived] = {}
"""Is archived, as far as is known."""
_ARTIFACTS = (
    Column("RUN", right=True),
    Column("KIND"),
    Column("V"),
    Column("STORED"),
    Column("SIZE", right=True),
    Column("KEY"),
)


def is_about(job: Job, text: str) -> bool:
    """Whether what the record says has `text` in it, in capitals or not."""
    said = (job.name, *job.tags, job.status.value, job.owner, job.host)
    return any(text.casefold() in part.casefold() for part in said)


def time_in_line(moment: datetime) -> str:
    """On a terminal where the user is, as the tables have it; elsewhere in UTC."""
    return date_time(moment) if on_terminal() else format_time(moment)


def show_jobs(summaries: Iterable[JobSummary]) -> None:
    """For people."""
    show_rows(summaries, _JOBS, _job_cells, lambda summary: _job_line(summary.job, summary.runs))


def _job_cells(summary: JobSummary) -> Sequence[str]:
    job = summary.job
    when, runs = date_time(job.created_at), number(summary.runs)
    return (str(job.id), job.status.value, when, runs, printable(job.name) + _listed(job.tags))


def _job_line(job: Job, runs: int) -> str:
    when, name = time_in_line(job.created_at), printable(job.name) + _listed(job.tags)
    return f"job {job.id:<6} {job.status.value:<10} {when}  {plural(runs, 'run'):>8}  {name}"


def _listed(tags: Sequence[str]) -> str:
    return f"  [{', '.join(map(printable, tags))}]" if tags else ""


def show_job(
    job: Job, *, as_json: bool, runs: int = 0, details: list[dict[str, object]] | None = None
) -> None:
    """One line, or one object with the `details` of its runs."""
    if not as_json:
        say(_job_line(job, runs))
        return
    record: dict[str, object] = {
        "job_id": job.id,
        "name": job.name,
        "status": job.status.value,
        "created_at": format_time(job.created_at),
        "tags": list(job.tags),
        "owner": job.owner,
        "host": job.host,
        "run_count": runs,
    }
    emit(record | ({"runs": details} if details is not None else {}))


def show_origin(job: Job) -> None:
    """Whose job it is, if its record tells."""
    if job.owner or job.host:
        say(f"  of {' on '.join(printable(part) for part in (job.owner, job.host) if part)}")


def show_runs(
    runs: Sequence[Run], archived: Mapping[int, Archived], newest: Mapping[int, Artifact]
) -> None:
    """Of one job, for people.

    Results that have to be restored say so, which batch job stored them, and what they lack. What
    their directories are called is told where that is not RUN and the id.
    """

    def results(run: Run) -> str:
        url = printable(run.results_url) + _remark(archived.get(run.run_id))
        artifact = newest.get(run.run_id)
        return url + (_listed(of_batch_job(artifact.tags)) + _lacks(artifact) if artifact else "")

    width = max((len(_name(run)) for run in runs), default=0)
    show_rows(
        runs,
        _NAMED_RUNS if width else _RUNS,
        lambda run: _run_cells(run, results(run), [_name(run)] if width else ()),
        lambda run: _run_line(run, results(run), f"{_name(run):<{width}} " if width else ""),
    )


def _run_cells(run: Run, results: str, name: Sequence[str]) -> Sequence[str]:
    stored = date_time(run.results_uploaded_at) if run.results_uploaded_at else ""
    return (str(run.run_id), *name, run.status.value.lower(), stored, results)


def _run_line(run: Run, results: str, name: str) -> str:
    return f"  run {run.run_id:<6} {name}{run.status.value:<11} {results}"


def _name(run: Run) -> str:
    return own_name(run.run_id, run.directory)


def results_of_runs(
    runs: Iterable[Run], archived: Mapping[str, Archived], url: Callable[[str], str]
) -> Mapping[int, Archived]:
    """Of what is archived, by key, the results that runs have now, by their ids.

    What lies beside them below another prefix says nothing of these.
    """
    by_url = {url(key): known for key, known in archived.items()}
    return {run.run_id: by_url[run.results_url] for run in runs if run.results_url in by_url}


def newest_results(artifacts: Iterable[Artifact]) -> Mapping[int, Artifact]:
    """The newest version of each run by its id; `artifacts` as `ListArtifacts` has them."""
    return {run_id_of(a): a for a in artifacts if a.is_current_results}


def _remark(archived: Archived | None) -> str:
    return f"  {archive_words(archived)}" if archived else ""


def run_record(run: Run, newest: Artifact | None) -> dict[str, object]:
    """For `--json`; of its newest version the tags, and what it lacks."""
    uploaded_at = run.results_uploaded_at
    return {
        "run_id": run.run_id,
        "status": run.status.value,
        "results_url": run.results_url,
        "results_uploaded_at": format_time(uploaded_at) if uploaded_at else None,
        "directory": run.directory,
        "tags": list(newest.tags) if newest else [],
        **(_left_out(newest) if newest else {}),
    }


def show_artifact(artifact: Artifact, *, as_json: bool) -> None:
    """One line, or one object."""
    if as_json:
        emit(artifact_record(artifact))
    else:
        say(_artifact_line(artifact))


def show_artifacts(artifacts: Iterable[Artifact], archived: Mapping[str, Archived]) -> None:
    """For people; what has to be restored says so."""

    def remark(artifact: Artifact) -> str:
        return _remark(archived.get(artifact.key))

    show_rows(
        artifacts,
        _ARTIFACTS,
        lambda artifact: _artifact_cells(artifact, remark(artifact)),
        lambda artifact: _artifact_line(artifact) + remark(artifact) + _lacks(artifact),
    )


def _artifact_cells(artifact: Artifact, remark: str) -> Sequence[str]:
    run, stored_at = artifact.run_id or "-", artifact.stored_at
    when = date_time(stored_at).partition(" ")[0] if stored_at else "-"
    key = _place(artifact) + remark + _lacks(artifact)
    return (str(run), artifact.kind.value, _version(artifact), when, size(artifact.size), key)


def archive_record(archived: Archived | None) -> dict[str, object]:
    """For `--json`: null where nothing has to be restored; `restore` while, and as long as, it counts."""
    if archived is None:
        return {"archived_in": None, "restore": None, "restored_until": None}
    restored = archived.restored
    until = restored.until if restored else None
    state = ("ready" if until else "ongoing") if restored else None
    return {
        "archived_in": archived.storage_class,
        "restore": state,
        "restored_until": format_time(until) if until else None,
    }


def _artifact_line(artifact: Artifact) -> str:
    run, stored_at = artifact.run_id or "-", artifact.stored_at
    what = f"run {run:<6} {artifact.kind.value:<12} {_version(artifact):<5}"
    when = time_in_line(stored_at) if stored_at else "-"
    return f"{what} {when:<20} {artifact.size:>14,} B  {_place(artifact)}"


def _lacks(artifact: Artifact) -> str:
    """What the user did not ask to be left out comes first."""
    told = sorted(artifact.left_out, key=is_excluded)
    return f"  {printable(briefly(told))}" if told else ""


def _place(artifact: Artifact) -> str:
    """Its key, what its run is called where that does not tell it, and a doubt where there is one."""
    name = own_name(artifact.run_id or 0, artifact.directory)
    doubt = "" if artifact.verified else "  (not verified)"
    return f"{printable(artifact.key)}{f'  of {name}' if name else ''}{doubt}"


def _version(artifact: Artifact) -> str:
    return f"v{artifact.version}" if artifact.version else "-"


def artifact_record(artifact: Artifact) -> dict[str, object]:
    """For `--json`."""
    stored_at = artifact.stored_at
    return {
        "job_id": artifact.job_id,
        "run_id": artifact.run_id,
        "kind": artifact.kind.value,
        "version": artifact.version,
        "key": artifact.key,
        "size": artifact.size,
        "sha256": artifact.sha256,
        "managed": artifact.managed,
        "current": artifact.current,
        "verified": artifact.verified,
        "content_id": artifact.content_id,
        "stored_at": format_time(stored_at) if stored_at else None,
        "host": artifact.host,
        "app_version": artifact.app_version,
        "directory": artifact.directory,
        "tags": list(artifact.tags),
        **_left_out(artifact),
    }


def _left_out(artifact: Artifact) -> dict[str, object]:
    """As `upload --json` tells it: only where something is."""
    return {"left_out": [*artifact.left_out]} if artifact.left_out else {}
