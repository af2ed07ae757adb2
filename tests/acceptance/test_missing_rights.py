"""What works without a right, works; what does not says which right it is, and changes nothing."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.conftest import Command
from tests.acceptance.processes import runferry_process
from tests.servers.fault_server import Answer, Fault, lost, refuse
from tests.servers.strict.modes import MODES
from tests.servers.strict.server import StrictServer

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

JOB = ("--job-id", "1")


@pytest.fixture
def at(s3_bucket: str, strict_server: StrictServer, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The options of the bucket on the strict server."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", strict_server.url)
    return ["--bucket", f"s3://{s3_bucket}"]


@pytest.fixture
def stored(s3_client: "S3Client", s3_bucket: str) -> Callable[[], dict[str, bytes]]:
    """Everything in the bucket, by the last part of its key."""

    def look() -> dict[str, bytes]:
        keys = [
            o.get("Key", "")
            for o in s3_client.list_objects_v2(Bucket=s3_bucket).get("Contents", [])
        ]
        return {
            key.rpartition("/")[2]: s3_client.get_object(Bucket=s3_bucket, Key=key)["Body"].read()
            for key in keys
        }

    return look


def test_a_drop_box(
    runferry: Command,
    at: list[str],
    strict_server: StrictServer,
    stored: Callable[[], dict[str, bytes]],
    fred_out: Path,
) -> None:
    """
    Given a bucket that may be listed and written, and not read
    When a run is stored, listed, stored again, and stored by somebody else's hand
    Then version 1 is there, said to be not verified by the command, its manifest and the list; what
    is there is a conflict from then on, and is left as it is.
    """
    strict_server.rules.append(MODES["noget"]())

    first = runferry("upload", fred_out / "RUN1", *at)

    assert first.code == 0
    assert ", not verified (" in first.out
    assert "may not be read with these credentials" in first.err
    before = stored()
    manifest = json.loads(before["run_1_results.v0001.json"])
    assert manifest["object"]["verified"] is False
    (listed,) = runferry("jobs", "uploads", "list", *JOB, "--json", *at).records
    assert (listed["version"], listed["verified_at"]) == (1, None)
    said = runferry("jobs", "uploads", "list", *JOB, *at)
    assert "s3:GetObject" in said.err

    again = runferry("upload", fred_out / "RUN1", *at)

    assert again.code == 1
    assert "may not be read: nobody can tell whether it is the same" in again.err
    assert "s3:GetObject" in again.err
    assert stored() == before
    (second,) = runferry("upload", fred_out / "RUN2", "--json", *at).records
    assert (second["outcome"], second["verified"]) == ("uploaded", False)


def test_a_lost_reply_in_a_drop_box(
    runferry: Command,
    at: list[str],
    strict_server: StrictServer,
    stored: Callable[[], dict[str, bytes]],
    fred_out: Path,
) -> None:
    """
    Given a bucket that may not be read, and a run whose reply is lost when it was stored
    When the run is stored again
    Then both are conflicts: it is never taken for ours, nor overwritten, and no version is made of it.
    """
    strict_server.rules.append(MODES["noget"]())
    strict_server.plan(Fault("PUT", r"run_1_results\.zip", after=lost))

    for _ in range(2):
        answer = runferry("upload", fred_out / "RUN1", *at)
        assert answer.code == 1
        assert "run_1_results.zip is there already, and may not be read" in answer.err
        assert "Nothing was overwritten; your files are untouched." in answer.err
        assert [name for name in stored() if name.startswith("run_1")] == ["run_1_results.zip"]


def test_nothing_may_be_deleted(
    runferry: Command,
    at: list[str],
    strict_server: StrictServer,
    stored: Callable[[], dict[str, bytes]],
    fred_out: Path,
) -> None:
    """
    Given a bucket of which nothing may be deleted
    When a run is stored, changed and stored again, archived, and then deleted
    Then all but the last works, which says what is missing and has deleted nothing.
    """
    strict_server.rules.append(MODES["nodelete"]())
    assert runferry("upload", fred_out / "RUN1", *at).code == 0
    (fred_out / "RUN1/LOG").write_text("a later run\n")
    assert runferry("upload", fred_out / "RUN1", "--json", *at).records[0]["version"] == 2
    assert runferry("jobs", "archive", *JOB, *at).code == 0
    assert not strict_server.refused
    before = stored()

    answer = runferry("jobs", "runs", "delete", *JOB, "--run-id", "1", "--yes", *at)

    assert answer.code == 1
    assert "s3:DeleteObject" in answer.err
    assert stored() == before
    assert runferry("store", "check", *at).code == 0


@pytest.mark.parametrize("mode", ["noparts", "noabort"])
def test_parts_that_may_not_be_listed_or_freed(
    runferry: Command,
    at: list[str],
    strict_server: StrictServer,
    stored: Callable[[], dict[str, bytes]],
    tmp_path: Path,
    mode: str,
) -> None:
    """
    Given a bucket whose unfinished uploads may not be looked at, or not be ended
    When an upload in parts is killed, and done again
    Then it is stored.
    """
    run = tmp_path / "flu/OUT/RUN1"
    run.mkdir(parents=True)
    (run / "large").write_bytes(os.urandom(20 << 20))
    (run / "DONE").touch()
    strict_server.rules.append(MODES[mode]())
    with runferry_process("upload", run, *at) as upload:

        def kill() -> Answer:
            upload.signal(signal.SIGKILL)
            return refuse(503, "SlowDown")

        strict_server.plan(Fault("PUT", "partNumber=3", before=kill, times=100))
        assert upload.wait() == -signal.SIGKILL
    strict_server.forget_faults()

    (again,) = runferry("upload", run, "--json", *at).records

    assert (again["outcome"], again["verified"]) == ("uploaded", True)
    assert len(stored()["run_1_results.zip"]) == again["stored_bytes"]


def test_unfinished_uploads_may_not_be_listed(
    runferry: Command,
    at: list[str],
    strict_server: StrictServer,
    stored: Callable[[], dict[str, bytes]],
    s3_client: "S3Client",
    s3_bucket: str,
    fred_out: Path,
) -> None:
    """
    Given an orphan in a bucket whose unfinished uploads may not be listed
    When orphans are listed and cleaned up
    Then the orphan is found and deleted, and it is said that uploads were not looked for.
    """
    assert runferry("upload", fred_out / "RUN1", *at).code == 0
    for listed in s3_client.list_objects_v2(Bucket=s3_bucket, Prefix="jobs/").get("Contents", []):
        if (key := listed.get("Key", "")).endswith("v0001.json"):
            s3_client.delete_object(Bucket=s3_bucket, Key=key)
    strict_server.rules.append(MODES["noabort"]())

    found = runferry("store", "orphans", "list", "--json", *at)
    cleaned = runferry("store", "orphans", "clean", "--yes", "--grace", "0s", *at)

    for answer in (found, cleaned):
        assert answer.code == 0
        assert "Unfinished uploads were not looked for" in answer.err
        assert "s3:ListBucketMultipartUploads" in answer.err
    assert [orphan["run_id"] for orphan in found.records] == [1]
    assert "run_1_results.zip" not in stored()
