"""Marker files."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from core.finish.rule import Evidence, Outcome, Verdict
from core.finish.sentinel import SentinelRule
from core.ports.processes import Process
from core.ports.tree import EntryType, Scan, TreeEntry
from core.settings import Marker, Require, RuleKind, RuleSettings
from tests.fakes.tree import sampled

SECOND = 1_000_000_000
RUN = "/x/RUN1"
PLAIN = RuleSettings("mine", RuleKind.SENTINEL, (Marker("DONE"),), (Marker("FAILED"),))
BY_CODE = RuleSettings(
    "mine",
    RuleKind.SENTINEL,
    success=(Marker("exit_code", "^0$"),),
    failure=(Marker("exit_code", "^[1-9]"),),
)


def look(
    files: Mapping[str, float | bytes | tuple[float, bytes]],
    rule: RuleSettings = PLAIN,
    processes: Sequence[Process] = (),
    proof: str = "",
    run: str = RUN,
) -> Verdict:
    """`files` maps a name to its mtime in seconds, its content or both; `../` names those beside the run."""
    whole = {name: _timed(what) for name, what in files.items()}
    entries = [
        TreeEntry(name, EntryType.FILE, len(text), int(when * SECOND), 0o644)
        for name, (when, text) in whole.items()
        if not name.startswith("../")
    ]
    scan, judge = Scan.of(run, entries, repr(entries)), SentinelRule(rule)
    samples = {
        request.path: sampled(whole[request.path][1], request, int(whole[request.path][0] * SECOND))
        for request in judge.requests(scan)
        if request.path in whole
    }
    return judge.judge(Evidence(scan, samples, processes, proof))


def _timed(what: float | bytes | tuple[float, bytes]) -> tuple[float, bytes]:
    if isinstance(what, tuple):
        return what
    return (1, what) if isinstance(what, bytes) else (what, b"x")


def judge(
    files: Mapping[str, float],
    rule: RuleSettings = PLAIN,
    contents: Mapping[str, bytes] | None = None,
    processes: Sequence[Process] = (),
) -> Verdict:
    """`files` maps a name to its mtime in seconds; `contents` are those of some of them."""
    known = contents or {}
    return look({n: (when, known.get(n, b"x")) for n, when in files.items()}, rule, processes)


def by_code(content: bytes, **more: float) -> Verdict:
    return judge({"data": 1, "exit_code": 2, **more}, BY_CODE, {"exit_code": content})


@pytest.mark.parametrize(
    ("files", "outcome", "reason"),
    [
        ({"data": 1, "DONE": 2}, Outcome.DONE, "DONE is there"),
        ({"data": 1, "FAILED": 2}, Outcome.FAILED, "FAILED is there"),
        ({"data": 1, "DONE": 2, "FAILED": 2}, Outcome.FAILED, "FAILED is there"),
        ({"data": 1}, Outcome.RUNNING, "DONE is not there yet"),
        ({"data": 1, "x/DONE": 2}, Outcome.RUNNING, "DONE is not there yet"),
        ({}, Outcome.RUNNING, "nothing written yet, which is normal"),
        ({"data": 10, "DONE": 7}, Outcome.RUNNING, "DONE is older than data: left over from an"),
        ({"data": 10, "DONE": 8}, Outcome.DONE, "DONE is there"),
        ({"data": 10, "FAILED": 7}, Outcome.RUNNING, "DONE is not there yet"),
        ({"data": 10, "FAILED": 7, "DONE": 10}, Outcome.DONE, "DONE is there"),
    ],
)
def test_markers(files: dict[str, float], outcome: Outcome, reason: str) -> None:
    """Failure outranks success; a marker older than the data (2 s slack) counts for nothing."""
    verdict = judge(files)
    assert verdict.outcome is outcome
    assert reason in verdict.reason


def test_nobody_waits_for_a_failure() -> None:
    """A success marker is not there *yet*; of a failure marker nobody says so."""
    reasons = {check.name: check.reason for check in judge({"data": 1}).checks}
    assert reasons["success marker"] == "DONE is not there yet"
    assert reasons["no failure marker"] == "FAILED is not there"


def test_a_failure_that_counts_is_final() -> None:
    """Nothing was written after it; done is never said at once."""
    assert judge({"data": 1, "FAILED": 2}).final
    assert not judge({"data": 10, "FAILED": 7}).final
    assert not judge({"data": 1, "DONE": 2}).final


@pytest.mark.parametrize(
    ("content", "outcome", "reason"),
    [
        (b"0", Outcome.DONE, "exit_code says 0"),
        (b"0\n", Outcome.DONE, "exit_code says 0"),
        (b"\xef\xbb\xbf0\r\n", Outcome.DONE, "exit_code says 0"),
        (b"0\r", Outcome.DONE, "exit_code says 0"),
        (b"1\n", Outcome.FAILED, "exit_code says 1"),
        (b"139\n", Outcome.FAILED, "exit_code says 139"),
        (b"", Outcome.RUNNING, "exit_code does not match ^0$: it says nothing yet"),
        (b"00", Outcome.RUNNING, "exit_code does not match ^0$: it says 00"),
        (b"\xff\x00" * 5000, Outcome.RUNNING, "exit_code does not match ^0$: it ends with"),
    ],
)
def test_content(content: bytes, outcome: Outcome, reason: str) -> None:
    """One file may say both; content that neither side knows may still be written."""
    verdict = by_code(content)
    assert verdict.outcome is outcome
    assert reason in verdict.reason
    assert len(verdict.reason) < 400


def test_content_that_could_not_be_read() -> None:
    """Gone again, or not ours to read: no answer."""
    scan = Scan.of(RUN, [TreeEntry("exit_code", EntryType.FILE, 2, 2 * SECOND, 0o644)], "f")
    verdict = SentinelRule(BY_CODE).judge(Evidence(scan, {}))
    assert (verdict.outcome, verdict.reason) == (Outcome.RUNNING, "exit_code cannot be read")


def test_stale_content() -> None:
    """The code of an earlier run is not the code of this one."""
    assert by_code(b"1\n", later=9).outcome is Outcome.RUNNING
    assert by_code(b"0\n", later=9).outcome is Outcome.RUNNING


def test_any_of_several() -> None:
    """One success marker is enough; with none, all are named."""
    rule = RuleSettings("mine", RuleKind.SENTINEL, (Marker("DONE"), Marker("out/OK")))
    assert judge({"out/OK": 1}, rule).outcome is Outcome.DONE
    assert judge({"x": 1}, rule).reason == "DONE is not there yet or out/OK is not there yet"


@pytest.mark.parametrize(
    "name", ["a.tmp", "sub/a.tmp", "lock/x", "deep/lock/b.part", "deep/core.7"]
)
def test_must_be_absent(name: str) -> None:
    """Patterns hold for names and for whole paths; they outrank success, not failure."""
    rule = RuleSettings(
        "mine",
        RuleKind.SENTINEL,
        (Marker("DONE"),),
        (Marker("FAILED"),),
        absent=("*.tmp", "lock/*", "*/lock/*.part", "core.?"),
    )
    verdict = judge({"DONE": 1, name: 1}, rule)
    assert (verdict.outcome, verdict.reason) == (Outcome.RUNNING, f"{name} is there")
    assert judge({"FAILED": 1, name: 1}, rule).outcome is Outcome.FAILED
    assert judge({"DONE": 1, "a.tmp2": 1, "Lock": 1}, rule).outcome is Outcome.DONE


def test_live_program() -> None:
    """While the program works in the RUN directory, nothing else counts."""
    rule = RuleSettings("mine", RuleKind.SENTINEL, (Marker("DONE"),), program="sim")
    verdict = judge({"DONE": 1}, rule, processes=[Process(5, (), RUN)])
    assert (verdict.outcome, verdict.reason) == (Outcome.RUNNING, "sim is running (pid 5)")
    assert verdict.alive
    assert judge({"DONE": 1}, rule).outcome is Outcome.DONE


def test_not_a_regular_file() -> None:
    """A directory or link called DONE is no marker."""
    entries = [
        TreeEntry("DONE", EntryType.DIRECTORY, 0, 0, 0o755),
        TreeEntry("FAILED", EntryType.SYMLINK, 0, 0, 0o777),
        TreeEntry("data", EntryType.FILE, 1, 0, 0o644),
    ]
    verdict = SentinelRule(PLAIN).judge(Evidence(Scan.of(RUN, entries, "f"), {}))
    assert verdict.outcome is Outcome.RUNNING


@pytest.mark.parametrize("file", ["DONE", "D*E"])
@pytest.mark.parametrize("type_", [EntryType.SYMLINK, EntryType.DIRECTORY, EntryType.SPECIAL])
def test_words_for_what_is_no_file(type_: EntryType, file: str) -> None:
    """It is there for everybody to see: that it is not would be wrong."""
    scan = Scan.of(RUN, [TreeEntry("DONE", type_, 1, SECOND, 0o644)], "f")
    verdict = SentinelRule(by(Marker(file))).judge(Evidence(scan, {}))
    assert verdict.checks[1].reason == "DONE is no regular file, and does not count"


def test_words_for_many_markers() -> None:
    """Not one sentence for each."""
    markers = [Marker(f"{n}.done") for n in range(11)]
    assert look({"data": 1}, by(*markers)).reason == "0.done is not there yet, nor 10 others"


def test_every_check_has_a_reason() -> None:
    """All conditions are answered, whatever the outcome."""
    for files in ({}, {"DONE": 1.0}, {"FAILED": 1.0}, {"x": 1.0}):
        checks = judge(files).checks
        assert [check.name for check in checks] == [
            "no process writes here", "no failure marker", "success marker", "enough files",
            "nothing unfinished",
        ]  # fmt: skip
        assert all(check.reason for check in checks)


def test_processes_are_looked_at_by_name() -> None:
    """Where the rule names no program, nothing is claimed of any; files are counted in any case."""
    idle, *_ = judge({"DONE": 1.0, "x": 1.0}).checks
    assert (idle.passed, idle.looked) == (True, False)
    assert idle.reason == "not looked at: the rule names no program"
    named, *_, files, _ = judge({"DONE": 1.0, "x": 1.0}, replace(PLAIN, program="sim")).checks
    assert named.looked
    assert files.reason == "files: 2, at least 1 asked for"


def test_pauses_mean_nothing() -> None:
    """The marker says when it has finished."""
    assert SentinelRule(PLAIN).settle_seconds(30, 4000) == 30


def test_what_it_reads() -> None:
    """The beginning and the end of what is searched, each once; of others their names are enough."""
    scan = Scan.of(RUN, [], "f")
    (request,) = SentinelRule(BY_CODE).requests(scan)
    assert (request.path, request.head, request.tail) == ("exit_code", 4096, 65537)
    assert SentinelRule(PLAIN).requests(scan) == ()


def by(*success: Marker, **more: Any) -> RuleSettings:
    return RuleSettings("mine", RuleKind.SENTINEL, success, **more)


LOGS = by(Marker("*.log", "^End$"), failure=(Marker("*.log", "^ERROR"),))


@pytest.mark.parametrize(
    ("files", "outcome", "reason"),
    [
        ({"md.log": b"x\nEnd\n"}, Outcome.DONE, "md.log says End"),
        ({"md.log": b"x\n", "eq.log": b"End\n"}, Outcome.DONE, "eq.log says End"),
        ({"md.log": b"End\n", "eq.log": b"ERROR 1\n"}, Outcome.FAILED, "eq.log says ERROR 1"),
        ({"md.log": b"x\n"}, Outcome.RUNNING, "md.log does not match ^End$: it says x"),
        ({".md.log": b"End\n"}, Outcome.RUNNING, "*.log is not there yet"),
        ({"sub/md.log": b"End\n"}, Outcome.RUNNING, "*.log is not there yet"),
        ({"md.log2": b"End\n"}, Outcome.RUNNING, "*.log is not there yet"),
        ({"*.log": b"End\n"}, Outcome.DONE, "*.log says End"),
        (
            {"a.log": (1, b"End\n"), "b.log": (9, b"x\n")},
            Outcome.RUNNING,
            "b.log does not match ^End$",
        ),
        (
            {"a.log": (1, b"End\n"), "b.log": (9, b"End\n")},
            Outcome.DONE,
            "b.log says End",
        ),
        (
            {"a.log": (1, b"ERROR\n"), "b.log": (9, b"End\n")},
            Outcome.DONE,
            "b.log says End",
        ),
    ],
)
def test_several_files(files: dict[str, Any], outcome: Outcome, reason: str) -> None:
    """Any of those that a pattern takes, unless something is newer: the next step's log is."""
    verdict = look(files, LOGS)
    assert verdict.outcome is outcome
    assert reason in verdict.reason


