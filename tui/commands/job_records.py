"""How jobs, runs and artifacts are printed."""

from core.model import Artifact, Job, Run
from core.printable import printable
from core.stored.record_format import format_time
from tui.commands.output import emit, say


def is_about(job: Job, text: str) -> bool:
    """Whether what the record says has `text` in it, in capitals or not."""
    said = (job.name, *job.tags, job.status.value, job.owner, job.host)
    return any(text.casefold() in part.casefold() for part in said)


def show_job(
    job: Job, *, as_json: bool, runs: int = 0, details: list[dict[str, object]] | None = None
) -> None:
    """One line, or one object with the `details` of its runs."""
    if not as_json:
        tags = f"  [{', '.join(map(printable, job.tags))}]" if job.tags else ""
        counted = f"{runs} runs" if runs != 1 else "1 run"
        say(
            f"job {job.id:<6} {job.status.value:<10} {format_time(job.created_at)}  {counted:>8}  {printable(job.name)}{tags}"
        )
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


def run_record(run: Run) -> dict[str, object]:
    """For `--json`."""
    uploaded_at = run.results_uploaded_at
    return {
        "run_id": run.run_id,
        "status": run.status.value,
        "results_url": run.results_url,
        "results_uploaded_at": format_time(uploaded_at) if uploaded_at else None,
    }


def show_artifact(artifact: Artifact, *, as_json: bool) -> None:
    """One line, or one object."""
    if as_json:
        emit(artifact_record(artifact))
        return
    version = f"v{artifact.version}" if artifact.version else "-"
    say(f"{artifact.kind.value:<12} {version:<5} {artifact.size:>14,} B  {printable(artifact.key)}")


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
        "content_id": artifact.content_id,
        "stored_at": format_time(stored_at) if stored_at else None,
        "host": artifact.host,
        "app_version": artifact.app_version,
        "tags": list(artifact.tags),
    }
