"""A newcomer sees everything in ten seconds, without an account and without a terminal."""

import os
import subprocess
import sys
from pathlib import Path

FOUR_TIMES_AS_FAST = """
import dataclasses
from tui import __main__
from tui.commands import demo
demo._PLAN = dataclasses.replace(demo._PLAN, seconds_per_run=demo._PLAN.seconds_per_run / 4)
demo._LINK_BYTES_PER_SECOND *= 4
demo._QUIET_SECONDS /= 4
demo._COUNTDOWN_SECONDS /= 4
__main__.main()
"""


def test_headless_demo(tmp_path: Path) -> None:
    """
    Given a fresh machine and no terminal
    When the demo is run, as `make demo` does
    Then runs appear, finish and are stored, it says so line by line, and leaves nothing behind.
    """
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    environ = {**os.environ, "TMPDIR": str(temporary), "HOME": str(tmp_path / "nobody")}
    done = subprocess.run(
        [sys.executable, "-c", FOUR_TIMES_AS_FAST, "demo"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environ, check=True,
    )  # fmt: skip
    for number in (1, 2, 3, 4):
        words = [line.split() for line in done.stdout.splitlines()]
        story = [line[1].rstrip(":") for line in words if line[0] == f"OUT/RUN{number}"]
        assert story[0] == "detected,"
        assert story[-5:] == ["done", "uploads", "upload", "upload", "uploaded"]
    assert "stored: job 1 (epidemic) with 4 runs" in done.stdout
    assert done.stdout.count("_results.zip") == 4
    assert list(temporary.iterdir()) == []
    assert not (tmp_path / "nobody").exists()
