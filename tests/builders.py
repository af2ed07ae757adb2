"""Readable test data."""

from datetime import UTC, datetime

from core.errors import Failure
from core.finish.rule import DAY, Check, Reached
from core.finish.run_state import RunState
from core.model import Artifact, ArtifactKind, Job, Run, RunStatus
from core.run_view import RunView
from core.transfer_view import TransferState, TransferView

MIB = 1 << 20
NOON = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC)
ROOT = "/data/fred-out"


def a_job(job_id: int = 12, name: str = "simpleflu") -> Job:
    """A job that was registered at noon."""
    return Job(job_id, name, NOON)


def a_run(job_id: int = 12, run_id: int = 4) -> Run:
    """A run whose results are stored."""
    return Run(
        job_id,
        run_id,
        RunStatus.DONE,
        f"s3://lab/jobs/{job_id}/2026/11/20/120000/run_{run_id}_results.zip",
        NOON,
    )


def an_artifact(key: str, *, job_id: int = 12, run_id: int | None = 4) -> Artifact:
    """Results of a run, 203 MiB."""
    kind = ArtifactKind.RUN_RESULTS if run_id else ArtifactKind.JOB_CONFIG
    return Artifact(job_id, kind, key, 203 * MIB, run_id, 1, "ab" * 32, stored_at=NOON)


def a_run_view(
    name: str = "RUN4",
    state: RunState = RunState.DONE,
    *,
    folder: str = "simpleflu/OUT",
    reason: str = "all finish checks hold",
    days: tuple[int, int] | None = (180, 180),
    checks: tuple[Check, ...] = (),
    size: int = 811 * MIB,
    looked_at: bool = True,
) -> RunView:
    """A watched run; `size` counts only when it was looked at."""
    results_root = f"{ROOT}/{folder}"
    return RunView(
        path=f"{results_root}/{name}",
        results_root=results_root,
        name=name,
        number=int(name.removeprefix("RUN")),
        state=state,
        reason=reason,
        files=204 if looked_at else None,
        bytes=size if looked_at else None,
        reached=Reached(*days, DAY) if days else None,
        checks=checks,
    )


def a_transfer(
    source: str = f"{ROOT}/simpleflu/OUT/RUN4",
    state: TransferState = TransferState.QUEUED,
    *,
    id: int = 1,  # noqa: A002 - the field's name
    failure: Failure | None = None,
) -> TransferView:
    """One entry of the queue."""
    return TransferView(id, 0, 0, source, state, failure=failure)