def test_a_name_that_looks_like_a_pattern() -> None:
    """It is that file as well: rules of before named it so."""
    assert look({"log[1].txt": 1}, by(Marker("log[1].txt"))).outcome is Outcome.DONE


def test_many_files() -> None:
    """The newest are read, and they are enough."""
    many = {f"{n}.log": (n, b"End" if n == 999 else b"x") for n in range(1000)}
    assert look(many, LOGS).reason == "999.log says End"
    scan = Scan.of(
        RUN,
        [TreeEntry(name, EntryType.FILE, 1, when * SECOND, 0) for name, (when, _) in many.items()],
        "f",
    )
    assert len(SentinelRule(LOGS).requests(scan)) == 64


BOTH = by(Marker("a.done"), Marker("log", "^End$"), require=Require.ALL)


@pytest.mark.parametrize(
    ("files", "outcome", "reason"),
    [
        ({"a.done": b"", "log": b"End"}, Outcome.DONE, "a.done is there and log says End"),
        ({"a.done": b""}, Outcome.RUNNING, "log is not there yet"),
        ({"log": b"End"}, Outcome.RUNNING, "a.done is not there yet"),
        ({"a.done": b"", "log": b"E"}, Outcome.RUNNING, "log does not match ^End$: it says E"),
        ({"a.done": (1, b""), "data": 50, "log": (60, b"End")}, Outcome.DONE, "log says End"),
        ({"a.done": (60, b""), "data": 50, "log": (1, b"End")}, Outcome.DONE, "log says End"),
        ({"a.done": (1, b""), "data": 50, "log": (2, b"End")}, Outcome.RUNNING, "log is older"),
    ],
)
def test_all_of_several(files: dict[str, Any], outcome: Outcome, reason: str) -> None:
    """Each has to be there; the last of them has to be the end of it."""
    verdict = look(files, BOTH)
    assert verdict.outcome is outcome
    assert reason in verdict.reason


