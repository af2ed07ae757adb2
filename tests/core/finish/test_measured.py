"""How far a run is, by what its own files say."""

from dataclasses import replace

import pytest

from core.finish.measured import Measured
from core.finish.rule import Evidence, Reached
from core.finish.sentinel import SentinelRule
from core.kinds.built_in_kinds import GROMACS, LAMMPS, OPENFOAM, SUMO
from core.kinds.run_kind import NumberIn, Progress, RunKind
from core.ports.tree import EntryType, FileSample, Scan, TreeEntry
from core.settings import Marker, RuleKind, RuleSettings

RULE_SETTINGS = RuleSettings("mine", RuleKind.SENTINEL, (Marker("log", "^ended$"),))
RULE = SentinelRule(RULE_SETTINGS)
SCAN = Scan.of("/data/RUN1", (), "as it was")


def reached(progress: Progress, scan: Scan = SCAN, **files: bytes) -> Reached | None:
    """By the samples that the rule asks for: of each file what it wants of the ends."""
    rule = Measured(RULE, progress)
    samples = {
        request.path: FileSample(
            files[request.path][: request.head],
            files[request.path][-request.tail :] if request.tail else b"",
        )
        for request in rule.requests(scan)
        if request.path in files
    }
    return rule.judge(Evidence(scan, samples)).reached


def lammps(of: float | NumberIn | None = 100000) -> Progress:
    return Progress(NumberIn("log", r"^ *(\d+) "), of)


@pytest.mark.parametrize(
    ("log", "done"),
    [
        (b"Step Temp\n       0 1.44\n   12000 0.7 \n", 12000),
        (b"   12000 0.7\n   13000", 12000),
        (b"   11000 0.7\n   12000 0", 11000),
        (b"Step Temp\n", None),
        (b"", None),
        (b"   99999999999999999999999999999999999999 0.7\n", 1e38),
    ],
)
def test_the_last_whole_line_counts(log: bytes, done: float | None) -> None:
    """What is cut in mid-number would be another number."""
    assert reached(lammps(), log=log) == (Reached(done, 100000, "step") if done else None)


def test_lines_may_end_by_carriage_returns() -> None:
    """As GROMACS and SUMO write them to a terminal."""
    steps = b"".join(b"\rstep %d, remaining wall clock time:    12 s" % n for n in (0, 100, 200))
    assert reached(Progress(NumberIn("log", r"^step (\d+),"), 20000), log=steps + b"\r") == Reached(
        200, 20000, "step"
    )
    sumo = b"Step #449.90 (0ms)\rStep #450.00 (1ms ~= 20.00*RT)\r"
    progress = Progress(NumberIn("log", r"^Step #(\S+) \("), None, "time")
    assert reached(progress, log=sumo) == Reached(450.0, 0, "time")


@pytest.mark.parametrize(
    ("control", "planned"), [(b"startTime 0;\nendTime 0.5;\n", 0.5), (b"", 0), (b"endTime x;\n", 0)]
)
def test_the_planned_end_may_stand_in_a_file(control: bytes, planned: float) -> None:
    """Not known while it is not there: no share is shown then."""
    progress = Progress(
        NumberIn("log", r"^Time = (\S+)"), NumberIn("control", r"^endTime +([^;]+);"), "time"
    )
    log = b"Time = 0.003\n"
    assert reached(progress, log=log, control=control) == Reached(0.003, planned, "time")
    assert reached(progress, log=log) == Reached(0.003, 0, "time")


def test_a_file_that_the_rule_reads_too() -> None:
    """Each finds what it looks for, though the file is read once."""
    rule = Measured(RULE, lammps(of=NumberIn("log", r"^steps = (\d+)")))
    (request,) = rule.requests(SCAN)
    assert request.head >= 4096
    assert request.tail >= 65536
    log = b"steps = 500\n 100 x\nended\n"
    scan = Scan.of("/data/RUN1", [TreeEntry("log", EntryType.FILE, len(log), 1, 0)], "as it was")
    verdict = rule.judge(Evidence(scan, {"log": FileSample(log, log)}))
    assert verdict.reached == Reached(100, 500, "step")
    assert "log" in verdict.reason


def test_a_pid_file_is_that_of_the_rule() -> None:
    """Whoever the rule takes for the writer counts."""
    rule = SentinelRule(replace(RULE_SETTINGS, pid_file="sim.pid"))
    scan = Scan.of("/data/RUN1", [TreeEntry("sim.pid", EntryType.FILE, 4, 1, 0)], "as it was")
    samples = {"sim.pid": FileSample(b"123\n", b"123\n")}
    named = Measured(rule, lammps()).named_processes(scan, samples)
    assert named is not None
    assert named == rule.named_processes(scan, samples)


def test_a_pattern_for_the_file() -> None:
    """The log of the program that ran last: a solver comes after those that prepare its case."""
    entries = (
        TreeEntry(f"log_{n}", EntryType.FILE, 9, mtime, 0) for n, mtime in (("b", 1), ("a", 2))
    )
    scan = Scan.of("/data/RUN1", entries, "as it was")
    progress = Progress(NumberIn("log_*", r"^Time = (\S+)"), 10, "time")
    files = {"log_a": b"Time = 4\n", "log_b": b"Time = 9\n"}
    assert reached(progress, scan, **files) == Reached(4, 10, "time")
    assert reached(progress, SCAN, **files) is None


@pytest.mark.parametrize(
    ("kind", "log", "text", "beside", "told", "measure"),
    [
        (
            LAMMPS,
            "log.lammps",
            b"run 30000\n   35000   0.70  -5.6 \nLoop time of 6\n",
            "",
            b"",
            (35000, 0),
        ),
        (
            GROMACS,
            "md.log",
            b"   nsteps       = 20000\n           Step           Time\n          500   1.0\n\n",
            "",
            b"",
            (500, 20000),
        ),
        (
            OPENFOAM,
            "log.icoFoam",
            b"Time = 0.003\n\nExecutionTime = 1 s\nTime = 1.2s\n",
            "system/controlDict",
            b"stopAt endTime;\nendTime     1.5;\n",
            (1.2, 1.5),
        ),
        (
            SUMO,
            "sumo.log",
            b"Step #0.00 (0ms)  \rStep #10.50 (0ms)  \r",
            "run.sumocfg",
            b'<time><end value="1800"/></time>',
            (10.5, 1800),
        ),
    ],
)
def test_simulators_that_are_known(
    kind: RunKind, log: str, text: bytes, beside: str, told: bytes, measure: tuple[float, float]
) -> None:
    """By what the real ones write."""
    files = {log: text} | ({beside: told} if beside else {})
    entries = [TreeEntry(name, EntryType.FILE, 9, 1, 0) for name in files]
    assert kind.progress
    found = reached(kind.progress, Scan.of("/data/RUN1", entries, "as it was"), **files)
    assert found == Reached(*measure, kind.progress.unit)
