"""The disk that holds RunFerry's own files is full, or cannot be written at all."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command
from tests.full_disk import full_disk
from tests.tui.builders import HeardApp, until
from tests.tui.screen_text import lines_of, said_by, table_of
from tui.composition.options import Options
from tui.composition.session import Session

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
QUIET = {"rule": "quiet", "quiet_seconds": 0.0}


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    for number in (1, 2):
        (tmp_path / f"OUT/RUN{number}").mkdir(parents=True)
        for name in ("out.csv", "log.txt"):
            (tmp_path / f"OUT/RUN{number}/{name}").write_text(f"{number}\n")
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


@pytest.mark.parametrize("full_at_start", [True, False], ids=["full", "filling up"])
async def test_the_app(
    runferry: Command, runs: Path, capfd: pytest.CaptureFixture[str], *, full_at_start: bool
) -> None:
    """
    Given a stored run, and a disk that is full when the app starts, or fills up while it watches
    When the tree grows, another run is to be uploaded, and the store is looked at
    Then all is shown, the upload is refused with the reason, and one remark is left at the end.
    """
    assert runferry("upload", runs / "RUN1").code == 0
    capfd.readouterr()
    with ExitStack() as disk, Session(Options(overrides=QUIET)) as session:
        if full_at_start:
            disk.enter_context(full_disk())
        app = HeardApp(session.app_services([str(runs)]))
        async with app.run_test(size=(100, 30)) as pilot:
            await until(pilot, lambda: "✓ stored" in "".join(lines_of(table_of(pilot))))
            disk.enter_context(full_disk())
            (runs / "RUN3").mkdir()
            (runs / "RUN3/out.csv").write_text("3\n")
            (runs / "RUN3/log.txt").write_text("3\n")
            await until(pilot, lambda: "RUN3" in "".join(lines_of(table_of(pilot))))
            await until(pilot, lambda: "".join(lines_of(table_of(pilot))).count("done") == 3)
            await pilot.press("G", "u")
            await until(pilot, lambda: "state.db" in " ".join(said_by(pilot)))
            await pilot.press("2", "enter")
            await until(pilot, lambda: "RUN1" in "".join(lines_of(table_of(pilot))))
    remarks = capfd.readouterr().err.splitlines()
    assert [line[:11] for line in remarks] == ["Not saved: "]
    stored = runferry("jobs", "uploads", "list", "--job-id", "1", "--json").records
    assert [artifact["run_id"] for artifact in stored] == [1]


@pytest.mark.skipif(not os.path.isdir("/sys"), reason="needs a directory closed to root")
def test_no_room_for_anything(runferry: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Given a fresh RunFerry whose own files can be nowhere
    When somebody looks at what is stored, and then makes a job
    Then nothing is stored, as it is, and the job is refused with the reason.
    """
    monkeypatch.setenv("RUNFERRY_HOME", "/sys/runferry")
    listed = runferry("jobs", "list")
    assert (listed.code, listed.out) == (0, "")
    assert "No jobs in /sys/runferry/store." in listed.err
    refused = runferry("jobs", "register", "--name", "flu")
    assert refused.code == 2
    assert "uploaded" not in refused.err


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
