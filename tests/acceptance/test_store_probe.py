"""A user wants to know what the bucket is good for."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import Command
from tests.servers.strict.modes import MODES
from tests.servers.strict.server import StrictServer


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


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("nometa", "x-amz-meta-"),
        ("gzip", "compression"),
        ("otheretag", "ETag"),
        ("waf", "client_max_body_size"),
    ],
)
def test_proxy_in_the_way(
    runferry: Command,
    s3_bucket: str,
    strict_server: StrictServer,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    words: str,
) -> None:
    """
    Given a bucket behind something that changes what goes through it
    When its store is tried out, before anything was uploaded
    Then the exit code is 1, and the last lines say what to do.
    """
    strict_server.rules.append(MODES[mode]())
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", strict_server.url)
    answer = runferry("store", "probe", "--bucket", f"s3://{s3_bucket}")
    assert answer.code == 1
    assert words in answer.err.splitlines()[-1]
    hindering = [
        record
        for record in runferry("store", "probe", "--json", "--bucket", f"s3://{s3_bucket}").records
        if record["hinders"]
    ]
    assert any(words in record["todo"] for record in hindering)