BESIDE = by(
    Marker("../state/{run}.done"),
    failure=(Marker("../{run}.code", "^[1-9]"), Marker("{run}.failed")),
)


@pytest.mark.parametrize(
    ("files", "outcome", "reason"),
    [
        ({"data": 1, "../state/RUN1.done": 2}, Outcome.DONE, "../state/RUN1.done is there"),
        ({"data": 1, "../state/RUN2.done": 2}, Outcome.RUNNING, "../state/RUN1.done is not there"),
        ({"data": 9, "../state/RUN1.done": 2}, Outcome.RUNNING, "RUN1.done is older than data"),
        ({"data": 1, "../RUN1.code": b"137\n"}, Outcome.FAILED, "../RUN1.code says 137"),
        ({"data": 1, "../RUN1.code": b"0\n"}, Outcome.RUNNING, "../state/RUN1.done is not there"),
        ({"data": 1, "RUN1.failed": 2}, Outcome.FAILED, "RUN1.failed is there"),
        ({"../RUN1.code": b"137\n"}, Outcome.FAILED, "../RUN1.code says 137"),
        ({}, Outcome.RUNNING, "nothing written yet"),
    ],
)
def test_beside_the_run(files: dict[str, Any], outcome: Outcome, reason: str) -> None:
    """What the scheduler's script leaves for the run of that name, also where it wrote nothing."""
    verdict = look(files, BESIDE)
    assert verdict.outcome is outcome
    assert reason in verdict.reason


