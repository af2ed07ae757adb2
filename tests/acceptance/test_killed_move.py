"""A run is moved by a process that is killed: all of it is in one of the two places, and it goes on."""

import signal
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command
from tests.acceptance.processes import runferry_process
from tests.servers.fault_server import Answer, Fault, ForsakenServer, refuse

MOVE = ("jobs", "move-run", "--job-id", "1", "--run-id", "1", "--to-job", "2", "--yes")
STEPS = {
    "content": ("PUT", r"jobs/2/.*/run_1_results\.zip"),
    "manifest": ("PUT", r"jobs/2/.*/run_1_results\.v0002\.json"),
    "older content": ("PUT", r"jobs/2/.*/versions/run_1_results\.v0001\.zip"),
    "old manifest": ("DELETE", r"jobs/1/.*/run_1_results\.v0001\.json"),
    "old content": ("DELETE", r"jobs/1/.*/run_1_results\.zip"),
}


SAMPLE = {(False, "content"), (True, "manifest"), (True, "older content"), (False, "old content")}
"""The others are left to `make acceptance`."""
CASES = [
    pytest.param(done, step, marks=() if (done, step) in SAMPLE else pytest.mark.acceptance)
    for done in (False, True)
    for step in STEPS
]


@pytest.mark.parametrize(("done", "step"), CASES)
def test_killed(
    runferry: Command,
    fred_out: Path,
    s3_bucket: str,
    server: ForsakenServer,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    done: bool,
) -> None:
    """
    Given a run with two versions and logs, and a move of it that is killed before or after a step
    When an upload of its directory comes first, and then the same command
    Then nothing is sent by either, and in the end all of it is in the new job and nothing in the old.
    """
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
    store = ("--bucket", f"s3://{s3_bucket}")
    assert runferry("upload", fred_out / "RUN1", "--sidecars", *store).code == 0
    (fred_out / "RUN1/LOG").write_text("a later run\n")
    assert runferry("upload", fred_out / "RUN1", *store).code == 0
    assert runferry("jobs", "register", "--name", "right", *store).code == 0
    before = runferry("jobs", "uploads", "list", "--job-id", "1", "--json", *store).records
    with runferry_process(*MOVE, *store) as moving:

        def kill() -> Answer:
            moving.signal(signal.SIGKILL)
            return refuse(503, "SlowDown")

        def kill_after(answer: Answer) -> None:
            moving.signal(signal.SIGKILL)

        method, target = STEPS[step]
        fault = Fault(method, target, after=kill_after) if done else Fault(method, target, kill)
        server.plan(fault)
        assert moving.wait() == -signal.SIGKILL
    server.forget_faults()

    again = runferry("upload", fred_out / "RUN1", "--json", *store).records[0]
    assert again["outcome"] == "unchanged"
    answer = runferry(*MOVE, *store)

    assert answer.code == 0 or "Nothing is stored of run 1" in answer.err
    after = runferry("jobs", "uploads", "list", "--job-id", "2", "--json", *store).records
    told = ("run_id", "kind", "version", "size", "sha256", "managed")
    assert [[a[x] for x in told] for a in after] == [[a[x] for x in told] for a in before]
    assert runferry("jobs", "uploads", "list", "--job-id", "1", "--json", *store).records == []
    assert runferry("store", "check", "--read-data", "100%", *store).code == 0
    assert runferry("store", "orphans", "list", "--json", *store).records == []
