"""A user wants to know what the bucket is good for."""

from pathlib import Path

from tests.acceptance.conftest import Command


def test_bucket(runferry: Command, s3_bucket: str) -> None:
    """
    Given a bucket
    When its store is tried out
    Then each line says what was seen and what that means, and nothing is left in the bucket.
    """
    answer = runferry("store", "probe", "--bucket", f"s3://{s3_bucket}")
    assert answer.code == 0
    assert "yes      write objects" in answer.out
    assert "one job id" in answer.out

    again = runferry("store", "probe", "--json", "--bucket", f"s3://{s3_bucket}")
    found = {record["check"]: record["answer"] for record in again.records}
    assert len(found) == len(answer.out.splitlines())
    assert found["create_race"] in {"yes", "no"}  # this server does not lock: either is true of it
    assert found["complete_replace"] == "no"
    assert runferry("store", "check", "--bucket", f"s3://{s3_bucket}").code == 0


def test_local(runferry: Command, home: Path) -> None:
    """
    Given no settings at all
    When the store is tried out
    Then it is the local one, and it keeps all promises.
    """
    found = runferry("store", "probe", "--json").records
    assert {record["answer"] for record in found} == {"yes"}
    assert not [path for path in (home / "store").rglob("*") if path.name.startswith("race")]


def test_no_bucket(runferry: Command, s3_bucket: str) -> None:
    """
    Given the name of a bucket that does not exist
    When it is tried out
    Then that is said, without a table.
    """
    answer = runferry("store", "probe", "--bucket", f"s3://{s3_bucket}-x")
    assert answer.code == 2
    assert not answer.out
    assert "has no bucket" in answer.err
