"""What the end of those who wrote into a run proves, and for how long."""

import pytest

from core.finish.job_process import SeenJob
from core.ports.processes import Process
from core.watch.last_writers import LastWriters

SIM, NEXT = Process(1, (), "/x", "sim", "a"), Process(1, (), "/x", "sim", "b")
SETTLE = 30.0


class Bench:
    """One run: who is here, who has ended."""

    def __init__(self) -> None:
        self.writers, self.dead = LastWriters(), {SIM}

    def ended(self, at: float, *here: Process) -> list[Process]:
        have = self.writers.ended(here, self.dead.issuperset, at)
        return list(have)

    def changed(self, since: float, seen_at: float, at: float) -> None:
        self.writers.note_change(since, seen_at, at, SETTLE)


@pytest.fixture
def bench() -> Bench:
    """Seen at 0, and gone at 10."""
    bench = Bench()
    assert bench.ended(0, SIM) == []
    return bench


def test_nobody_was_seen() -> None:
    """As on another host: nothing is known of anybody's end."""
    assert Bench().ended(10) == []


def test_it_has_ended(bench: Bench) -> None:
    """From when that is certain, as long as nobody follows."""
    assert (bench.ended(10), bench.ended(1000)) == ([SIM], [SIM])
    assert bench.ended(1001, NEXT) == []


def test_it_lives_elsewhere(bench: Bench) -> None:
    """One that is not found here any more has not ended for that."""
    bench.dead.clear()
    assert bench.ended(10) == []
    bench.dead.add(SIM)
    assert bench.ended(20) == [SIM]


def test_followed_by_another(bench: Bench) -> None:
    """With the same id, too, as one that a scheduler starts again: then its own end counts."""
    bench.ended(10)
    assert bench.ended(12, NEXT) == []
    assert bench.ended(20) == []
    bench.dead.add(NEXT)
    assert bench.ended(30) == [NEXT]


def test_last_writes_are_its_own(bench: Bench) -> None:
    """What is seen to have changed soon after its end, or since a look before that, it has written."""
    bench.ended(10)
    bench.changed(since=0, seen_at=2, at=90)
    bench.changed(since=0, seen_at=10, at=39)
    assert bench.ended(91) == [SIM]


def test_somebody_goes_on(bench: Bench) -> None:
    """What is written long after its end is not its own: three times that pause, it proves nothing."""
    bench.ended(10)
    bench.changed(since=5, seen_at=128, at=130)
    assert bench.ended(130) == []
    assert bench.ended(489) == []
    assert bench.ended(490) == [SIM]


def test_somebody_looks_into_it(bench: Bench) -> None:
    """A note that is put beside the results of a dead run days later brings it to life for an hour."""
    bench.ended(10)
    bench.changed(since=5, seen_at=200_000, at=200_002)
    assert bench.ended(203_601) == []
    assert bench.ended(203_602) == [SIM]


def test_remembered(bench: Bench) -> None:
    """Another session has another clock, and knows the same."""
    bench.ended(10)
    bench.changed(since=5, seen_at=128, at=130)
    recalled = LastWriters.recalled(bench.writers.remembered(200), 5200)
    assert recalled.ended_at == 5010
    assert list(recalled.ended((), bench.dead.issuperset, 5489)) == []
    (seen,) = recalled.ended((), bench.dead.issuperset, 5490)
    assert (seen.pid, seen.program, seen.birth) == (SIM.pid, SIM.program, SIM.birth)


def test_the_job_around() -> None:
    """It is remembered alone, too, and when it was seen last; one that follows takes its place."""
    writers, dead = LastWriters(), {NEXT}
    seen, later = SeenJob(SIM, 1000.5), SeenJob(NEXT, 2000)
    assert writers.dead_job(seen, dead.issuperset) is None
    recalled = LastWriters.recalled(writers.remembered(0), 0)
    assert recalled.dead_job(None, dead.issuperset) is None
    assert recalled.job
    assert (recalled.job.process.birth, recalled.job.seen_at) == (SIM.birth, 1000.5)
    assert recalled.dead_job(later, dead.issuperset) == later


def test_nobody_to_remember() -> None:
    """As of a run that nobody was seen to write."""
    assert Bench().writers.remembered(0) == ""


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "0", "null", "{}", '{"seen": [[1]], "ended_ago": 0, "doubted_for": 0}',
        '{"seen": [["x", "sim", "a"]], "ended_ago": 0, "doubted_for": 0}',
        '{"seen": [[1, "sim", "a"]], "ended_ago": "x", "doubted_for": 0}',
        '{"seen": [[1e400, "sim", "a"]], "ended_ago": 0, "doubted_for": 0}', "[" * 100_000,
    ],
)  # fmt: skip
def test_what_nobody_has_remembered(text: str) -> None:
    """Whatever somebody wrote there: nobody was seen."""
    assert LastWriters.recalled(text, 0) == LastWriters()
