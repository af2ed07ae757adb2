"""A store answers everything but takes no content: RunFerry does not try for ever."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from core.queue.vain_tries import MOST_TRIES
from storage.s3.backoff import Backoff
from tests.acceptance.conftest import Command
from tests.acceptance.test_watch import a_run
from tests.servers.fault_server import Answer, Fault, FaultServer, lost, refuse

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PART, BEGIN = r"partNumber=", r"\?uploads"
ATTEMPTS = Backoff.attempts
MIB = 1 << 20
WATCH = ("--until-idle", "--auto-upload", "--rule", "sentinel", "--quiet", "0.1", "--json")

pytestmark = pytest.mark.usefixtures("no_pauses")


@pytest.fixture
def sound_store(
    s3_bucket: str, fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, str]:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", fault_server.url)
    monkeypatch.setenv("RUNFERRY_COUNTDOWN_SECONDS", "0")
    return "--bucket", f"s3://{s3_bucket}"


@pytest.fixture
def store(sound_store: tuple[str, str], fault_server: FaultServer) -> tuple[str, str]:
    failing = Fault("PUT", PART, before=lambda: refuse(500, "InternalError"), times=-1)
    fault_server.plan(failing)
    return sound_store


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


def test_taken_and_lost(
    runferry: Command,
    fault_server: FaultServer,
    sound_store: tuple[str, str],
    run: Path,
    s3_bucket: str,
    s3_client: "S3Client",
) -> None:
    """
    Given a store that takes every part, and loses them all instead of completing the object
    When a tree with a finished run is watched with auto-upload
    Then the upload ends after the first try and five that got no further.
    """

    def lose_all() -> Answer:
        for pending in s3_client.list_multipart_uploads(Bucket=s3_bucket).get("Uploads", []):
            s3_client.abort_multipart_upload(
                Bucket=s3_bucket, Key=pending.get("Key", ""), UploadId=pending.get("UploadId", "")
            )
        return refuse(500, "InternalError")

    fault_server.plan(Fault("POST", "uploadId=", before=lose_all, times=9 * ATTEMPTS))
    assert runferry("watch", run.parent, *WATCH, *sound_store).code == 1
    failed = transfer(runferry, sound_store)
    assert (failed["state"], failed["attempts"]) == ("failed", 6)
    assert "5 tries in a row got nothing across" in failed["todo"]


def test_an_outage_after_tries_in_vain(
    runferry: Command, fault_server: FaultServer, sound_store: tuple[str, str], run: Path
) -> None:
    """
    Given an upload that the store has refused four times with an error of its own
    When the store does not answer at all the fifth time, and answers later
    Then that was an outage, and the upload goes on by itself.
    """

    def refuse_and_be_gone() -> Answer:
        if fault_server.count("POST", BEGIN) == (MOST_TRIES - 1) * ATTEMPTS:
            fault_server.forget_faults()
            for method in ("GET", "HEAD", "PUT", "POST"):
                fault_server.plan(Fault(method, "", after=lost, times=-1))
        return refuse(500, "InternalError")

    fault_server.plan(Fault("POST", BEGIN, before=refuse_and_be_gone, times=-1))
    assert runferry("watch", run.parent, *WATCH, *sound_store).code == 3
    failed = transfer(runferry, sound_store)
    assert (failed["state"], failed["attempts"]) == ("failed", MOST_TRIES)
    assert "in a row" not in failed["todo"]

    fault_server.forget_faults()
    assert runferry("watch", run.parent, *WATCH, *sound_store).code == 0
    assert transfer(runferry, sound_store)["state"] == "done"
