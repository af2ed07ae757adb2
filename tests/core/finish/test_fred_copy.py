"""Copies that did not keep file times, and later runs that look like them."""

from collections.abc import Sequence
from itertools import count
from zlib import crc32

import pytest

from core.finish.fred import FredRule
from core.finish.fred_order import begun_again, is_kept, results_in_order
from core.finish.rule import Evidence, Outcome
from core.ports.tree import EntryType, FileSample, Scan, TreeEntry

HEADER = b"Day,Date,EpiWeek,Popsize,INF.newS,INF.S,INF.totS,INF.RR,Home.newNo,Home.No\n"
RESULTS = (
    "DAILY/INF.newS.txt",
    "DAILY/INF.S.txt",
    "DAILY/INF.totS.txt",
    "DAILY/INF.RR.txt",
    "INF.csv",
    "DAILY/Home.newNo.txt",
    "DAILY/Home.No.txt",
    "Home.csv",
    "DAILY/Popsize.txt",
    "DAILY/Date.txt",
    "DAILY/EpiWeek.txt",
    "out.csv",
)
MAPS = tuple(f"VIS/INF.Is/loc-{day}.txt" for day in range(12))
RECORDS = ("births.txt", "health_records.txt")
RUN = (*RECORDS, *MAPS, "LOG", *RESULTS)
"""In the order in which one run ends them."""
LATER = 3600 * 10**9
COPIED = 10**9
STEP = 10**8


def outcome(
    times: dict[str, int], *, ended: bool = True, without: Sequence[str] = ()
) -> tuple[Outcome, str]:
    """What the rule says when the files have these times."""
    tail = b"Excluding initialization, 60 days took 1 seconds\nFRED took 2 seconds\n"
    samples = {
        "out.csv": FileSample(HEADER, b"\n", 61),
        "DAILY/Date.txt": FileSample(tail=b"\n", lines=60),
        "LOG": FileSample(tail=tail if ended else b"day 3\n"),
    }
    entries = [
        TreeEntry(name, EntryType.FILE, 0 if name in without else 10, when, 0o644)
        for name, when in times.items()
    ]
    kept = {name: text for name, text in samples.items() if name in times}
    verdict = FredRule().judge(Evidence(Scan.of("/x/RUN1", entries, "f"), kept))
    return verdict.outcome, verdict.reason


def in_sequence(names: Sequence[str], start: int) -> dict[str, int]:
    return dict(zip(names, count(start, STEP), strict=False))


def mixed(names: Sequence[str], seed: int) -> list[str]:
    """In an order of its own for each seed."""
    return sorted(names, key=lambda name: crc32(f"{seed}{name}".encode()))


@pytest.fixture(
    params=[RUN, (*RECORDS, *MAPS, *RESULTS), RESULTS], ids=["log", "no log", "results only"]
)
def names(request: pytest.FixtureRequest) -> Sequence[str]:
    """Of a run with and without LOG, and of one that writes nothing while it simulates."""
    found: Sequence[str] = request.param
    return found


def test_what_is_made_of_the_header() -> None:
    """The columns tell what is written, table by table; a cut name is none."""
    assert results_in_order(HEADER) == list(RESULTS)
    assert results_in_order(HEADER[:-4])[5:8] == ["DAILY/Home.newNo.txt", "Home.csv", RESULTS[8]]
    assert results_in_order(b"") == list(RESULTS[8:])


def test_orders() -> None:
    """The newest are the first of an order, or they are not."""
    assert is_kept("abc", {"a": 1, "b": 1, "c": 2})
    assert not is_kept("abc", {"a": 1, "b": 3, "c": 2})
    assert begun_again("abcd", {"a": 1, "b": 2, "c": 3, "d": 4}) == 4
    assert begun_again("abcd", {"a": 8, "b": 9, "c": 3, "d": 4}) == 2
    assert begun_again("abcd", {"a": 8, "b": 8, "c": 4, "d": 3}) == 2
    assert begun_again("abcd", {"a": 9, "b": 8, "c": 3, "d": 4}) == 1
    assert begun_again("abcd", {"a": 1, "b": 9, "c": 3, "d": 4}) == 0
    assert begun_again("abcd", {"a": 8, "b": 9, "c": 3, "d": 9}) == 0


