"""The disk that holds RunFerry's own files is full, or cannot be written at all."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command
from tests.full_disk import full_disk

READING = (
    ("jobs", "list"),
    ("jobs", "info", "--job-id", "1"),
    ("jobs", "uploads", "list", "--job-id", "1"),
    ("members", "--job-id", "1", "--run-id", "1"),
    ("queue", "list"),
    ("store", "sync"),
    ("store", "check"),
    ("store", "orphans", "list"),
)


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    for number in (1, 2):
        (tmp_path / f"OUT/RUN{number}").mkdir(parents=True)
        (tmp_path / f"OUT/RUN{number}/out.csv").write_text(f"{number}\n")
    return tmp_path / "OUT"


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_reading_goes_on(runferry: Command, runs: Path, words: tuple[str, ...]) -> None:
    """
    Given a stored run, and a disk that has become full since
    When somebody looks at what is stored or queued
    Then they are shown what they would have been shown before, and at most one remark.
    """
    assert runferry("upload", runs / "RUN1").code == 0
    before = runferry(*words)
    with full_disk():
        after = runferry(*words)
    assert (after.code, after.out) == (0, before.out)
    remarks = [line for line in after.err.splitlines() if line not in before.err.splitlines()]
    assert len(remarks) <= 1
    assert all(line.startswith("Not saved: ") for line in remarks)


def test_uploads_are_refused(runferry: Command, runs: Path) -> None:
    """
    Given a full disk
    When a run is to be uploaded
    Then the message says so and nothing was sent, for nobody could go on with it after a crash.
    """
    assert runferry("upload", runs / "RUN1").code == 0
    with full_disk():
        answer = runferry("upload", runs / "RUN2")
    assert answer.code == 2
    assert "state.db" in answer.err
    assert "unexpected" not in answer.err
    stored = runferry("jobs", "uploads", "list", "--job-id", "1", "--json").records
    assert [artifact["run_id"] for artifact in stored] == [1]


def a_file_as_logs(home: Path) -> None:
    home.mkdir()
    (home / "logs").touch()


def a_directory_as_log(home: Path) -> None:
    (home / "logs/runferry.log").mkdir(parents=True)


def a_file_as_cache(home: Path) -> None:
    home.mkdir()
    (home / "cache").touch()


@pytest.mark.parametrize("spoil", [a_file_as_logs, a_directory_as_log, a_file_as_cache])
def test_places_that_cannot_be_used(
    runferry: Command, home: Path, spoil: Callable[[Path], None]
) -> None:
    """
    Given a place of RunFerry's own files that something else is in
    When somebody looks at what is stored
    Then they see it, and one remark that names the place.
    """
    spoil(home)
    answer = runferry("jobs", "list")
    assert answer.code == 0
    (remark,) = [line for line in answer.err.splitlines() if line.startswith("Not saved: ")]
    assert os.fspath(home) in remark
