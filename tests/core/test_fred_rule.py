"""FRED's finish rule on small, made-up evidence; the real trees are in the acceptance tests."""

from collections.abc import Mapping

import pytest

from core.finish.fred import FredRule
from core.finish.rule import Outcome, Verdict
from core.ports.tree import EntryType, FileSample, Scan, TreeEntry

HEADER = b"Day,Date,EpiWeek,Popsize,INF.newS\n"
LOG = FileSample(
    head=b"READ_params: start_date = |2020-Jan-01|\nREAD_params: end_date = |2020-Feb-29|\n",
    tail=b"Excluding initialization, 60 days took 0.7 seconds\nFRED finished\nFRED took 1.8 seconds\n",
)
COMPLETE = {
    "out.csv": FileSample(head=HEADER, tail=b"\n", lines=61),
    "DAILY/Date.txt": FileSample(tail=b"\n", lines=60),
    "LOG": LOG,
}


def judge(
    samples: Mapping[str, FileSample], *extra: str, newer: str = "", empty: bool = False
) -> Verdict:
    names = [] if empty else [n for n in samples if not n.startswith("..")]
    entries = [TreeEntry(n, EntryType.FILE, 1, 1_000_000_000, 0o644) for n in (*names, *extra)]
    if newer:
        entries.append(TreeEntry(newer, EntryType.FILE, 1, 2_000_000_000, 0o644))
    scan = Scan("/x/RUN1", tuple(entries), len(entries), len(entries), "f", ())
    return FredRule().judge(scan, samples)


def test_complete() -> None:
    """All conditions hold, and each says so."""
    verdict = judge(COMPLETE)
    assert verdict.outcome is Outcome.COMPLETE
    assert verdict.days == (60, 60)
    assert all(check.passed and check.reason for check in verdict.checks)


def test_log_is_optional() -> None:
    """Without LOG the number of days comes from DAILY/Date.txt."""
    without = {name: sample for name, sample in COMPLETE.items() if name != "LOG"}
    assert judge(without).outcome is Outcome.COMPLETE


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"out.csv": None}, "out.csv is not there yet"),
        (
            {"out.csv": FileSample(head=b"Day Date EpiWeek Popsize \n", tail=b"\n", lines=61)},
            "not final",
        ),
        ({"out.csv": FileSample(head=HEADER, tail=b",", lines=61)}, "cut"),
        ({"out.csv": FileSample(head=HEADER, tail=b"\n", lines=60)}, "59 of 60 rows"),
        ({"LOG": FileSample(tail=b"day 3 finished")}, "LOG has not ended"),
        ({"LOG": None, "DAILY/Date.txt": None}, "not known yet"),
    ],
)
def test_not_complete(change: dict[str, FileSample | None], reason: str) -> None:
    """One missing condition is enough, and the reason names it."""
    samples = {name: s for name, s in (COMPLETE | change).items() if s is not None}
    verdict = judge(samples)
    assert verdict.outcome is Outcome.RUNNING
    assert reason in verdict.reason


@pytest.mark.parametrize("name", ["INF.csv.tmp", "out.csv.tmp", "INF.header"])
def test_temporary_files(name: str) -> None:
    """Post-processing is under way."""
    verdict = judge(COMPLETE, name)
    assert verdict.outcome is Outcome.RUNNING
    assert name in verdict.reason


def test_newer_file() -> None:
    """Something written after out.csv belongs to the next run into this directory."""
    assert judge(COMPLETE, newer="health_records.txt").outcome is Outcome.RUNNING
    assert judge(COMPLETE, newer="WEEKLY/INF.txt").outcome is Outcome.COMPLETE


@pytest.mark.parametrize(
    ("status", "outcome"),
    [(b"FINISHED\n", Outcome.COMPLETE), (b"RUNNING\n", Outcome.RUNNING), (b"", Outcome.RUNNING)],
)
def test_waits_for_the_job(status: bytes, outcome: Outcome) -> None:
    """Inside a job WEEKLY files are still to come; an empty status means look again."""
    assert judge(COMPLETE | {"../../META/STATUS": FileSample(head=status)}).outcome is outcome


def test_job_over_run_not_complete() -> None:
    """A job that ended without this run's results has failed it."""
    samples = {"LOG": FileSample(tail=b""), "../../META/STATUS": FileSample(head=b"FINISHED\n")}
    verdict = judge(samples)
    assert verdict.outcome is Outcome.FAILED
    assert "the job has ended but" in verdict.reason


def test_errors_fail() -> None:
    """err.txt of the run and errors.txt of its parent, with their texts."""
    aborted = judge({"err.txt": FileSample(head=b"\nFRED ERROR: no place\n")})
    assert (aborted.outcome, aborted.reason) == (Outcome.FAILED, "err.txt: FRED ERROR: no place")
    refused = judge({"../errors.txt": FileSample(head=b"No locations\n")}, empty=True)
    assert (refused.outcome, refused.reason) == (Outcome.FAILED, "errors.txt: No locations")


def test_errors_of_a_later_run_do_not_fail_a_complete_one() -> None:
    """errors.txt describes only the most recent run of its directory."""
    assert judge(COMPLETE | {"../errors.txt": FileSample(head=b"x")}).outcome is Outcome.COMPLETE


def test_a_warning_is_no_error() -> None:
    """err.txt may hold warnings only."""
    samples = COMPLETE | {"err.txt": FileSample(head=b"FRED WARNING: x\n")}
    assert judge(samples).outcome is Outcome.COMPLETE


@pytest.mark.parametrize(
    ("code", "outcome"), [(b"0\n", Outcome.COMPLETE), (b"1", Outcome.FAILED), (b"", Outcome.FAILED)]
)
def test_return_code(code: bytes, outcome: Outcome) -> None:
    """Newer FRED says it itself."""
    assert judge({"return_code.txt": FileSample(head=code)}).outcome is outcome


def test_empty() -> None:
    """Nothing there yet is normal for a whole simulation."""
    assert judge({}, empty=True).outcome is Outcome.EMPTY


def test_days_of_a_running_simulation() -> None:
    """Done from the timers, planned from the dates; unknown dates plan nothing."""
    tail = b"Thu 2020-02-27 DAY_TIMER day 57 took 0.04 seconds\n"
    assert judge({"LOG": FileSample(head=LOG.head, tail=tail)}).days == (58, 60)
    assert judge({"LOG": FileSample(tail=tail)}).days == (58, 0)
