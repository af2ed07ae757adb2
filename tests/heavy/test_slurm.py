"""The script of docs/headless.md on a real SLURM: what is finished is stored exactly once."""

import getpass
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Command
from tests.servers.slurm import SlurmCluster, missing_programs

_SCRIPT = Path(__file__).parents[2] / "docs" / "slurm-array.sh"
# Odd tasks have something to show when they are told to end, even ones have not; all are quick the
# second time.
_SIMULATE = """#!/bin/bash
run=$2
mkdir -p "$run"
finish() { echo results > "$run/results"; touch "$run/DONE"; exit 0; }
[ "$LENGTH" = short ] || [ -n "$SLURM_RESTART_COUNT" ] && finish
if [ $((SLURM_ARRAY_TASK_ID % 2)) = 1 ]; then trap finish TERM; fi
echo begun > "$run/log"
while true; do sleep 0.2; done
"""

Submit = Callable[..., str]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlurmCluster]:
    """One for all tests."""
    if missing := missing_programs():
        pytest.skip(f"no {', '.join(missing)}: apt-get install slurm-wlm munge, as root")
    with SlurmCluster(tmp_path_factory.mktemp("slurm"), getpass.getuser()) as cluster:
        yield cluster


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """The results root; the simulation is beside it."""
    simulate = tmp_path / "bin" / "simulate"
    simulate.parent.mkdir()
    simulate.write_text(_SIMULATE)
    simulate.chmod(0o755)
    (tmp_path / "OUT").mkdir()
    return tmp_path / "OUT"


@pytest.fixture
def submit(cluster: SlurmCluster, out: Path, s3_bucket: str, runferry: Command) -> Submit:
    """The script as it is in the docs, for a job that is there; returns SLURM's job id."""
    assert runferry("jobs", "register", "--name", "flu", "--bucket", f"s3://{s3_bucket}").code == 0

    def submitted(*options: str, length: str) -> str:
        path = f"{out.parent / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
        environ = {
            **os.environ,
            "PATH": path,
            "TMPDIR": str(out.parent),
            "OUT": str(out),
            "RULE": "sentinel",
            "STORE": f"--bucket s3://{s3_bucket} --job-id 1",
            "LENGTH": length,
        }
        log = out.parent / "slurm-%a.out"
        return cluster.submit(_SCRIPT, f"--output={log}", *options, environ=environ)

    return submitted


def versions(runferry: Command, bucket: str) -> Mapping[int, list[int]]:
    """All that is stored, by run."""
    found: dict[int, list[int]] = {}
    answer = runferry(
        "jobs", "uploads", "list", "--job-id", "1", "--bucket", f"s3://{bucket}", "--json"
    )
    for record in answer.records:
        found.setdefault(record["run_id"], []).append(record["version"])
    return found


def tags(runferry: Command, bucket: str, run_id: int) -> dict[str, str]:
    """Of the newest version of a run, as `jobs info` shows them."""
    answer = runferry("jobs", "info", "--job-id", "1", "--bucket", f"s3://{bucket}", "--json")
    run: dict[str, Any] = next(r for r in answer.records[0]["runs"] if r["run_id"] == run_id)
    return dict(tag.partition("=")[::2] for tag in run["tags"])


def logs(out: Path) -> str:
    """What the tasks said."""
    return "\n".join(f"{p.name}: {p.read_text()}" for p in sorted(out.parent.glob("slurm-*.out")))


def have_begun(out: Path, *runs: int) -> Callable[[], bool]:
    """To be waited for."""
    return lambda: all((out / f"RUN{run}" / "log").exists() for run in runs)


def test_array(
    cluster: SlurmCluster, submit: Submit, out: Path, runferry: Command, s3_bucket: str
) -> None:
    """Each task stores its run, with what SLURM says of the task, and completes."""
    job = submit("--array=1-4", length="short")
    assert cluster.wait_for_end(job) == ["COMPLETED"] * 4, logs(out)
    assert versions(runferry, s3_bucket) == {run: [1] for run in (1, 2, 3, 4)}
    told = tags(runferry, s3_bucket, 3)
    assert told["slurm_job_id"].isdigit()
    assert told | {"slurm_job_id": ""} == {
        "slurm_cluster": "runferry",
        "slurm_job_id": "",
        "slurm_array_job_id": job,
        "slurm_array_task_id": "3",
        "slurm_node": os.uname().nodename.partition(".")[0],
        "exit_code": "0",
    }


def test_time_limit(
    cluster: SlurmCluster, submit: Submit, out: Path, runferry: Command, s3_bucket: str
) -> None:
    """Told in time, a run that comes to an end is stored; one that is broken off is not."""
    job = submit("--array=1-2", "--time=1", "--signal=B:TERM@30", length="long")
    assert sorted(cluster.wait_for_end(job)) == ["COMPLETED", "FAILED"], logs(out)
    assert versions(runferry, s3_bucket) == {1: [1]}


def test_cancelled(
    cluster: SlurmCluster, submit: Submit, out: Path, runferry: Command, s3_bucket: str
) -> None:
    """A run that comes to an end within KillWait is stored."""
    job = submit("--array=1-2", length="long")
    cluster.wait_for("two runs", have_begun(out, 1, 2))
    cluster.cancel(job)
    assert cluster.wait_for_end(job) == ["CANCELLED"] * 2
    assert versions(runferry, s3_bucket) == {1: [1]}, logs(out)


def test_preempted(
    cluster: SlurmCluster, submit: Submit, out: Path, runferry: Command, s3_bucket: str
) -> None:
    """What comes to an end is stored, the rest is queued again; each run is stored once."""
    job = submit("--array=1-2", "--cpus-per-task=2", length="long")
    cluster.wait_for("two runs", have_begun(out, 1, 2))
    urgent = out.parent / "urgent.sh"
    urgent.write_text("#!/bin/bash\nexit 0\n")
    first = cluster.submit(
        urgent, "--partition=high", "--cpus-per-task=4", "--output=/dev/null", environ=os.environ
    )
    assert cluster.wait_for_end(first) == ["COMPLETED"]
    assert cluster.wait_for_end(job) == ["COMPLETED"] * 2, logs(out)
    assert versions(runferry, s3_bucket) == {1: [1], 2: [1]}, logs(out)
    assert tags(runferry, s3_bucket, 2)["slurm_restart_count"] == "1"
