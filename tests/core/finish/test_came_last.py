"""A marker with an old time that came when all had been written."""

import os
import shutil
from pathlib import Path

import pytest

from core.finish.rule import Evidence, Outcome
from core.finish.sentinel import SentinelRule
from core.settings import BUILT_IN_RULES
from storage.tree.tree_scanner import FileTreeScanner
from tests.core.finish.real_times import wait_for_the_clock

RULE = SentinelRule(next(rule for rule in BUILT_IN_RULES if rule.name == "sentinel"))
MINUTE = 60.0


def outcome(run: Path, proof: str = "") -> tuple[Outcome, str]:
    """What one look at real files tells, and what is to be remembered."""
    scanner = FileTreeScanner()
    scan = scanner.scan(str(run))
    assert scan
    samples = scanner.sample(str(run), RULE.requests(scan))
    verdict = RULE.judge(Evidence(scan, samples, proof=proof))
    return verdict.outcome, verdict.proof


def aged(file: Path) -> Path:
    """With the time of a minute ago."""
    past = file.stat().st_mtime - MINUTE
    os.utime(file, (past, past))
    return file


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A RUN directory with a result that was written just now."""
    path = tmp_path / "RUN1"
    path.mkdir()
    (path / "data").write_text("x")
    wait_for_the_clock(tmp_path)
    return path


def test_moved_here_at_the_end(run: Path, tmp_path: Path) -> None:
    """A template of a marker, or one that was made when the job began."""
    (tmp_path / "template").touch()
    shutil.move(aged(tmp_path / "template"), run / "DONE")
    assert outcome(run)[0] is Outcome.DONE


def test_left_over(run: Path, tmp_path: Path) -> None:
    """What was written after the marker came belongs to a later run."""
    (run / "DONE").touch()
    aged(run / "DONE")
    wait_for_the_clock(tmp_path)
    (run / "data").write_text("of the next run")
    assert outcome(run)[0] is Outcome.RUNNING


def test_written_again_afterwards(run: Path, tmp_path: Path) -> None:
    """It does not hold any longer than a marker with a true time would."""
    (run / "DONE").touch()
    aged(run / "DONE")
    first, proof = outcome(run)
    wait_for_the_clock(tmp_path)
    (run / "plot.py").touch()
    beside, proof = outcome(run, proof)
    (run / "data").write_text("of the next run")
    assert (first, beside, outcome(run, proof)[0]) == (
        Outcome.DONE,
        Outcome.DONE,
        Outcome.RUNNING,
    )


def test_permissions_prove_nothing(run: Path, tmp_path: Path) -> None:
    """Whoever changes those of all files of a run that goes on moves the times of inodes."""
    (run / "DONE").touch()
    aged(run / "DONE")
    wait_for_the_clock(tmp_path)
    (run / "data").write_text("of the next run")
    past = (run / "data").stat().st_mtime - 10
    os.utime(run / "data", (past, past))  # the change of permissions came ten seconds later
    (run / "DONE").chmod(0o640)
    assert outcome(run)[0] is Outcome.RUNNING


def test_copies_prove_nothing(run: Path, tmp_path: Path) -> None:
    """A copy with file times of a run that goes on beside an old marker."""
    (run / "DONE").touch()
    aged(run / "DONE")
    wait_for_the_clock(tmp_path)
    (run / "data").write_text("of the next run")
    past = (run / "data").stat().st_mtime - 10
    os.utime(run / "data", (past, past))
    copy = tmp_path / "copy/RUN1"
    copy.mkdir(parents=True)
    shutil.copy2(run / "data", copy)
    shutil.copy2(run / "DONE", copy)
    assert outcome(copy)[0] is Outcome.RUNNING


def test_an_input_of_the_future(run: Path, tmp_path: Path) -> None:
    """An archive may hold any time: what came before the marker is not newer than it."""
    future = (run / "data").stat().st_mtime + 10 * 365 * 86_400
    os.utime(run / "data", (future, future))
    wait_for_the_clock(tmp_path)
    (run / "DONE").touch()
    assert outcome(run)[0] is Outcome.DONE
    wait_for_the_clock(tmp_path)
    os.utime(run / "data", (future, future))
    assert outcome(run)[0] is Outcome.RUNNING
