"""RunFerry as a service: signals, closed pipes, and several processes on one state."""

import signal
import socket
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command
from tests.acceptance.processes import RunFerryProcess, runferry_process
from tests.acceptance.test_watch import a_run, stored_runs

_WATCH = ("--rule", "sentinel", "--quiet", "0.2", "--json")
_UPLOAD = (*_WATCH, "--auto-upload")


@pytest.fixture(autouse=True)
def no_countdown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNFERRY_COUNTDOWN_SECONDS", "0")


def test_live_tree_and_sigterm(home: Path, tmp_path: Path) -> None:
    """
    Given a watched tree in which a run appears, grows and finishes
    When SIGTERM arrives
    Then all was said as it happened, and the process ends well within seconds.
    """
    root = tmp_path / "tree"
    root.mkdir()
    with runferry_process("watch", root, *_WATCH) as watch:
        (root / "OUT/RUN1").mkdir(parents=True)
        assert watch.wait_for("run_detected", state="running")["run_id"] == 1
        (root / "OUT/RUN1/data").write_text("x")
        (root / "OUT/RUN1/DONE").touch()
        watch.wait_for("run_state_changed", state="settling")
        watch.wait_for("run_state_changed", state="done")
        watch.signal(signal.SIGTERM)
        assert watch.wait_for("watch_ended")["interrupted"]
        assert (watch.wait(), watch.errors) == (0, "stopped\n")


def test_interrupted(home: Path, tmp_path: Path) -> None:
    """
    Given a tree that is watched at a terminal
    When ctrl+c is pressed
    Then the process says so in its exit code.
    """
    a_run(tmp_path / "OUT/RUN1")
    with runferry_process("watch", tmp_path, *_WATCH) as watch:
        watch.wait_for("run_detected")
        watch.signal(signal.SIGINT)
        assert watch.wait() == 130


def test_nobody_reads(home: Path, tmp_path: Path) -> None:
    """
    Given a watch whose output goes to `head`
    When `head` has seen enough and something more happens
    Then the watch ends without a complaint.
    """
    a_run(tmp_path / "OUT/RUN1")
    with runferry_process("watch", tmp_path, *_WATCH) as watch:
        watch.wait_for("run_state_changed", state="done")
        watch.close_output()
        a_run(tmp_path / "OUT/RUN2")
        assert watch.wait() == 1
        assert watch.errors == ""


def test_stopped_upload_goes_on(
    home: Path, tmp_path: Path, runferry: Command, mute_store: socket.socket
) -> None:
    """
    Given an upload to a store that does not answer
    When SIGTERM arrives, and RunFerry is started again when nothing listens there any more
    Then it ends at once and well, and the next start goes on with the upload: connection, exit 3.
    """
    a_run(tmp_path / "OUT/RUN1")
    bucket = ("--bucket", "s3://lab")
    with runferry_process("watch", tmp_path / "OUT", *_UPLOAD, *bucket) as watch:
        watch.wait_for("transfer_started")
        watch.signal(signal.SIGTERM)
        assert watch.wait_for("watch_ended")["left"] == 1
        assert watch.wait() == 0
        assert watch.errors == "stopped; 1 transfer stays queued and goes on at the next start\n"
    mute_store.close()
    again = runferry("watch", tmp_path / "OUT", *_WATCH, "--until-idle", *bucket)
    assert again.code == 3
    assert [r["state"] for r in again.records if r["event"].startswith("transfer")] == [
        "active",
        "failed",
    ]


@pytest.fixture
def flu_and_measles(tmp_path: Path) -> tuple[Path, Path]:
    """A tree with a finished run, and one whose run is still being written."""
    a_run(tmp_path / "flu/OUT/RUN1")
    a_run(tmp_path / "measles/OUT/RUN2", done=False)
    return tmp_path / "flu", tmp_path / "measles"


def started(watch: RunFerryProcess) -> RunFerryProcess:
    watch.wait_for("run_detected")
    return watch


def test_second_hands_over(
    home: Path, runferry: Command, flu_and_measles: tuple[Path, Path]
) -> None:
    """
    Given a RunFerry that watches as a service
    When a second one on the same state watches another tree until idle
    Then the first uploads for it, the second says who does, waits for it, and both end well.
    """
    flu, measles = flu_and_measles
    with runferry_process("watch", flu, *_UPLOAD) as first:
        first.wait_for("transfer_succeeded", run_id=1)
        with runferry_process("watch", measles, *_UPLOAD, "--until-idle") as second:
            started(second)
            (measles / "OUT/RUN2/DONE").touch()
            assert second.wait_for("transfer_succeeded")["run_id"] == 2
            assert second.wait() == 0
            assert f"process {first.pid} on {socket.gethostname()} does the" in second.errors
        assert first.wait_for("transfer_started")["path"] == str(measles / "OUT/RUN2")
        first.wait_for("transfer_succeeded", run_id=2)
        first.signal(signal.SIGTERM)
        assert first.wait() == 0
    assert (stored_runs(runferry, 1), stored_runs(runferry, 2)) == ([1], [2])


def test_takeover(home: Path, runferry: Command, flu_and_measles: tuple[Path, Path]) -> None:
    """
    Given two RunFerrys on one state
    When the one that does the uploads is killed
    Then the other notices, does its own, and ends well.
    """
    flu, measles = flu_and_measles
    with runferry_process("watch", flu, *_UPLOAD) as first:
        first.wait_for("transfer_succeeded")
        with runferry_process("watch", measles, *_UPLOAD, "--until-idle") as second:
            started(second)
            first.signal(signal.SIGKILL)
            assert first.wait() == -signal.SIGKILL
            (measles / "OUT/RUN2/DONE").touch()
            assert second.wait_for("transfer_succeeded")["run_id"] == 2
            assert second.wait() == 0
            assert f"process {first.pid} on {socket.gethostname()} has gone" in second.errors
    assert stored_runs(runferry, 2) == [2]


def test_reader_is_stopped(
    home: Path, flu_and_measles: tuple[Path, Path], mute_store: socket.socket
) -> None:
    """
    Given a second RunFerry whose upload was handed over and is under way
    When the second is stopped
    Then it says where the upload goes on, and it does.
    """
    flu, measles = flu_and_measles
    bucket = ("--bucket", "s3://lab")
    with runferry_process("watch", measles, *_WATCH, *bucket) as first:
        started(first)
        with runferry_process("watch", flu, *_UPLOAD, "--until-idle", *bucket) as second:
            second.wait_for("transfer_started")
            second.signal(signal.SIGTERM)
            assert second.wait() == 0
            where = f"process {first.pid} on {socket.gethostname()}"
            assert f"stopped; 1 transfer goes on in {where}" in second.errors
        first.wait_for("transfer_started", path=str(flu / "OUT/RUN1"))
        first.signal(signal.SIGTERM)
        assert first.wait_for("watch_ended")["left"] == 1
        assert first.wait() == 0
