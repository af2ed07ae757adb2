"""What lies in a run: by kind, by size, what grows, how its log ends."""

from pathlib import Path

from core.finish.rule import Outcome
from core.preview.glance import GrownFile, KindSize, LogEnd
from core.preview.glance_at_run import GlanceAtRun
from storage.tree.tree_scanner import FileTreeScanner
from tests.fakes.clock import FixedClock
from tests.fakes.tree import FakeRunDirectory, FakeTree, FakeTreeScanner

RUN = "/data/OUT/RUN1"


class Run:
    """A run with real contents, glanced at."""

    def __init__(self) -> None:
        self.clock, tree = FixedClock(), FakeTree()
        self.directory = FakeRunDirectory(outcome=Outcome.RUNNING)
        self.contents = self.directory.contents
        tree.runs[RUN] = self.directory
        self.tree = tree
        self.glance_at_run = GlanceAtRun(FakeTreeScanner(tree), self.clock)


def a_run(contents: dict[str, bytes]) -> Run:
    run = Run()
    run.contents.update(contents)
    return run


def test_kinds() -> None:
    """Folders, endings and names, the largest first; what is little is one line."""
    run = a_run(
        {
            "DAILY/INF.I.txt": b"x" * 200,
            "DAILY/INF.E.txt": b"x" * 101,
            "out.csv": b"x" * 100,
            "INF.csv": b"x" * 12,
            "LOG": b"x" * 24,
            "a.dat": b"xxx",
            "b.bin": b"xx",
            "VIS/loc": b"",
            ".hidden": b"x",
        }
    )
    glance = run.glance_at_run(RUN)
    assert glance
    assert glance.kinds == [
        KindSize("DAILY/", 2, 301),
        KindSize("*.csv", 2, 112),
        KindSize("LOG", 1, 24),
        KindSize("*.dat", 1, 3),
        KindSize("other", 3, 3),
    ]
    assert glance.largest[:2] == [
        GrownFile("DAILY/INF.I.txt", 200),
        GrownFile("DAILY/INF.E.txt", 101),
    ]
    assert glance.growing == []


def test_growing() -> None:
    """What is larger than at the look before, or new, is being written; the fastest comes first."""
    run = a_run({"LOG": b"x", "out.csv": b"xx", "health.txt": b"x" * 10})
    before = run.glance_at_run(RUN)
    run.clock.advance(2)
    run.contents.update({"LOG": b"x" * 3, "health.txt": b"x" * 30, "new.csv": b"", "out.csv": b"x"})
    glance = run.glance_at_run(RUN, before)
    assert glance
    assert before
    assert glance.growing == [
        GrownFile("health.txt", 30, 20),
        GrownFile("LOG", 3, 2),
        GrownFile("new.csv", 0, 0),
    ]
    assert glance.compared_with == before.at
    assert glance.largest[0] == GrownFile("health.txt", 30, 20)


def test_log() -> None:
    """The last lines that say something, as they are."""
    run = a_run({"LOG": b"day 1\r\n\nday 2 \x1b[2J\xff\n", "x.log": b"another"})
    glance = run.glance_at_run(RUN)
    assert glance
    assert glance.log == LogEnd("LOG", ["day 1", "day 2 \x1b[2J\udcff"])


def test_end_of_a_large_log() -> None:
    """A line that may be cut is left out."""
    run = a_run({"LOG": b"".join(b"line %d\n" % n for n in range(10_000))})
    glance = run.glance_at_run(RUN)
    assert glance
    assert glance.log
    assert glance.log.lines[-1] == "line 9999"
    assert all(line.startswith("line ") for line in glance.log.lines)
    assert len(glance.log.lines) == 200


def test_log_of_another_simulator() -> None:
    """What looks like one; none where nothing does."""
    run = a_run({"results.dat": b"x", "sim/run.log": b"step 7\n"})
    glance = run.glance_at_run(RUN)
    assert glance
    assert glance.log == LogEnd("sim/run.log", ["step 7"])
    del run.contents["sim/run.log"]
    glance = run.glance_at_run(RUN)
    assert glance
    assert glance.log is None


def test_log_that_is_a_link(tmp_path: Path) -> None:
    """It is read where it is; its bytes are none of the run's."""
    (tmp_path / "RUN1").mkdir()
    (tmp_path / "scratch.log").write_text("step 7\n")
    (tmp_path / "RUN1/run.log").symlink_to("../scratch.log")
    glance = GlanceAtRun(FileTreeScanner(), FixedClock())(str(tmp_path / "RUN1"))
    assert glance
    assert (glance.log, glance.bytes) == (LogEnd("run.log", ["step 7"]), 0)


def test_gone() -> None:
    """A run that was removed has nothing in it."""
    run = a_run({})
    del run.tree.runs[RUN]
    assert run.glance_at_run(RUN) is None