def test_a_directory_with_the_name_of_a_pattern() -> None:
    """Its name is no pattern."""
    rule = by(Marker("*-{run}.ok"))
    assert look({"a-[x]*.ok": 1}, rule, run="/x/[x]*").outcome is Outcome.DONE
    assert look({"a-xy.ok": 1}, rule, run="/x/[x]*").outcome is Outcome.RUNNING


def test_sizes() -> None:
    """Of one marker, and of the run."""
    rule = by(Marker("conf.gro", min_bytes=3), min_bytes=10)
    few = look({"conf.gro": b"12"}, rule)
    assert (few.outcome, few.reason) == (Outcome.RUNNING, "conf.gro has 2 of at least 3 bytes")
    less = look({"conf.gro": b"123"}, rule)
    assert (less.outcome, less.reason) == (Outcome.RUNNING, "there are 3 of 10 bytes")
    assert look({"conf.gro": b"123", "more": b"7654321"}, rule).outcome is Outcome.DONE


@pytest.mark.parametrize(
    "name",
    [
        "slurm-123.out", "slurm-123_4.err", "job.o123", "job.e123-4", "job.pe12", "plots/a.png",
        "sub/figures/b.pdf", ".DS_Store", ".nfs0001", "sub/.x/y", "Thumbs.db", "a.txt~", "a.swp",
        "__pycache__/a.pyc", ".ipynb_checkpoints/a", "runferry.log", "fig.png", "post/x/y",
    ],
)  # fmt: skip
def test_bystanders(name: str) -> None:
    """What the scheduler, a file manager, an editor or somebody's script adds is no result."""
    rule = by(Marker("DONE"), ignore=("*.png", "post/"))
    assert look({"data": 1, "DONE": 2, name: 999}, rule).outcome is Outcome.DONE


