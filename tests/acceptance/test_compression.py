"""A researcher behind a slow link sends less; one beside the store waits less."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import Command


def stored_bytes(runferry: Command, run: Path, *store: str) -> int:
    answer = runferry("upload", run, "--json", *store)
    assert answer.code == 0, answer.err
    return answer.records[0]["stored_bytes"]


def test_compression_of_choice(
    runferry: Command, fred_out: Path, s3_bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given two equal runs
    When one is uploaded fast and the other one compact
    Then the compact one takes less room, and both hold the same.
    """
    monkeypatch.setenv("RUNFERRY_COMPRESSION", "fast")
    (fast,) = runferry("upload", fred_out / "RUN1", "--json").records
    monkeypatch.setenv("RUNFERRY_COMPRESSION", "compact")
    store = ("--bucket", f"s3://{s3_bucket}")
    (compact,) = runferry("upload", fred_out / "RUN1", "--json", *store).records

    assert compact["stored_bytes"] < fast["stored_bytes"]
    assert compact["content_id"] == fast["content_id"]


def test_compression_by_the_link(
    runferry: Command, fred_out: Path, s3_bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given that the user says nothing about compression
    When uploads to a bucket are limited to what a slow link carries
    Then they are compact, while those without a limit and those to a local store are fast.
    """
    store = ("--bucket", f"s3://{s3_bucket}")
    without_limit = stored_bytes(runferry, fred_out / "RUN1", *store)
    monkeypatch.setenv("RUNFERRY_LIMIT", "40 MB/s")
    assert stored_bytes(runferry, fred_out / "RUN1") == without_limit

    (fred_out / "RUN1/note.txt").write_text("so that it is sent again")
    limited = stored_bytes(runferry, fred_out / "RUN1", *store)

    assert limited < 0.99 * without_limit


def test_unknown_compression(
    runferry: Command, fred_out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given a word that names no compression
    When a run is uploaded
    Then the words that do are named, and nothing is stored.
    """
    monkeypatch.setenv("RUNFERRY_COMPRESSION", "best")
    answer = runferry("upload", fred_out / "RUN1")
    assert answer.code == 2
    assert 'RUNFERRY_COMPRESSION must be "auto" or "fast" or "compact"' in answer.err
