"""Which compression an upload gets, keeps, and is recorded with."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

import pytest

from core.errors import ResultsStorageError, StoreConnectionError
from core.ports.journal.uploads import LinkRate
from core.ports.packaging import Compression
from tests.core.bench import RUN4, Bench
from tests.fakes.journal import FakeStateFile
from tests.fakes.object_store import FakeObjectStore

PARTS = {RUN4: {name: name.encode() * 10 for name in ("a", "b", "c", "d")}}
PART = len(b"RUN4/a\n") + 10


class SlowStore(FakeObjectStore):
    """Calls `while_writing` during each write."""

    while_writing: Callable[[], None] = staticmethod(lambda: None)

    @contextmanager
    def step(self, method: str) -> Generator[None]:
        with super().step(method):
            if method == "write":
                self.while_writing()
            yield


def _interrupt(bench: Bench, sent: int = 2) -> None:
    bench.store.fail_next("write", StoreConnectionError("Gone."), skip=sent)
    bench.ferry_fails(ResultsStorageError)


def _set_link(bench: Bench, rate: int) -> None:
    bench.journal.put_link_rate(LinkRate(rate, bench.clock.now()))


def test_a_slow_link_is_found_out() -> None:
    """The first upload is fast; the next one knows the link; when it got faster, so does RunFerry."""
    store = SlowStore()
    bench = Bench({RUN4: dict(PARTS[RUN4])}, store=store)
    store.while_writing = lambda: bench.clock.advance(1)
    assert bench.ferry().manifest.encoder == "fake/fast"
    assert bench.journal.link_rate() == LinkRate(PART, bench.clock.now())

    store.while_writing = lambda: None
    bench.packager.while_packing = lambda: bench.clock.advance(2)
    bench.contents[RUN4]["a"] = b"other"
    assert bench.ferry().manifest.encoder == "fake/compact"

    bench.contents[RUN4]["a"] = b"still other"
    assert bench.ferry().manifest.encoder == "fake/fast"


@pytest.mark.parametrize("began", Compression)
def test_goes_on_as_it_began(began: Compression) -> None:
    """Parts of another compression would be of no use: what the link is like now does not count."""
    file = FakeStateFile()
    first = Bench(PARTS, state=file)
    _set_link(first, 1 if began is Compression.COMPACT else 10**9)
    _interrupt(first)

    later = Bench(PARTS, store=first.store, state=file)
    _set_link(later, 10**9 if began is Compression.COMPACT else 1)
    result = later.ferry()
    assert later.packager.compressions == [began]
    assert result.manifest.encoder == f"fake/{began}"
    assert later.sent == 2 * PART


def test_encoder_is_not_there_any_more() -> None:
    """Its parts are of no use to another version: that one chooses, and records itself."""
    bench = Bench(PARTS)
    _interrupt(bench)
    bench.packager.version = "newer"
    _set_link(bench, 1)
    assert bench.ferry().manifest.encoder == "newer/compact"


def test_resumed_uploads_do_not_measure_the_link() -> None:
    """Time that was spent on parts that are there already says nothing."""
    store = SlowStore()
    bench = Bench(PARTS, store=store)
    _interrupt(bench)
    store.while_writing = lambda: bench.clock.advance(1)
    bench.ferry()
    assert bench.journal.link_rate() is None


def test_encoder_is_durable_from_the_start() -> None:
    """A kill at any moment leaves a record of what made the parts."""
    bench = Bench(PARTS)
    seen = list[str]()
    bench.packager.while_packing = lambda: seen.extend(
        intent.encoder for intent in bench.journal.intents(1, 4)
    )
    bench.ferry()
    assert seen == ["fake/fast"]


def test_adopted_content_names_who_made_it() -> None:
    """The manifest of what an earlier version stored names the encoder of that one."""
    bench = Bench(PARTS)
    bench.store.fail_next("complete", StoreConnectionError("Gone."), after=True)
    bench.ferry_fails(ResultsStorageError)
    bench.packager.version = "newer"
    assert bench.ferry().manifest.encoder == "fake/fast"
