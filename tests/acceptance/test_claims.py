"""Two workstations register jobs in one bucket without knowing of each other."""

import os
import subprocess
import sys
from pathlib import Path

from tests.acceptance.conftest import Command

PROJECT = Path(__file__).parents[2]


def claimed(home: Path, bucket: str, count: int, machines: int = 2) -> list[list[int]]:
    """The ids that each of several processes claimed, all at the same time."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.acceptance.claiming", bucket, str(count)],
            cwd=PROJECT,
            env={**os.environ, "RUNFERRY_HOME": str(home.with_name(f"home-{number}"))},
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(machines)
    ]
    outputs = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * machines
    return [[int(line) for line in output.split()] for output in outputs]


def check_claims(runferry: Command, home: Path, bucket: str, count: int) -> None:
    """Every id was given once, and everybody sees every job under its own id."""
    of_each = claimed(home, bucket, count)
    assert [len(ids) for ids in of_each] == [count, count]
    ids = sorted(of_each[0] + of_each[1])
    assert len(set(ids)) == 2 * count
    listed = runferry("jobs", "list", "--json", "--bucket", f"s3://{bucket}").records
    assert sorted(record["job_id"] for record in listed) == ids


def test_no_id_twice(runferry: Command, home: Path, s3_bucket: str) -> None:
    """
    Given two workstations and one bucket
    When both register jobs as fast as they can
    Then no id is given twice, and everybody sees every job.
    """
    check_claims(runferry, home, s3_bucket, 8)
