"""A store answers everything but takes no content: RunFerry does not try for ever."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Command
from tests.acceptance.test_watch import a_run
from tests.servers.fault_server import Fault, FaultServer, refuse

PART = r"partNumber="
MIB = 1 << 20
WATCH = ("--until-idle", "--auto-upload", "--rule", "sentinel", "--quiet", "0.1", "--json")

pytestmark = pytest.mark.usefixtures("no_pauses")


@pytest.fixture
def store(
    s3_bucket: str, fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, str]:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", fault_server.url)
    monkeypatch.setenv("RUNFERRY_COUNTDOWN_SECONDS", "0")
    failing = Fault("PUT", PART, before=lambda: refuse(500, "InternalError"), times=-1)
    fault_server.plan(failing)
    return "--bucket", f"s3://{s3_bucket}"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """Its archive takes two parts."""
    path = a_run(tmp_path / "flu/OUT/RUN1")
    (path / "data").write_bytes(os.urandom(9 * MIB))
    return path


def transfer(runferry: Command, store: tuple[str, str]) -> dict[str, Any]:
    (record,) = runferry("queue", "list", "--json", *store).records
    return record


def test_to_the_end(
    runferry: Command, fault_server: FaultServer, store: tuple[str, str], run: Path
) -> None:
    """
    Given a finished run, and a store that fails whenever a part is sent
    When its tree is watched with auto-upload, twice
    Then the upload ends after five tries with the status, and only somebody who asks begins it again.
    """
    watch = runferry("watch", run.parent, *WATCH, *store)
    assert watch.code == 1
    failed = transfer(runferry, store)
    assert (failed["state"], failed["attempts"]) == ("failed", 5)
    assert "HTTP 500" in failed["error"]
    assert "5 tries in a row got nothing across" in failed["todo"]
    parts = fault_server.count("PUT", PART)
    assert parts <= 2 + 3 + 4

    fault_server.forget_faults()
    runferry("watch", run.parent, *WATCH, *store)
    assert fault_server.count("PUT", PART) == parts
    assert transfer(runferry, store) == failed

    assert runferry("queue", "retry", *store).code == 0
    assert transfer(runferry, store)["state"] == "done"


def test_another_run_by_now(
    runferry: Command, fault_server: FaultServer, store: tuple[str, str], run: Path
) -> None:
    """
    Given an upload that was given up after five tries
    When the run has changed, and the tree is watched again with the store in order
    Then the run is stored by itself.
    """
    assert runferry("watch", run.parent, *WATCH, *store).code == 1
    fault_server.forget_faults()
    (run / "more").write_text("more")
    (run / "DONE").touch()
    assert runferry("watch", run.parent, *WATCH, *store).code == 0
    (stored,) = runferry("jobs", "uploads", "list", "--job-id", "1", "--json", *store).records
    assert (stored["run_id"], stored["version"]) == (1, 1)
