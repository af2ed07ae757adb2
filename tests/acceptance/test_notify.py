"""Somebody is told, by a program of theirs, what became of their runs while nobody looked."""

import json
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command
from tests.acceptance.processes import PATIENCE, runferry_process

TELL = (
    "import json, os, sys; told = json.dumps([sys.stdin.read(), dict(os.environ)]);"
    " print(told, file=open(sys.argv[1], 'a'))"
)
SETTINGS = """
[watch]
quiet_seconds = 0.2
countdown_seconds = 0
kind = "any"
rule = "sentinel"
[kinds.any]
links = "refuse"
"""


def letters(mailbox: Path, *words: str) -> list[str]:
    """Those that came, as soon as all the words are in them: the program ends by itself."""
    deadline = time.monotonic() + PATIENCE
    while True:
        lines = mailbox.read_text().splitlines() if mailbox.exists() else []
        if all(word in "".join(lines) for word in words) or time.monotonic() > deadline:
            return lines
        time.sleep(0.01)


def test_a_run_ends_and_cannot_be_stored(
    runferry: Command, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Given a program that is to be told, and a watch on a run that is under way and has a link that is refused
    When the run ends, and the watch is stopped soon afterwards
    Then a letter, ready to be mailed, says that it is done and that it was not uploaded, and why.
    """
    home.mkdir()
    (home / "settings.toml").write_text(SETTINGS)
    mailbox, run = tmp_path / "mailbox", tmp_path / "OUT/RUN7"
    command = json.dumps([sys.executable, "-c", TELL, str(mailbox)])
    assert runferry("config", "set", "notify.command", command).code == 0
    monkeypatch.setenv("AWS_SESSION_TOKEN", "FwoGZXIvYXdzEXAMPLE")
    run.mkdir(parents=True)
    (run / "link").symlink_to("/nowhere")
    watching = ("watch", run.parent, "--auto-upload", "--name", "flu", "--json")
    with runferry_process(*watching) as watch:
        watch.wait_for("run_detected")
        (run / "out.csv").write_text("day,sick\n1,2\n")
        (run / "DONE").touch()
        watch.wait_for("transfer_failed")
        watch.signal(signal.SIGTERM)
        assert watch.wait() == 0
    told = [json.loads(line) for line in letters(mailbox, "is done", "was not uploaded")]
    text = "\n".join(text for text, _ in told)
    assert text.startswith("Subject: RunFerry on ")
    assert "\n\n" in text
    assert "RUN7 is done" in text
    assert "links are refused" in text
    assert f"Where: {run}" in text
    assert "Cause: " in text
    assert "link" in text
    assert {variables["RUNFERRY_EVENT"] for _, variables in told} <= {
        "several",
        "done",
        "upload-failed",
    }
    assert all("AWS_SESSION_TOKEN" not in variables for _, variables in told)


def test_a_program_that_is_not_there(runferry: Command, home: Path, tmp_path: Path) -> None:
    """
    Given a program that does not exist
    When a run ends that is watched
    Then the watch goes on, and Activity says once what is wrong.
    """
    home.mkdir()
    (home / "settings.toml").write_text(SETTINGS)
    assert runferry("config", "set", "notify.command", '["/nowhere/mail"]').code == 0
    run = tmp_path / "OUT/RUN7"
    run.mkdir(parents=True)
    (run / "LOG").touch()
    with runferry_process("watch", run.parent, "--json") as watch:
        watch.wait_for("run_detected")
        (run / "DONE").touch()
        watch.wait_for("run_state_changed", state="done")
        watch.signal(signal.SIGTERM)
        assert watch.wait() == 0
    told = [r for r in runferry("activity", "--json").records if r["about"] == "notify"]
    assert [(r["count"], "/nowhere/mail" in r["what"]) for r in told] == [(1, True)]
