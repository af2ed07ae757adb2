"""A researcher asks which of their FRED runs are really finished."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import Command

FAILED = "fred-failed"
EXPECTED = [
    ("fred-sample-job/RESULTS/JOB/1/OUT/RUN1", "finished", "all finish checks hold"),
    ("fred-sample-job/RESULTS/JOB/1/OUT/RUN2", "finished", "all finish checks hold"),
    ("fred-sample-job/RESULTS/JOB/1/OUT/RUN3", "finished", "all finish checks hold"),
    (f"{FAILED}/direct-abort/RUN1", "failed", "FRED ERROR"),
    (f"{FAILED}/direct-diskfull/RUN1", "writing", "last line of out.csv is cut"),
    (f"{FAILED}/job-finished-but-run2-killed/JOB/1/OUT/RUN1", "finished", "all finish checks"),
    (f"{FAILED}/job-finished-but-run2-killed/JOB/1/OUT/RUN2", "failed", "the job has ended but"),
    (f"{FAILED}/job-finished-but-run2-killed/JOB/1/OUT/RUN3", "finished", "all finish checks"),
    (f"{FAILED}/run_fred-badlocation/RUN1", "failed", "No locations specified"),
    (f"{FAILED}/run_fred-badlocation/RUN2", "failed", "No locations specified"),
    (f"{FAILED}/run_fred-sigkill-postproc/RUN1", "writing", "out.csv is not there"),
]


@pytest.mark.parametrize(("run", "state", "reason"), EXPECTED)
def test_state_and_reason(
    runferry: Command, samples: Path, run: str, state: str, reason: str
) -> None:
    """
    Given real output of FRED: complete, aborted, killed, disk full
    When it is scanned
    Then each run has the right state and says why; nothing cut short is called finished.
    """
    answer = runferry("scan", samples / run, "--json")

    (record,) = answer.records
    assert answer.code == 0
    assert record["state"] == state
    assert reason in record["reason"]


def test_whole_tree(runferry: Command, samples: Path) -> None:
    """
    Given a tree with results roots at several depths
    When it is scanned without --json
    Then every run is one line, and dot-directories are left out.
    """
    answer = runferry("scan", samples)
    assert len(answer.out.splitlines()) == len(EXPECTED)


def test_explained(runferry: Command, samples: Path) -> None:
    """
    Given a run that a full disk cut short
    When it is scanned with --explain
    Then every finish check is named, with what was found.
    """
    run = samples / FAILED / "direct-diskfull/RUN1"
    (record,) = runferry("scan", run, "--explain", "--json").records
    failing = [check["name"] for check in record["checks"] if not check["passed"]]
    assert failing == ["all rows"]
    text = runferry("scan", run, "--explain").out
    assert "✗ all rows" in text
    assert "✓ final header" in text
