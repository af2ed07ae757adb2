"""A researcher whose simulator is not FRED says in one table what its runs are."""

import os
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command

SETTINGS = """\
[kinds.md]
pattern = "RUN(\\\\d+)"
rule = "sentinel"
exclude = ["restart.*", "processor*/"]
progress = { file = "log", pattern = "^ *(\\\\d+) ", of = 500 }
"""


@pytest.fixture
def run(home: Path, tmp_path: Path) -> Path:
    """A finished one, with what nobody wants to keep."""
    home.mkdir(exist_ok=True)
    (home / "settings.toml").write_text(SETTINGS)
    run = tmp_path / "md/RUN7"
    (run / "processor0").mkdir(parents=True)
    for name in ("restart.a", "processor0/U"):
        (run / name).write_bytes(b"x" * 4096)
    (run / "log").write_text("  100 x\n  500 x\n")
    (run / "DONE").touch()
    return run


def test_what_is_excluded_stays_on_the_disk(runferry: Command, run: Path, tmp_path: Path) -> None:
    """
    Given a kind of runs that excludes restart files
    When a run of it is scanned, stored, and its restart file changes
    Then the scan says how much is left out, the archive has the rest, and nothing is to be stored again.
    """
    scan = runferry("scan", run.parent, "--kind", "md", "--json").records[0]
    assert (scan["state"], scan["files"], scan["bytes_left_out"]) == ("done", 4, 8192)
    assert scan["progress"] == {"done": 500, "planned": 500, "unit": "step"}
    assert "left out: 8.0 KiB" in runferry("scan", run.parent, "--kind", "md").out

    stored = runferry("upload", run, "--kind", "md", "--json").records[0]
    assert (stored["outcome"], stored["files"]) == ("uploaded", 2)
    members = runferry("members", "--job-id", "1", "--run-id", "7", "--json").records
    assert {str(m["name"]).rstrip("/") for m in members} - {"RUN7"} == {"RUN7/DONE", "RUN7/log"}

    (run / "restart.b").write_bytes(b"one more")
    os.utime(run / "restart.b", (1e9, 1e9))
    options = ("--kind", "md", "--quiet", "0", "--until-idle", "--json")
    (seen,) = [
        e for e in runferry("watch", run.parent, *options).records if e.get("state") == "done"
    ]
    assert seen["stored"] is True
    assert runferry("upload", run, "--kind", "md", "--json").records[0]["outcome"] == "unchanged"


def test_nothing_is_left(runferry: Command, run: Path) -> None:
    """
    Given a run of which the kind excludes everything
    When it is uploaded
    Then RunFerry says so, and stores nothing.
    """
    for name in ("log", "DONE"):
        (run / name).unlink()
    answer = runferry("upload", run, "--kind", "md")
    assert answer.code != 0
    assert "nothing would be stored: the run kind md excludes restart.*, processor*/" in answer.err
    assert not runferry("jobs", "list", "--json").records
