"""What is particular to turns that are files."""

import subprocess
import sys
from pathlib import Path

import pytest

from storage.machine.file_turns import FileTurns

HOLDER = """
import sys
from storage.machine.file_turns import FileTurns
with FileTurns(sys.argv[1], "s3://lab").turn("x", lambda: None):
    print("inside", flush=True)
    sys.stdin.readline()
"""


def still_waiting() -> None:
    raise AssertionError("somebody has the turn")


def test_no_file_is_left(tmp_path: Path) -> None:
    """A state directory does not fill up with the names of trees."""
    with FileTurns(str(tmp_path), "s3://lab").turn("x", still_waiting):
        (file,) = tmp_path.iterdir()
        assert file.stat().st_mode & 0o777 == 0o600
    assert not [*tmp_path.iterdir()]


def test_stores_of_their_own(tmp_path: Path) -> None:
    """One state may serve several stores."""
    lab = FileTurns(str(tmp_path), "s3://lab").turn("x", still_waiting)
    with lab, FileTurns(str(tmp_path), "s3://other").turn("x", still_waiting):
        pass


def test_killed_holder(tmp_path: Path) -> None:
    """Another process has the turn until it is killed; what it leaves is no obstacle."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        cwd=Path(__file__).parents[3],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout
    assert holder.stdout.readline() == b"inside\n"
    turns = FileTurns(str(tmp_path), "s3://lab")
    with pytest.raises(AssertionError), turns.turn("x", still_waiting):
        pass
    holder.kill()
    holder.communicate()
    assert [*tmp_path.iterdir()]
    with turns.turn("x", still_waiting):
        pass
    assert not [*tmp_path.iterdir()]


def test_directory_that_cannot_be_written(tmp_path: Path) -> None:
    """Work that nobody does is worse than work without turns."""
    turns = FileTurns(str(tmp_path / "missing"), "s3://lab")
    with turns.turn("x", still_waiting), turns.turn("x", still_waiting):
        pass