@pytest.mark.parametrize("name", ["slurm.out", "data.csv", "plots.csv", "a.o", "a.out", "x/post"])
def test_results(name: str) -> None:
    """Whatever may be one."""
    rule = by(Marker("DONE"), ignore=("*.png", "post/"))
    verdict = look({"data": 1, "DONE": 2, name: 999}, rule)
    assert f"DONE is older than {name}: left over from an earlier run" in verdict.reason


def test_a_bystander_that_is_a_marker() -> None:
    """A rule may name it; then the next one tells that another run has begun."""
    rule = by(Marker("slurm-*.out", "COMPLETED"))
    assert look({"a": 1, "slurm-1.out": (2, b"COMPLETED")}, rule).outcome is Outcome.DONE
    again = {"a": 1, "slurm-1.out": (2, b"COMPLETED"), "slurm-2.out": (9, b"")}
    assert look(again, rule).outcome is Outcome.RUNNING


FIRST = {"data": 1, "sub/more": 1, "DONE": 2}


def later(changes: Mapping[str, float | None], rule: RuleSettings = PLAIN) -> Verdict:
    """The second look, after `changes` to `FIRST`; None for what is gone."""
    files = {**FIRST, **changes}
    there = {name: when for name, when in files.items() if when is not None}
    return look(there, rule, proof=look(FIRST, rule).proof)


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, Outcome.DONE),
        ({"summary.txt": 99}, Outcome.DONE),
        ({"summary.txt": 99, ".DS_Store": 99}, Outcome.DONE),
        ({"data": 3}, Outcome.DONE),
        ({"data": 99}, Outcome.RUNNING),
        ({"data": 99, "DONE": 99}, Outcome.DONE),
        ({"data": None}, Outcome.DONE),
        ({"data": None, "new": 99}, Outcome.RUNNING),
        ({"sub/more": None, "sub/less": 1, "new": 99}, Outcome.RUNNING),
        ({"DONE": None}, Outcome.RUNNING),
    ],
)
def test_it_holds(changes: dict[str, float | None], outcome: Outcome) -> None:
    """Whatever comes later, until a result that was there is changed or gone and something is newer."""
    assert later(changes).outcome is outcome


def test_a_failure_holds() -> None:
    """As a success does."""
    first = {"data": 1, "FAILED": 2}
    proof = look(first).proof
    assert look({**first, "summary": 99}, proof=proof).outcome is Outcome.FAILED
    assert look({**first, "data": 99}, proof=proof).outcome is Outcome.RUNNING


def test_once_broken() -> None:
    """A cleaned directory, in which the marker was forgotten: what comes then is a new run's."""
    proof = later({"data": None, "sub/more": None}).proof
    assert look({"DONE": 2}, proof=proof).outcome is Outcome.DONE
    again = look({"DONE": 2, "new": 99}, proof=proof)
    assert again.outcome is Outcome.RUNNING
    assert look({"DONE": 2, "new": 98}, proof=again.proof).outcome is Outcome.RUNNING
    assert look({"DONE": 100, "new": 99}, proof=again.proof).outcome is Outcome.DONE


def test_left_over_at_first_sight() -> None:
    """What did not count does not hold."""
    proof = look({"data": 99, "DONE": 2}).proof
    assert look({"data": 99, "DONE": 2}, proof=proof).outcome is Outcome.RUNNING


def test_the_log_of_the_next_step() -> None:
    """A log ends and another one begins: the first one holds for no run."""
    first = {"a.log": (1, b"End\n")}
    proof = look(first, LOGS).proof
    assert look({**first, "fig": 9}, LOGS, proof=proof).outcome is Outcome.DONE
    assert look({**first, "b.log": (9, b"")}, LOGS, proof=proof).outcome is Outcome.RUNNING


def test_a_marker_that_cannot_be_read_for_once() -> None:
    """What is remembered of it stays."""
    rule = by(Marker("log", "End"))
    first = {"log": (1, b"End")}
    proof = look(first, rule).proof
    scan = Scan.of(RUN, [TreeEntry("log", EntryType.FILE, 3, SECOND, 0o644)], "f")
    unread = SentinelRule(rule).judge(Evidence(scan, {}, proof=proof))
    assert unread.outcome is Outcome.RUNNING
    assert look({**first, "new": 99}, rule, proof=unread.proof).outcome is Outcome.DONE


@pytest.mark.parametrize("proof", ["", "x", "a:b:c", ":::", "a:-1:x", "a:1"])
def test_a_proof_that_is_none(proof: str) -> None:
    """Of another version, or of another rule: the first sight."""
    assert look(FIRST, proof=proof).outcome is Outcome.DONE
    assert look({**FIRST, "data": 99}, proof=proof).outcome is Outcome.RUNNING
