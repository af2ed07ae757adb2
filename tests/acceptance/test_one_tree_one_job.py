"""However many processes begin at once, the runs of one results root are one job."""

import os
import subprocess
import sys
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command

PROJECT = Path(__file__).parents[2]


@contextmanager
def waiting(
    runs: Iterable[Path], bucket: str = "", homes: Iterable[Path] = ()
) -> Generator[list[subprocess.Popen[str]]]:
    """Processes that are about to upload one run each; each in one of `homes`, if any are named."""
    environments = [{"RUNFERRY_HOME": str(home)} for home in homes] or [{}] * len([*runs])
    processes = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.acceptance.ferrying",
                str(run),
                *([bucket] if bucket else []),
            ],
            cwd=PROJECT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for run, environment in zip(runs, environments, strict=True)
    ]
    try:
        for process in processes:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def at_once(processes: list[subprocess.Popen[str]]) -> list[tuple[int, str]]:
    """(job id, outcome) of each."""
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    found: list[tuple[int, str]] = []
    for process in processes:
        assert process.stdout
        job_id, outcome = process.stdout.readline().split()
        found.append((int(job_id), outcome))
        assert process.wait() == 0
    return found


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A results root with four runs."""
    for number in range(1, 5):
        run = tmp_path / f"flu/OUT/RUN{number}"
        run.mkdir(parents=True)
        (run / "out.csv").write_bytes(os.urandom(300_000))
    return tmp_path / "flu/OUT"


@pytest.mark.parametrize("s3", [False, True])
@pytest.mark.parametrize("same_run", [False, True])
def test_four_processes(
    runferry: Command, out: Path, request: pytest.FixtureRequest, *, s3: bool, same_run: bool
) -> None:
    """
    Given a results root that was never stored
    When four processes upload runs of it at the same moment, or the same run
    Then there is one job, and every run was stored once.
    """
    bucket: str = request.getfixturevalue("s3_bucket") if s3 else ""
    runs = [out / "RUN1"] * 4 if same_run else sorted(out.iterdir())
    with waiting(runs, bucket) as processes:
        stored = at_once(processes)
    assert {job_id for job_id, _ in stored} == {1}
    outcomes = sorted(outcome for _, outcome in stored)
    assert outcomes == (["unchanged"] * 3 + ["uploaded"] if same_run else ["uploaded"] * 4)
    store = ("--bucket", f"s3://{bucket}") if bucket else ()
    assert len(runferry("jobs", "list", "--json", *store).records) == 1
    listed = runferry("jobs", "uploads", "list", "--job-id", "1", "--json", *store).records
    assert [(r["run_id"], r["version"]) for r in listed] == [
        (number, 1) for number in range(1, 2 if same_run else 5)
    ]
    assert runferry("store", "check", *store).code == 0


def test_two_trees_of_one_name(runferry: Command, out: Path, tmp_path: Path) -> None:
    """
    Given two trees that are called the same
    When both are uploaded for the first time at the same moment
    Then each is a job of its own.
    """
    other = tmp_path / "again/flu/OUT/RUN1"
    other.mkdir(parents=True)
    (other / "out.csv").write_text("something else\n")
    with waiting([out / "RUN1", other]) as processes:
        stored = at_once(processes)
    assert sorted(job_id for job_id, _ in stored) == [1, 2]
