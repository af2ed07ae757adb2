"""Transfers that fail while the store answers everything else: each waits for itself, and ends."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from core.download.download_artifact import Downloaded
from core.download.download_request import DownloadRequest
from core.errors import ResultsStorageError, StoreConnectionError, StoreError
from core.events import Event, TransferFailed, TransferQueued
from core.model import ArtifactKind
from core.ports.journal.queue import TransferRecord
from core.progress import Progress
from core.queue.carry_transfer import Carriers
from core.queue.outages import Outages
from core.queue.store_watch import StoreWatch
from core.queue.transfer_list import TransferList
from core.queue.transfer_queue import QueueLimits, TransferQueue
from core.queue.vain_tries import MOST_TRIES
from core.transfer_view import Phase, TransferState, TransferView
from core.upload.upload_request import UploadRequest
from core.upload.upload_result import UploadResult
from tests.builders import NOON
from tests.core.queue.test_transfer_queue import AN_ARTIFACT, result_of
from tests.fakes.clock import FixedClock, within
from tests.fakes.journal import FakeJournal, FakeStateFile

PATIENCE = 60.0
SILENCE = StoreConnectionError("The connection broke.")
PAUSES = [30, 60, 120, 240]


def failing() -> StoreError:
    error = StoreConnectionError("S3 failed during UploadPart (HTTP 500).", todo="Tell somebody.")
    error.answered = True
    return error


class Bench:
    """A queue whose transfers fail, and a watch of a store that answers whenever it is asked."""

    def __init__(self, file: FakeStateFile | None = None, kept: int = 0) -> None:
        self.error: StoreError | None = failing()
        self.sent, self.kept = 0, kept
        self.keeps = False
        """Whether what a try sent is there for the next."""
        self.away = False
        self.tries = self.asked = 0
        self.told: list[Event] = []
        self.clock = FixedClock()
        self.queue = TransferQueue(
            lambda: Carriers(self._ferry, self._fetch, lambda _: None),
            TransferList(FakeJournal(file=file), self.clock),
            self._take,
            QueueLimits(parallel=1),
        )
        self.watch = StoreWatch(
            self._look,
            self.queue.reconnect,
            lambda _: None,
            Outages(self.clock, interval=lambda _: 0.0),
        )
        self.queue.start()

    def _ferry(self, request: UploadRequest, progress: Progress) -> UploadResult:
        self._try(progress)
        return result_of(request)

    def _fetch(self, request: DownloadRequest, progress: Progress) -> Downloaded:
        self._try(progress)
        return Downloaded(AN_ARTIFACT, request.target)

    def _try(self, progress: Progress) -> None:
        self.tries += 1
        if self.kept:
            progress.begin(Phase.RECEIVING, total=100)
            progress.add_kept(self.kept)
        progress.add_sent(self.sent)
        self.kept += self.sent if self.keeps else 0
        if self.error:
            raise ResultsStorageError.because(self.error, kept="")

    def _look(self) -> None:
        threading.Event().wait(0.002)
        self.asked += 1
        if self.away:
            raise SILENCE

    def _take(self, event: Event) -> None:
        self.told.append(event)
        self.watch.take(event)

    @property
    def view(self) -> TransferView:
        (view,) = self.queue.views()
        return view

    def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.queue.set_parallel(1)  # its threads look again, as if so much time had passed

    def until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, self.view
            threading.Event().wait(0.002)

    def until_tried(self, tries: int) -> None:
        """So often, and it rests."""
        self.until(lambda: self.tries == tries and self.view.state is not TransferState.ACTIVE)

    def until_waiting(self, tries: int) -> None:
        """So often, and its next try is set: one that failed in silence is queued by the watch."""
        self.until(lambda: self.tries == tries and self.view.state is TransferState.QUEUED)

    def until_given_up(self, tries: int) -> None:
        """So often, and never again by itself."""
        self.until(lambda: bool(self.view.failure and "in a row" in self.view.failure.todo))
        assert self.view.failure
        assert (self.tries, self.view.state) == (tries, TransferState.FAILED)
        assert (self.view.failure.offline, self.view.failure.exit_code) == (False, 1)

    def until_asked_in_vain(self) -> None:
        """The watch has found out that it is the store."""
        asked = self.asked
        self.until(lambda: self.asked > asked + 1)

    def close(self) -> None:
        self.watch.close()
        self.queue.close(within(PATIENCE))


@pytest.fixture
def make_bench() -> Iterator[Callable[..., Bench]]:
    benches: list[Bench] = []

    def make(file: FakeStateFile | None = None, kept: int = 0) -> Bench:
        benches.append(Bench(file, kept))
        return benches[-1]

    yield make
    for bench in benches:
        bench.close()


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    return make_bench()


def test_longer_each_time_and_then_no_more(bench: Bench) -> None:
    """What fails with an answer is tried after growing pauses, and ends with the status."""
    bench.queue.submit(UploadRequest("/runs/RUN1"))
    for number, pause in enumerate(PAUSES, start=1):
        bench.until_tried(number)
        assert bench.view.state is TransferState.QUEUED
        assert bench.view.failure
        assert bench.view.failure.todo.startswith(f"It is tried again after {pause} s.")
        assert bench.view.again_in == pause
        bench.advance(pause - 1)
        assert (bench.tries, bench.view.again_in) == (number, 1)
        bench.advance(1)
    bench.until_tried(MOST_TRIES)
    bench.until(lambda: bench.view.state is TransferState.FAILED)
    failure = bench.view.failure
    assert failure
    assert "HTTP 500" in failure.what
    assert (failure.offline, failure.exit_code) == (False, 1)
    assert "5 tries in a row" in failure.todo
    assert bench.queue.reconnect() == 0
    assert [type(event) for event in bench.told if isinstance(event, TransferFailed)] == [
        TransferFailed
    ]
    assert bench.watch.outage is None


def test_it_is_told_why_it_waits(bench: Bench) -> None:
    bench.queue.submit(UploadRequest("/runs/RUN1"))
    bench.until_tried(1)
    waiting = [event for event in bench.told if isinstance(event, TransferQueued)][-1]
    assert waiting.transfer.failure
    assert "HTTP 500" in waiting.transfer.failure.what


def test_silence_while_the_store_answers_lists(bench: Bench) -> None:
    """That the store is back begins one try at once, and after that each waits longer."""
    bench.error = SILENCE
    bench.queue.submit(UploadRequest("/runs/RUN1"))
    for number, pause in enumerate(PAUSES[:3], start=2):
        bench.until_waiting(number)
        bench.advance(pause)
    bench.until_given_up(MOST_TRIES)
    assert bench.watch.outage is None


def test_it_fails_and_then_the_store_is_away(bench: Bench) -> None:
    """An outage ends no transfer, however often it was tried in vain before."""
    bench.queue.submit(UploadRequest("/runs/RUN1"))
    for number, pause in enumerate(PAUSES, start=1):
        bench.until_waiting(number)
        if number == MOST_TRIES - 1:
            bench.error, bench.away = SILENCE, True
        bench.advance(pause)
    bench.until_tried(MOST_TRIES)
    bench.until(lambda: bench.watch.outage is not None)
    failure = bench.view.failure
    assert failure
    assert (bench.view.state, failure.offline, failure.exit_code) == (TransferState.FAILED, True, 3)
    bench.until_asked_in_vain()
    bench.error, bench.away = None, False
    bench.until_waiting(MOST_TRIES)
    bench.advance(PAUSES[-1])
    bench.until(lambda: bench.view.state is TransferState.DONE)


def test_it_is_taken_and_lost_again(bench: Bench) -> None:
    """What a store accepts and never keeps got nowhere, however much of it was sent."""
    bench.sent = 20_000_000
    bench.queue.submit(UploadRequest("/runs/RUN1"))
    for number, pause in enumerate([PAUSES[0], *PAUSES], start=1):
        bench.until_waiting(number)
        bench.advance(pause)
    bench.until_given_up(1 + MOST_TRIES)


def test_getting_further_counts(bench: Bench) -> None:
    """A link that breaks again and again, and lets something through each time, is not given up."""
    bench.sent, bench.keeps = 1, True
    bench.queue.submit(UploadRequest("/runs/RUN1"))
    for number in range(1, 3 * MOST_TRIES):
        bench.until_tried(number)
        assert bench.view.state is TransferState.QUEUED
        bench.advance(PAUSES[0])
    bench.error = None
    bench.advance(PAUSES[0])
    bench.until(lambda: bench.view.state is TransferState.DONE)
    assert bench.view.failure is None


def test_now(bench: Bench) -> None:
    """Whoever does not want to wait need not, and begins anew."""
    transfer_id = bench.queue.submit(UploadRequest("/runs/RUN1")).id
    bench.until_tried(1)
    bench.error = None
    assert bench.queue.retry(transfer_id)
    bench.until(lambda: bench.view.state is TransferState.DONE)


def test_cancelled_while_it_waits(bench: Bench) -> None:
    transfer_id = bench.queue.submit(UploadRequest("/runs/RUN1")).id
    bench.until_tried(1)
    assert bench.queue.cancel(transfer_id)
    bench.advance(1000)
    assert (bench.view.state, bench.tries) == (TransferState.CANCELLED, 1)


def test_after_a_restart(make_bench: Callable[..., Bench]) -> None:
    """It is tried at once, and what was in vain before counts; what is given up stays so."""
    file = FakeStateFile()
    first = make_bench(file)
    first.queue.submit(UploadRequest("/runs/RUN1"))
    for number, pause in enumerate(PAUSES[:3], start=1):
        first.until_tried(number)
        first.advance(pause)
    first.until_tried(4)
    first.close()
    second = make_bench(file)
    second.until_tried(1)
    second.until(lambda: second.view.state is TransferState.FAILED)
    second.close()
    third = make_bench(file)
    assert third.queue.reconnect() == 0
    assert (third.view.state, third.tries) == (TransferState.FAILED, 0)


def test_tries_that_got_something_across_do_not_count_after_a_restart(
    make_bench: Callable[..., Bench],
) -> None:
    """However often it was tried before: only those in vain bring its end nearer."""
    file = FakeStateFile()
    first = make_bench(file)
    first.sent, first.keeps = 1, True
    first.queue.submit(UploadRequest("/runs/RUN1"))
    for number in range(1, MOST_TRIES):
        first.until_tried(number)
        first.advance(PAUSES[0])
    first.until_tried(MOST_TRIES)
    first.close()
    second = make_bench(file)
    second.until_tried(1)
    assert (second.view.state, second.view.attempts) == (TransferState.QUEUED, MOST_TRIES + 1)


def test_tries_that_were_cut_off_do_not_count(make_bench: Callable[..., Bench]) -> None:
    """A process that was killed each time it had begun proves nothing about the store."""
    file = FakeStateFile()
    FakeJournal(file=file).put_transfer(
        TransferRecord(
            0, 0, 0, "/runs/RUN1", "active", "S3 failed.", NOON, exit_code=3, attempts=9, vain=1
        )
    )
    bench = make_bench(file)
    bench.until_tried(1)
    assert bench.view.failure
    assert bench.view.failure.todo.startswith(f"It is tried again after {PAUSES[1]} s.")


def test_what_a_download_kept_is_nothing_new(make_bench: Callable[..., Bench]) -> None:
    """One that a restart finds half done, and that gets no further, was tried in vain."""
    file = FakeStateFile()
    request = DownloadRequest("jobs/1/x.zip", "/back", 1, ArtifactKind.RUN_RESULTS, 1)
    for number, pause in enumerate(PAUSES, start=1):
        bench = make_bench(file, kept=50)
        bench.queue.submit(request)
        bench.until_tried(1)
        assert bench.view.failure
        assert bench.view.failure.todo.startswith(f"It is tried again after {pause} s."), number
        bench.close()