@pytest.mark.parametrize("seed", range(40))
def test_copied_in_any_order(names: Sequence[str], seed: int) -> None:
    """It is finished, whatever was copied last."""
    order = mixed(names, seed)
    assert outcome(in_sequence(order, COPIED))[0] is Outcome.DONE


@pytest.mark.parametrize("last", [("DAILY",), ("VIS",), ("births", "health"), ("LOG",), ()])
def test_copied_directory_by_directory(last: tuple[str, ...], names: Sequence[str]) -> None:
    """Sorted, with what starts like this copied after all others."""
    order = sorted(names, key=lambda name: (name.startswith(last), name))
    assert outcome(in_sequence(order, COPIED))[0] is Outcome.DONE


def test_copied_as_it_was_written(names: Sequence[str]) -> None:
    """But for out.csv, which lay first in its directory."""
    assert outcome(in_sequence((names[-1], *names[:-1]), COPIED))[0] is Outcome.DONE


def test_a_log_that_took_long_to_copy() -> None:
    """It has ended, so that nothing simulates."""
    copied = in_sequence((*RESULTS[::-1], *RECORDS), COPIED) | {"LOG": LATER}
    copied["DAILY/INF.newS.txt"] = COPIED
    assert outcome(copied)[0] is Outcome.DONE
    assert outcome(copied | {"births.txt": LATER - STEP})[0] is Outcome.DONE
    assert outcome(copied | {"births.txt": LATER + COPIED})[0] is Outcome.RUNNING


def test_maps_without_anybody_in_them() -> None:
    """Many of FRED's maps are empty files."""
    order = [*RESULTS[::-1], *RECORDS, *MAPS]
    assert outcome(in_sequence(order, COPIED), without=MAPS)[0] is Outcome.DONE


@pytest.mark.parametrize("pause", [STEP, COPIED, LATER])
def test_a_later_run(names: Sequence[str], pause: int) -> None:
    """Soon after the first, or much later: it shows at every stage, also when it died there.

    Between its last daily file and out.csv there is but a moment.
    """
    first = in_sequence(names, 0)
    for written in range(1, len(names) - 1):
        again = in_sequence(names[:written], first["out.csv"] + pause)
        state, reason = outcome(first | again)
        assert state is Outcome.RUNNING, names[written - 1]
        assert "newer than out.csv" in reason


@pytest.mark.parametrize("seed", range(10))
def test_a_later_run_into_a_copy(names: Sequence[str], seed: int) -> None:
    """The copy's times prove nothing of what was written after it.

    Between the end of LOG and the first daily file there is but a moment.
    """
    copied = in_sequence(mixed(names, seed), COPIED)
    begin = max(copied.values()) + COPIED
    for written in range(1, len(names) - 1):
        again = in_sequence(names[:written], begin)
        simulates = "LOG" in names[written:]
        if simulates:
            again["LOG"] = begin
        if names[written - 1] != "LOG":
            state, _ = outcome(copied | again, ended=not simulates)
            assert state is Outcome.RUNNING, names[written - 1]


def test_records_that_were_opened_right_after_the_copy() -> None:
    """FRED cuts them first of all; a large population is then read for minutes."""
    copied = in_sequence((*RECORDS, *RESULTS[::-1], *MAPS), COPIED)
    again = in_sequence(RECORDS, max(copied.values()) + STEP)
    assert outcome(copied | again, without=RECORDS)[0] is Outcome.RUNNING
    assert outcome(copied | again)[0] is Outcome.DONE


def test_a_copy_that_is_not_whole() -> None:
    """The rest may still be on its way, or a later run has other variables."""
    order = [name for name in RUN[::-1] if name not in {"DAILY/Date.txt", "Home.csv"}]
    state, reason = outcome(in_sequence(order, COPIED))
    assert state is Outcome.RUNNING
    assert "copied without times" in reason
