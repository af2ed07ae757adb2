"""Marker files."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from core.finish.rule import Evidence, Outcome, Verdict
from core.finish.sentinel import SentinelRule
from core.ports.processes import Process
from core.ports.tree import EntryType, FileSample, Scan, TreeEntry
from core.settings import Marker, RuleKind, RuleSettings

SECOND = 1_000_000_000
RUN = "/x/RUN1"
PLAIN = RuleSettings("mine", RuleKind.SENTINEL, (Marker("DONE"),), (Marker("FAILED"),))
BY_CODE = RuleSettings(
    "mine",
    RuleKind.SENTINEL,
    success=(Marker("exit_code", "^0$"),),
    failure=(Marker("exit_code", "^[1-9]"),),
)


def judge(
    files: Mapping[str, float],
    rule: RuleSettings = PLAIN,
    contents: Mapping[str, bytes] | None = None,
    processes: Sequence[Process] = (),
) -> Verdict:
    """`files` maps a name to its mtime in seconds; `contents` are those that were sampled."""
    entries = [
        TreeEntry(name, EntryType.FILE, 1, int(when * SECOND), 0o644)
        for name, when in files.items()
    ]
    samples = {name: FileSample(head=text) for name, text in (contents or {}).items()}
    return SentinelRule(rule).judge(Evidence(Scan.of(RUN, entries, "f"), samples, processes))


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
        (b"0", Outcome.DONE, "exit_code matches ^0$"),
        (b"0\n", Outcome.DONE, "exit_code matches ^0$"),
        (b"\xef\xbb\xbf0\r\n", Outcome.DONE, "exit_code matches ^0$"),
        (b"1\n", Outcome.FAILED, "exit_code matches ^[1-9]"),
        (b"139\n", Outcome.FAILED, "exit_code matches ^[1-9]"),
        (b"", Outcome.RUNNING, "exit_code does not match ^0$: it says nothing yet"),
        (b"00", Outcome.RUNNING, "exit_code does not match ^0$: it says 00"),
        (b"\xff\x00" * 5000, Outcome.RUNNING, r"it says \xff\x00"),
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
    verdict = judge({"exit_code": 2}, BY_CODE)
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


@pytest.mark.parametrize("directory", [RUN, f"{RUN}/", f"{RUN}/sub/deeper"])
def test_live_program(directory: str) -> None:
    """While the program works in the RUN directory, nothing else counts."""
    rule = RuleSettings("mine", RuleKind.SENTINEL, (Marker("DONE"),), program="sim")
    verdict = judge({"DONE": 1}, rule, processes=[Process(5, (), directory)])
    assert (verdict.outcome, verdict.reason) == (Outcome.RUNNING, "sim is running (pid 5)")
    assert verdict.alive
    elsewhere = [Process(5, (), "/x"), Process(6, (), f"{RUN}0")]
    assert judge({"DONE": 1}, rule, processes=elsewhere).outcome is Outcome.DONE


def test_not_a_regular_file() -> None:
    """A directory or link called DONE is no marker."""
    entries = [
        TreeEntry("DONE", EntryType.DIRECTORY, 0, 0, 0o755),
        TreeEntry("FAILED", EntryType.SYMLINK, 0, 0, 0o777),
        TreeEntry("data", EntryType.FILE, 1, 0, 0o644),
    ]
    verdict = SentinelRule(PLAIN).judge(Evidence(Scan.of(RUN, entries, "f"), {}))
    assert verdict.outcome is Outcome.RUNNING


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
    """The heads of its markers, each once."""
    (request,) = SentinelRule(BY_CODE).requests
    assert (request.path, request.head, request.count_lines) == ("exit_code", 4096, False)
