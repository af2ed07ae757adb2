"""A researcher leaves RunFerry watching on a machine without a screen."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.acceptance.conftest import Command

PATIENCE = 30.0


def test_until_idle(runferry: Command, fred_out: Path) -> None:
    """
    Given a tree whose runs are all finished
    When it is watched until idle
    Then each run is detected, settles and is finished, and the command ends.
    """
    answer = runferry("watch", fred_out, "--until-idle", "--quiet", "0.2", "--json")
    states = [
        (e["run_id"], e["state"]) for e in answer.records if e["event"] == "run_state_changed"
    ]
    assert answer.code == 0
    for number in (1, 2, 3):
        assert [state for run, state in states if run == number] == ["settling", "finished"]


def test_auto_upload(runferry: Command, fred_out: Path) -> None:
    """
    Given finished runs
    When the tree is watched with auto-upload until idle
    Then the runs are stored when the command ends.
    """
    options = ["--until-idle", "--auto-upload", "--quiet", "0.2"]
    assert runferry("watch", fred_out, *options).code == 0
    runs = runferry("jobs", "info", "--job-id", "1", "--json").records[0]["runs"]
    assert [(run["run_id"], run["status"]) for run in runs] == [
        (1, "DONE"),
        (2, "DONE"),
        (3, "DONE"),
    ]


def test_old_failures_are_not_counted(runferry: Command, fred_out: Path) -> None:
    """
    Given an upload that failed in an earlier session
    When another tree is watched with auto-upload
    Then the exit code speaks of this session only.
    """
    options = ["--until-idle", "--auto-upload", "--quiet", "0.2"]
    link = fred_out / "RUN2/link"
    link.symlink_to("LOG")
    assert runferry("watch", fred_out, *options).code == 1
    link.unlink()
    assert runferry("watch", fred_out, *options).code == 0


def test_nothing_to_watch(runferry: Command, tmp_path: Path) -> None:
    """
    Given a tree without runs, and a path that is not there
    When each is watched
    Then the first is idle at once, the second is refused.
    """
    (tmp_path / "empty").mkdir()
    assert runferry("watch", tmp_path / "empty", "--until-idle").code == 0
    assert runferry("watch", tmp_path / "gone", "--until-idle").code == 2


def test_live_tree_and_sigterm(home: Path, tmp_path: Path) -> None:
    """
    Given a watched tree in which a run appears, grows and finishes
    When SIGTERM arrives
    Then all was said as it happened, and the process ends within seconds.
    """
    root = tmp_path / "tree"
    root.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "tui", "watch", root, "--rule", "sentinel", "--quiet", "0.2", "--json"],
        stdout=subprocess.PIPE, env=os.environ,
    )  # fmt: skip
    assert process.stdout
    lines = Lines(process.stdout.fileno())
    try:
        (root / "OUT/RUN1").mkdir(parents=True)
        assert lines.wait_for("run_detected")["run_id"] == 1
        (root / "OUT/RUN1/data").write_text("x")
        assert lines.wait_for("run_state_changed")["state"] == "writing"
        (root / "OUT/RUN1/DONE").touch()
        assert lines.wait_for("run_state_changed")["state"] == "settling"
        assert lines.wait_for("run_state_changed")["state"] == "finished"
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


class Lines:
    """JSON lines from a pipe, with an end to patience."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""

    def wait_for(self, event: str) -> dict[str, object]:
        """The next event of that kind; others are passed over."""
        deadline = time.monotonic() + PATIENCE
        while True:
            line, found, rest = self._rest.partition(b"\n")
            if found:
                self._rest = rest
                record: dict[str, object] = json.loads(line)
                if record["event"] == event:
                    return record
                continue
            ready, _, _ = select.select([self._descriptor], [], [], deadline - time.monotonic())
            assert ready, f"no {event} within {PATIENCE} s"
            self._rest += os.read(self._descriptor, 65536)
