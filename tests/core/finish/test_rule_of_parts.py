"""A run of several directories is finished when all of them are; each is judged by what is its own."""

from collections.abc import Mapping, Sequence

from core.finish.measured import Measured
from core.finish.rule import Evidence, FinishRule, Outcome, Reached, Verdict
from core.finish.rule_of_parts import RuleOfParts
from core.finish.running import unless_dead
from core.finish.sentinel import SentinelRule
from core.kinds.run_kind import NumberIn, Progress
from core.ports.processes import Process
from core.ports.tree import EntryType, Scan, TreeEntry
from core.settings import Marker, RuleKind, RuleSettings
from core.source.as_one import as_one
from tests.fakes.tree import sampled

RUN = "/x/run_4"
BY_FILE = RuleSettings("mine", RuleKind.SENTINEL, (Marker("log", "End"),), pid_file="pid")
BY_PROGRAM = RuleSettings("mine", RuleKind.SENTINEL, (Marker("log", "End"),), program="sim")
Parts = Mapping[str, Mapping[str, bytes]]
BUSY = {"log": b"step 1\n"}
READY = {"log": b"step 4\nEnd\n"}


def look(
    parts: Parts,
    rule: FinishRule,
    processes: Sequence[Process] = (),
    ended: Sequence[Process] = (),
    proof: str = "",
) -> Verdict:
    scans = [
        Scan.of(
            f"{RUN}/{part}",
            [
                TreeEntry(name, EntryType.FILE, len(text), 1, 0o644)
                for name, text in sorted(files.items())
            ],
            repr(sorted(files)),
        )
        for part, files in parts.items()
    ]
    scan = as_one(RUN, scans)
    flat = {f"{part}/{name}": text for part, files in parts.items() for name, text in files.items()}
    requests = rule.requests(scan)
    samples = {r.path: sampled(flat[r.path], r, 1) for r in requests if r.path in flat}
    evidence = Evidence(scan, samples, processes, proof, ended)
    return unless_dead(rule.judge(evidence), evidence, rule.program)


def mine(rule: RuleSettings = BY_PROGRAM) -> RuleOfParts:
    return RuleOfParts(SentinelRule(rule))


def sim(pid: int, directory: str) -> Process:
    return Process(pid, (), directory, "sim")


def test_all_of_them() -> None:
    """It goes on while one does, whatever became of the others."""
    done = look({"RUN1": READY, "RUN2": READY}, mine())
    assert (done.outcome, done.reason) == (Outcome.DONE, "RUN1, RUN2: log says End")
    going = look({"RUN1": READY, "RUN2": BUSY}, mine())
    assert (going.outcome, going.reason[:6]) == (Outcome.RUNNING, "RUN2: ")
    assert {check.name.split()[0] for check in going.checks} == {"RUN1", "RUN2"}


def test_who_is_at_work_where() -> None:
    """A process counts for the part that it works in; one that works elsewhere for all."""
    parts = {"RUN1": READY, "RUN2": BUSY}
    for directory, reason in (
        (f"{RUN}/RUN2/out", "RUN2: sim is running (pid 7)"),
        (f"{RUN}/RUN1", "RUN1: sim is running (pid 7)"),
        (RUN, "RUN1: sim is running (pid 7)"),
    ):
        verdict = look(parts, mine(), [sim(7, directory)])
        assert (verdict.outcome, verdict.reason, verdict.alive) == (Outcome.RUNNING, reason, True)


def test_who_is_named_where() -> None:
    """By a file in each part; a program like that may be at work anywhere."""
    rule = mine(BY_FILE)
    parts = {"RUN1": {**READY, "pid": b"6\n"}, "RUN2": {**BUSY, "pid": b"7\n"}}
    verdict = look(parts, rule, [sim(7, "/home")])
    assert verdict.reason == "RUN2: sim is running (pid 7)"
    assert look(parts, rule, [sim(6, "/home"), sim(7, "/home")]).reason.startswith("RUN1: ")


def test_one_died() -> None:
    """That is the end of the run when no other one goes on; one that ended well has not died."""
    rule, one, two = mine(), sim(6, f"{RUN}/RUN1"), sim(7, f"{RUN}/RUN2")
    dead = look({"RUN1": READY, "RUN2": BUSY}, rule, ended=[two])
    assert dead.outcome is Outcome.STOPPED
    assert dead.reason.startswith("RUN2: sim (pid 7) was writing here and has ended, but log does")
    between = look({"RUN1": READY, "RUN2": BUSY}, rule, ended=[one])
    assert between.outcome is Outcome.RUNNING
    both = look({"RUN1": BUSY, "RUN2": BUSY}, rule, ended=[one, two])
    assert (both.outcome, both.reason[:11]) == (Outcome.STOPPED, "RUN1: sim (")


def test_how_far_they_are() -> None:
    """All together, in one unit; what is remembered is remembered of each."""
    progress = Progress(NumberIn("log", r"step (\d+)"), 4)
    rule = RuleOfParts(Measured(SentinelRule(BY_PROGRAM), progress))
    parts = {"RUN1": READY, "RUN2": BUSY}
    assert look(parts, rule).reached == Reached(5, 8, "step")
    first = look({"RUN1": READY, "RUN2": READY}, rule)
    again = look({"RUN1": READY, "RUN2": READY}, rule, proof=first.proof)
    assert (again.outcome, again.proof) == (Outcome.DONE, first.proof)


def test_names_are_any_text() -> None:
    """They are what whoever made the directories chose."""
    verdict = look({"RUN\x1b[2J": READY, "RUN2": BUSY}, mine())
    told = [verdict.reason, *(check.name for check in verdict.checks)]
    assert "\x1b" not in "".join(told)
    done = look({"RUN\x1b[2J": READY, "RUN2": READY}, mine())
    assert done.reason == r"RUN\x1b[2J, RUN2: log says End"
