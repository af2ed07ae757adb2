"""A researcher keeps the bucket of the system before in order: check, archive, move, delete."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.conftest import Command, Put
from tests.acceptance.older_bucket import JOB_13, OBJECTS, OLDER_LAYOUT, fill, of_job

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Keys = Callable[[], list[str]]


@pytest.fixture(autouse=True)
def filled(put: Put) -> None:
    fill(put)
    put(f"{JOB_13[1]}notes.txt", b"somebody's")


@pytest.fixture
def keys(store: list[str], home: Path, request: pytest.FixtureRequest) -> Keys:
    """What is stored below `jobs/`, not told by our code."""
    if store:
        client: S3Client = request.getfixturevalue("s3_client")
        bucket = store[1].removeprefix("s3://")
        return lambda: [
            found.get("Key", "")
            for found in client.list_objects_v2(Bucket=bucket, Prefix="jobs/").get("Contents", [])
        ]
    root = home / "store"
    return lambda: sorted(
        str(path.relative_to(root)) for path in root.glob("jobs/**/*") if path.is_file()
    )


def test_nothing_is_wrong(runferry: Command, store: list[str]) -> None:
    """
    Given a catalog that has just been read
    When the bucket is checked
    Then no problem is found: nothing lies where it does not belong.
    """
    assert runferry("store", "sync", *store).code == 0
    checked = runferry("store", "check", *store)
    assert (checked.code, "0 problems" in checked.out + checked.err) == (0, True), checked


def test_deleting_the_job(runferry: Command, store: list[str], keys: Keys) -> None:
    """
    Given the job of several prefixes, with an object that is no artifact
    When it is deleted
    Then all of its artifacts are listed first and then gone; the object stays, and so do other jobs.
    """
    command = ["jobs", "delete", "--job-id", "13", "--json"]
    asked = runferry(*command, "--dry-run", *store)
    goes = [r["key"] for r in asked.records if r.get("stays") is False]
    assert sorted(goes) == sorted(of_job(13))
    assert set(goes) < set(keys())

    done = runferry(*command, "--confirm", "job 13", *store)
    assert (done.code, done.records[-1]["deleted"]) == (0, True), done
    assert keys() == [*sorted(of_job(12)), f"{JOB_13[1]}notes.txt"]
    assert [r["job_id"] for r in runferry("jobs", "list", "--json", *store).records] == [12]
    assert OLDER_LAYOUT not in done.out


def test_deleting_a_run(runferry: Command, store: list[str], keys: Keys) -> None:
    """
    Given a run whose results and configuration lie below two prefixes
    When it is deleted
    Then both are gone, and the job has what is its own.
    """
    command = ["jobs", "runs", "delete", "--job-id", "13", "--run-id", "6", "--yes", *store]
    assert runferry(*command).code == 0
    assert [key for key in keys() if "/run_6_" in key] == []
    listed = runferry("jobs", "uploads", "list", "--job-id", "13", "--json", *store).records
    assert [record["kind"] for record in listed] == ["job_config"]


def test_moving_an_adopted_run(runferry: Command, store: list[str], keys: Keys) -> None:
    """
    Given a run that was adopted, with its configuration below another prefix and logs that are text
    When it is moved to another job
    Then all of it is there, below that job's own prefix, and logs are text still.
    """
    assert runferry("store", "orphans", "adopt", "--unmanaged", *store).code == 0
    for job_id, run_id, to in (("13", "6", "12"), ("12", "4", "13")):
        place = ["--job-id", job_id, "--run-id", run_id, "--to-job", to]
        moved = runferry("jobs", "move-run", *place, "--yes", *store)
        assert moved.code == 0, moved
    names = {key.rpartition("/")[2] for key in keys() if key.startswith(JOB_13[0])}
    assert {"run_4_results.zip", "run_4_config.json", "run_4_logs.log"} <= names
    assert [key for key in keys() if key.startswith("jobs/13/") and "/run_6_" in key] == []
    assert len(OBJECTS) == 10


def test_archiving(runferry: Command, store: list[str], request: pytest.FixtureRequest) -> None:
    """
    Given results, logs and an input of another system
    When their job is archived
    Then in S3 these are in the other storage class, and configurations, which are small, are not.
    """
    answer = runferry("jobs", "uploads", "archive", "--job-id", "12", "--json", *store)
    if not store:
        assert (answer.code, "no archive storage class" in answer.err) == (1, True)
        return
    assert answer.code == 0, answer
    client: S3Client = request.getfixturevalue("s3_client")
    listed = client.list_objects_v2(Bucket=store[1].removeprefix("s3://")).get("Contents", [])
    classes = {o.get("Key", "").rpartition("/")[2]: o.get("StorageClass") for o in listed}
    moved = {name for name, storage_class in classes.items() if storage_class == "GLACIER_IR"}
    assert moved == {
        "job_input.zip", "run_4_logs.log", "run_4_results.zip", "run_5_results.zip",
    }  # fmt: skip
