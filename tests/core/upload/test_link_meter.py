"""What uploads tell about the link, and what they do not."""

import pytest

from core.errors import StateError
from core.pace.limited_pace import LimitedPace
from core.pace.throttle import Throttle
from core.ports.journal.uploads import LinkRate
from core.ports.object_store import StoredObject, Upload
from core.progress import Progress
from core.upload.link_meter import LinkMeter
from tests.fakes.clock import FixedClock
from tests.fakes.journal import FakeJournal

MB = 10**6


class Line(Upload):
    """An upload that takes its time, while `others` send as much each."""

    def __init__(self, meter: LinkMeter, clock: FixedClock, rate: int, others: int) -> None:
        self._meter, self._clock, self._rate, self._others = meter, clock, rate, others

    def write(self, data: bytes) -> None:
        self._clock.advance(len(data) / self._rate)
        for _ in range(1 + self._others):
            self._meter.add_sent(len(data))

    def flush(self) -> None:
        """Nothing is held back."""

    def complete(self, *, if_match: str | None = None) -> StoredObject:
        self.write(bytes(MB))
        return StoredObject("key", MB, "etag")

    def abort(self) -> bool:
        return True

    def suspend(self) -> None:
        """Nothing to keep."""


class Bench:
    def __init__(self) -> None:
        self.journal, self.clock = FakeJournal(), FixedClock()
        self.meter = LinkMeter(self.journal, self.clock)
        self.known = LinkRate(7 * MB, self.clock.now())
        self.journal.put_link_rate(self.known)
        self.others = 0

    def upload(
        self, rate: int, *, packing: float, blocks: int = 9, pace: LimitedPace | None = None
    ) -> None:
        """`blocks` MB and one, with `packing` seconds before each block."""
        upload = self.meter.measure(Line(self.meter, self.clock, rate, self.others), pace)
        for _ in range(blocks):
            self.clock.advance(packing)
            upload.write(bytes(MB))
        upload.complete()
        upload.conclude()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_the_link_is_the_bottleneck(bench: Bench) -> None:
    """The newest rate replaces what was known, with the time of the measurement."""
    bench.upload(2 * MB, packing=0)
    assert bench.journal.link_rate() == LinkRate(2 * MB, bench.clock.now())


def test_the_link_has_become_faster(bench: Bench) -> None:
    """One that carries more than it did, and still waits for the packer, is not slow any more."""
    bench.upload(40 * MB, packing=0.1, blocks=20)
    assert bench.journal.link_rate() is None


def test_the_packer_is_slower_than_the_link_was(bench: Bench) -> None:
    """Compact packing on a busy machine says nothing about a link that is known to be slow."""
    bench.upload(20 * MB, packing=0.8)
    assert bench.journal.link_rate() == bench.known


def test_a_small_object_waits_only_for_its_end(bench: Bench) -> None:
    """What is sent as a whole at the end is measured as well."""
    bench.upload(MB // 2, packing=0, blocks=0)
    assert bench.journal.link_rate() == LinkRate(MB // 2, bench.clock.now())


@pytest.mark.parametrize("packing", [0.0, 0.09])
def test_too_short_to_tell(bench: Bench, packing: float) -> None:
    """Less than a second says more about the requests than about the link."""
    bench.upload(100 * MB, packing=packing)
    assert bench.journal.link_rate() == bench.known


def test_several_share_the_link(bench: Bench) -> None:
    """The rate is that of all uploads together: the share of one is not the link."""
    bench.others = 3
    bench.upload(2 * MB, packing=0)
    assert bench.journal.link_rate() == LinkRate(8 * MB, bench.clock.now())


def test_a_limit_is_not_the_link(bench: Bench) -> None:
    """Who is held back by a limit waits for it, however fast the link is."""
    pace = LimitedPace(Throttle(2 * MB), bench.clock, Progress())
    with pace.request() as allow:
        allow(1000)
    bench.upload(2 * MB, packing=0, pace=pace)
    assert bench.journal.link_rate() == bench.known


def test_journal_fails(bench: Bench) -> None:
    """An upload that is stored does not fail for what could not be remembered of it."""
    for method in ("put_link_rate", "link_rate"):
        bench.journal.fail_next(method, StateError("The disk is full."))
        bench.upload(20 * MB, packing=0 if method == "put_link_rate" else 0.1, blocks=20)
    assert bench.journal.link_rate() == bench.known
