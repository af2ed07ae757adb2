"""The queue on real threads, with a ferry that waits to be let go."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from core.download.download_request import DownloadRequest
from core.download.wanted import Downloaded
from core.errors import Failure, ResultsStorageError, StateError, StoreConnectionError
from core.event_bus import EventBus
from core.events import Event
from core.model import Manifest
from core.ports.journal.queue import TransferRecord
from core.progress import Progress
from core.queue.carry_transfer import Carriers
from core.queue.transfer_list import TransferList
from core.queue.transfer_queue import QueueLimits, TransferQueue
from core.queue.transfer_records import record_of
from core.queue.transfer_request import TransferRequest, waiting_view
from core.threads import DaemonThreads
from core.transfer_view import Phase, TransferState
from core.upload.upload_request import UploadRequest
from core.upload.upload_result import UploadOutcome, UploadResult
from tests.builders import an_artifact
from tests.fakes.clock import FixedClock, within
from tests.fakes.journal import FakeJournal, FakeStateFile

PATIENCE = 60.0
AN_ARTIFACT = an_artifact("jobs/12/2026/11/20/120000/run_4_results.zip")


def a_record(state: TransferState) -> TransferRecord:
    """An upload of `a` that was tried once, and is in this state."""
    request = UploadRequest("a")
    view = replace(waiting_view(request), state=state, attempts=1)
    failed = state is TransferState.FAILED
    view = replace(view, failure=Failure("x") if failed else None)
    return record_of(view, request, FixedClock().now())


FAILED_AND_WAITING = a_record(TransferState.FAILED), a_record(TransferState.QUEUED)
"""Both of one source, as an earlier version left them."""


class StuckJournal(FakeJournal):
    """One on a disk that does not answer while it may not."""

    def __init__(self) -> None:
        super().__init__()
        self.writing, self.may_write = threading.Event(), threading.Event()
        self.may_write.set()

    def put_transfer(self, record: TransferRecord) -> int:
        self.writing.set()
        assert self.may_write.wait(PATIENCE)
        return super().put_transfer(record)


class Ferry:
    """Does what the test says, when it says so."""

    def __init__(self) -> None:
        self.started = threading.Semaphore(0)
        self.go = threading.Semaphore(0)
        self.at_once = 0
        self.most_at_once = 0
        self.requests: list[TransferRequest] = []
        self.errors: dict[str, Exception] = {}
        self.stubborn = False
        self.accepted = 0
        self.kept = 0
        self._lock = threading.Lock()

    @property
    def sources(self) -> list[str]:
        return [request.source for request in self.requests]

    def __call__(self, request: UploadRequest, progress: Progress) -> UploadResult:
        self._go(request, progress)
        return result_of(request)

    def fetch(self, request: DownloadRequest, progress: Progress) -> Downloaded:
        self._go(request, progress)
        return Downloaded(replace(AN_ARTIFACT, key=request.source), request.target)

    def _go(self, request: TransferRequest, progress: Progress) -> None:
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            self.requests.append(request)
        try:
            progress.begin(Phase.SENDING, total=100)
            progress.add_in_store(self.accepted)
            progress.add_read(40)
            progress.set_packed(40, 20)
            progress.add_kept(self.kept)
            progress.add_sent(20)
            self.started.release()
            while not self.go.acquire(timeout=0.01):
                if not self.stubborn:
                    progress.check_cancelled()
            if error := self.errors.pop(request.source, None):
                raise error
        finally:
            with self._lock:
                self.at_once -= 1


def result_of(request: UploadRequest) -> UploadResult:
    clock = FixedClock()
    manifest = Manifest(
        job_id=7, run_id=4, version=2, key="k", content_id="c", sha256="s", write_token="t",
        files=1, raw_bytes=100, stored_bytes=50, stored_at=clock.now(), encoder="e",
    )  # fmt: skip
    return UploadResult(UploadOutcome.UPLOADED, manifest, "url", "fingerprint")


class Bench:
    """A queue with everything around it."""

    def __init__(self, parallel: int = 1, file: FakeStateFile | None = None) -> None:
        self.ferry, self.clock, self.bus = Ferry(), FixedClock(), EventBus()
        self.freed: list[str] = []
        self.free_error: Exception | None = None
        self.may_free = threading.Event()
        self.may_free.set()
        self.events: list[str] = []
        self.journal = FakeJournal(file=file)
        self.queue = TransferQueue(
            lambda: Carriers(self.ferry, self.ferry.fetch, self._free),
            TransferList(self.journal, self.clock),
            self.bus.publish,
            QueueLimits(parallel),
        )
        self.bus.subscribe(self._keep)

    def _keep(self, event: Event) -> None:
        self.events.append(type(event).__name__)

    def _free(self, request: UploadRequest) -> None:
        assert self.may_free.wait(PATIENCE)
        if self.free_error:
            raise self.free_error
        self.freed.append(request.source)

    def until(self, *states: str) -> None:
        """Waits for these states of all transfers, on a deadline."""
        deadline = time.monotonic() + PATIENCE
        while self.states() != list(states):
            assert time.monotonic() < deadline, self.states()
            threading.Event().wait(0.005)

    def submit(self, *sources: str) -> list[int]:
        return [self.queue.submit(UploadRequest(source)).id for source in sources]

    def states(self) -> list[str]:
        return [view.state.value for view in self.queue.views()]

    def wait_started(self) -> None:
        assert self.ferry.started.acquire(timeout=PATIENCE)

    def wait_idle(self) -> None:
        assert self.queue.wait_idle(PATIENCE)


@pytest.fixture
def make_bench() -> Iterator[Callable[..., Bench]]:
    benches: list[Bench] = []

    def make(parallel: int = 1, file: FakeStateFile | None = None) -> Bench:
        benches.append(Bench(parallel, file))
        benches[-1].queue.start()
        return benches[-1]

    yield make
    for bench in benches:
        bench.queue.close(within(PATIENCE))


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    return make_bench()


def test_one_upload(bench: Bench) -> None:
    """Queued, started, succeeded; the view says what came of it."""
    bench.submit("/x/RUN4")
    bench.wait_started()
    active = bench.queue.views()[0]
    assert (active.state, active.phase, active.done, active.total) == ("active", "sending", 40, 100)
    bench.ferry.go.release()
    bench.wait_idle()
    view = bench.queue.views()[0]
    assert (view.state, view.outcome, view.job_id, view.run_id) == (
        TransferState.DONE, "uploaded as version 2", 7, 4,
    )  # fmt: skip
    bench.queue.close(within(PATIENCE))
    assert bench.events == ["TransferQueued", "TransferStarted", "TransferSucceeded"]


def test_order_and_limit(make_bench: Callable[..., Bench]) -> None:
    """First come, first served, and never more than `parallel` at a time."""
    bench = make_bench(2)
    bench.submit("a", "b", "c", "d")
    for _ in range(2):
        bench.wait_started()
    assert bench.states() == ["active", "active", "queued", "queued"]
    for _ in range(4):
        bench.ferry.go.release()
    bench.wait_idle()
    assert sorted(bench.ferry.sources[:2]) == ["a", "b"]
    assert bench.ferry.most_at_once == 2


def test_not_twice(bench: Bench) -> None:
    """What waits or travels already is not queued again; what has ended may be."""
    first = bench.submit("a")
    assert bench.submit("a") == first
    bench.ferry.go.release()
    bench.wait_idle()
    assert bench.submit("a") != first
    bench.ferry.go.release()
    bench.wait_idle()


def test_failure_keeps_its_words_and_can_be_retried(bench: Bench) -> None:
    """What happened, what was kept, what to do; then a second attempt."""
    bench.ferry.errors["a"] = ResultsStorageError("No route.", kept="All parts.", todo="Wait.")
    (transfer,) = bench.submit("a")
    bench.ferry.go.release()
    bench.wait_idle()
    failure = bench.queue.views()[0].failure
    assert failure
    assert (failure.what, failure.kept, failure.todo) == ("No route.", "All parts.", "Wait.")
    bench.ferry.go.release()
    assert bench.queue.retry(transfer)
    bench.wait_idle()
    view = bench.queue.views()[0]
    assert (view.state, view.attempts, view.failure) == ("done", 2, None)
    assert not bench.queue.retry(transfer)


def test_unexpected_error_is_redacted(bench: Bench) -> None:
    """A bug in the ferry fails one transfer, not the queue; nothing secret is shown."""
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    bench.ferry.errors["a"] = KeyError(f"aws_secret_access_key={secret}")
    bench.submit("a", "b")
    bench.ferry.go.release()
    bench.ferry.go.release()
    bench.wait_idle()
    failed, after = bench.queue.views()
    assert failed.failure
    assert secret not in repr(failed)
    assert "KeyError" in failed.failure.what
    assert after.state == "done"


def test_cancel(bench: Bench) -> None:
    """A waiting transfer stops at once, an active one at its next step."""
    active, waiting = bench.submit("a", "b")
    bench.wait_started()
    assert bench.queue.cancel(waiting)
    assert bench.states() == ["active", "cancelled"]
    assert bench.queue.cancel(active)
    bench.wait_idle()
    assert bench.states() == ["cancelled", "cancelled"]
    assert not bench.queue.cancel(active)


def test_clear_keeps_what_needs_attention(bench: Bench) -> None:
    """Done and cancelled go, failed stays."""
    bench.ferry.errors["a"] = ResultsStorageError("x")
    bench.submit("a", "b")
    bench.ferry.go.release()
    bench.ferry.go.release()
    bench.wait_idle()
    assert bench.queue.clear_ended([view.id for view in bench.queue.views()][:1]) == 0
    assert bench.queue.clear_ended() == 1
    assert bench.states() == ["failed"]


def test_queue_survives_a_restart(make_bench: Callable[..., Bench]) -> None:
    """What was active or waiting when the app went away goes on at the next start."""
    file = FakeStateFile()
    first = make_bench(1, file)
    first.ferry.errors["bad"] = ResultsStorageError("No route.", kept="All.", todo="Wait.")
    first.submit("bad")
    first.ferry.go.release()
    first.wait_idle()
    first.submit("a", "b")
    first.wait_started()
    first.queue.close(within(PATIENCE))
    second = make_bench(1, file)
    second.ferry.go.release()
    second.ferry.go.release()
    second.wait_idle()
    assert second.ferry.sources == ["a", "b"]
    assert second.states() == ["failed", "done", "done"]
    failure = second.queue.views()[0].failure
    assert failure
    assert (failure.what, failure.kept, failure.todo) == ("No route.", "All.", "Wait.")


def test_close_returns_although_something_travels(bench: Bench) -> None:
    """Quitting never waits for a transfer to end."""
    bench.submit("a", "b")
    bench.wait_started()
    bench.queue.close(within(PATIENCE))
    assert bench.states() == ["queued", "queued"]


def test_failing_while_all_around_it_ends(bench: Bench) -> None:
    """What breaks because RunFerry is closing is no failure: it goes on at the next start."""
    bench.ferry.errors["a"] = ResultsStorageError("The database has been closed.")
    bench.ferry.stubborn = True
    bench.submit("a")
    bench.wait_started()
    bench.queue.stop()
    bench.ferry.go.release()
    bench.queue.close(within(PATIENCE))
    assert bench.states() == ["queued"]


@pytest.mark.parametrize(("steer", "becomes"), [("cancel", "cancelled"), ("pause", "paused")])
def test_stopped_between_two_tries(bench: Bench, steer: str, becomes: str) -> None:
    """What it waited for then is no failure."""
    error = ResultsStorageError.because(StoreConnectionError("No answer."), kept="All.")
    bench.ferry.errors["a"] = error
    bench.ferry.stubborn = True
    (asked,) = bench.submit("a")
    bench.wait_started()
    assert getattr(bench.queue, steer)(asked)
    bench.ferry.go.release()
    bench.until(becomes)
    assert bench.queue.views()[0].failure is None


class TestPause:
    def test_active_and_waiting(self, bench: Bench) -> None:
        """An active one stops at its next step and frees nothing; both go on when they may."""
        active, waiting = bench.submit("a", "b")
        bench.wait_started()
        assert bench.queue.pause(waiting)
        assert bench.states() == ["active", "paused"]
        assert bench.queue.pause(active)
        bench.until("paused", "paused")
        view = bench.queue.views()[0]
        assert (view.done, view.total, view.sent) == (40, 100, 20)
        bench.wait_idle()
        assert not bench.queue.pause(active)
        assert bench.queue.resume(active)
        bench.wait_started()
        bench.ferry.go.release()
        bench.until("done", "paused")
        assert bench.queue.resume(waiting)
        bench.ferry.go.release()
        bench.until("done", "done")
        assert bench.freed == []
        assert not bench.queue.resume(waiting)

    def test_what_is_kept_counts_over_tries_and_restarts(
        self, make_bench: Callable[..., Bench]
    ) -> None:
        """What the store has in parts is known whatever becomes of the next try, until it is freed."""
        file = FakeStateFile()
        first = make_bench(1, file)
        first.ferry.accepted = 16
        (transfer,) = first.submit("a")
        first.wait_started()
        first.queue.save_progress()
        assert first.journal.transfers()[0].kept_bytes == 16
        assert first.queue.pause(transfer)
        first.until("paused")
        assert first.queue.views()[0].kept == 16
        first.queue.close(within(PATIENCE))
        second = make_bench(1, file)
        assert second.queue.views()[0].kept == 16
        assert second.queue.resume(transfer)
        second.wait_started()
        assert (second.queue.views()[0].kept, second.queue.pause(transfer)) == (16, True)
        second.until("paused")
        assert (second.queue.views()[0].kept, second.journal.transfers()[0].kept_bytes) == (16, 16)
        assert second.queue.cancel(transfer)
        assert second.queue.views()[0].kept == 0
        assert second.queue.retry(transfer)
        second.wait_started()
        assert second.queue.views()[0].kept == 0

    def test_restart(self, make_bench: Callable[..., Bench]) -> None:
        """What was paused stays so over a restart, with what it had sent."""
        file = FakeStateFile()
        first = make_bench(1, file)
        (paused,) = first.submit("a")
        first.wait_started()
        assert first.queue.pause(paused)
        first.until("paused")
        first.queue.close(within(PATIENCE))
        second = make_bench(1, file)
        assert second.queue.wait_idle(PATIENCE)
        assert (second.states(), second.queue.views()[0].sent) == (["paused"], 20)
        assert second.queue.resume(paused)
        second.ferry.go.release()
        second.until("done")

    def test_killed_before_it_has_stopped(self, make_bench: Callable[..., Bench]) -> None:
        """The wish is durable before the transfer has come to its next step."""
        file = FakeStateFile()
        first = make_bench(1, file)
        first.ferry.stubborn = True
        (asked,) = first.submit("a")
        first.wait_started()
        assert first.queue.pause(asked)
        first.queue.save_progress()
        assert first.states() == ["active"]
        assert make_bench(1, file).states() == ["paused"]
        first.ferry.stubborn = False
        first.until("paused")

    def test_second_thought(self, bench: Bench) -> None:
        """Resumed before it has stopped, it is queued again; only one thread is at it."""
        bench.ferry.stubborn = True
        (asked,) = bench.submit("a")
        bench.wait_started()
        assert bench.queue.pause(asked)
        assert bench.queue.resume(asked)
        bench.ferry.stubborn = False
        bench.wait_started()
        bench.ferry.go.release()
        bench.until("done")
        assert (bench.ferry.sources, bench.ferry.most_at_once) == (["a", "a"], 1)

    def test_told_once(self, bench: Bench) -> None:
        """That an active one stops is told when it has stopped, not when it was asked to."""
        bench.ferry.stubborn = True
        (asked,) = bench.submit("a")
        bench.wait_started()
        assert bench.queue.pause(asked)
        assert bench.queue.cancel(asked)
        assert bench.events == ["TransferQueued", "TransferStarted"]
        bench.ferry.stubborn = False
        bench.until("cancelled")
        bench.queue.close(within(PATIENCE))
        assert bench.events == ["TransferQueued", "TransferStarted", "TransferCancelled"]

    def test_not_queued_again(self, bench: Bench) -> None:
        """Submitting what is paused changes nothing."""
        asked = bench.submit("a")
        bench.wait_started()
        assert bench.queue.pause(asked[0])
        bench.until("paused")
        assert bench.submit("a") == asked
        assert bench.states() == ["paused"]


class TestFreeing:
    def test_cancelled_while_paused(self, bench: Bench) -> None:
        """Nobody needs what it has sent any more."""
        (asked,) = bench.submit("a")
        bench.wait_started()
        assert bench.queue.pause(asked)
        bench.until("paused")
        assert bench.queue.cancel(asked)
        bench.queue.close(within(PATIENCE))
        assert (bench.states(), bench.freed) == (["cancelled"], ["a"])

    def test_cancelled_while_it_pauses(self, bench: Bench) -> None:
        """The ferry keeps what was sent, so it is freed behind it."""
        bench.ferry.stubborn = True
        (asked,) = bench.submit("a")
        bench.wait_started()
        assert bench.queue.pause(asked)
        assert bench.queue.cancel(asked)
        bench.ferry.stubborn = False
        bench.until("cancelled")
        bench.queue.close(within(PATIENCE))
        assert bench.freed == ["a"]

    def test_failed(self, bench: Bench) -> None:
        """A failed one can be given up; one that never began has nothing to free."""
        bench.ferry.errors["a"] = ResultsStorageError("x")
        failed, waiting = bench.submit("a", "b")
        bench.wait_started()
        assert bench.queue.cancel(waiting)
        bench.ferry.go.release()
        bench.until("failed", "cancelled")
        assert bench.queue.cancel(failed)
        bench.queue.close(within(PATIENCE))
        assert (bench.states(), bench.freed) == (["cancelled", "cancelled"], ["a"])

    def test_active(self, bench: Bench) -> None:
        """The ferry itself frees what an active one has sent."""
        (asked,) = bench.submit("a")
        bench.wait_started()
        assert bench.queue.cancel(asked)
        bench.until("cancelled")
        bench.queue.close(within(PATIENCE))
        assert bench.freed == []

    def test_wanted_by_another(self, make_bench: Callable[..., Bench]) -> None:
        """What a later upload of the same source goes on with is not taken from it."""
        file = FakeStateFile()
        failed, _ = [FakeJournal(file=file).put_transfer(record) for record in FAILED_AND_WAITING]
        bench = make_bench(1, file)
        bench.wait_started()
        assert bench.queue.cancel(failed)
        bench.ferry.go.release()
        bench.until("cancelled", "done")
        bench.queue.close(within(PATIENCE))
        assert bench.freed == []

    def test_retried_meanwhile(self, bench: Bench) -> None:
        """It waits until all is freed: what it began would be taken from it."""
        bench.ferry.errors["a"] = ResultsStorageError("x")
        (failed,) = bench.submit("a")
        bench.ferry.go.release()
        bench.until("failed")
        bench.may_free.clear()
        assert bench.queue.cancel(failed)
        assert bench.queue.retry(failed)
        bench.submit("b")
        bench.ferry.go.release()
        bench.until("queued", "done")
        bench.may_free.set()
        bench.ferry.go.release()
        bench.until("done", "done")

    def test_trouble(self, bench: Bench) -> None:
        """That something could not be freed keeps nothing from going on."""
        bench.ferry.errors["a"] = ResultsStorageError("x")
        (failed,) = bench.submit("a")
        bench.ferry.go.release()
        bench.until("failed")
        bench.free_error = StateError("locked")
        assert bench.queue.cancel(failed)
        assert bench.queue.retry(failed)
        bench.ferry.go.release()
        bench.until("done")


def test_more_and_fewer_at_a_time(bench: Bench) -> None:
    """Threads come at once, and go when what they do has ended."""
    bench.submit("a", "b", "c", "d", "e")
    bench.wait_started()
    bench.queue.set_parallel(3)
    for _ in range(2):
        bench.wait_started()
    assert bench.states() == ["active"] * 3 + ["queued"] * 2
    bench.queue.set_parallel(1)
    for _ in range(2):
        bench.ferry.go.release()
    deadline = time.monotonic() + PATIENCE
    while bench.ferry.at_once != 1:
        assert time.monotonic() < deadline
        threading.Event().wait(0.005)
    assert bench.states().count("queued") == 2
    bench.ferry.most_at_once = 0
    for _ in range(3):
        bench.ferry.go.release()
    bench.wait_idle()
    assert (bench.ferry.most_at_once, bench.queue.parallel) == (1, 1)


def test_none_at_a_time(bench: Bench) -> None:
    """Nothing begins until some may."""
    bench.queue.set_parallel(0)
    bench.submit("a")
    assert not bench.queue.wait_idle(0.05)
    assert bench.states() == ["queued"]
    bench.queue.set_parallel(1)
    bench.ferry.go.release()
    bench.wait_idle()


def test_one_source_at_a_time(make_bench: Callable[..., Bench]) -> None:
    """Two transfers of one source would go on with the same parts: the second waits."""
    file = FakeStateFile()
    failed, _ = [FakeJournal(file=file).put_transfer(record) for record in FAILED_AND_WAITING]
    bench = make_bench(2, file)
    bench.wait_started()
    assert bench.queue.retry(failed)
    bench.submit("b")
    bench.wait_started()
    assert bench.states() == ["queued", "active", "active"]
    for _ in range(3):
        bench.ferry.go.release()
    bench.wait_idle()
    assert bench.ferry.sources == ["a", "b", "a"]


def test_what_the_store_did_not_answer(bench: Bench) -> None:
    """It is queued again by `reconnect`; what failed otherwise, or was given up, is not."""
    offline = ResultsStorageError.because(StoreConnectionError("No answer."), kept="All.")
    for source in ("a", "b"):
        bench.ferry.errors[source] = offline
    bench.ferry.errors["c"] = ResultsStorageError("No entry.")
    _, given_up, _ = bench.submit("a", "b", "c")
    for _ in range(3):
        bench.ferry.go.release()
    bench.until("failed", "failed", "failed")
    assert bench.queue.cancel(given_up)
    bench.events.clear()
    assert bench.queue.reconnect() == 1
    assert bench.queue.reconnect() == 0
    bench.ferry.go.release()
    bench.until("done", "cancelled", "failed")
    assert bench.events == ["TransferQueued", "TransferStarted", "TransferSucceeded"]
    (view, _, _) = bench.queue.views()
    assert (view.attempts, view.failure) == (2, None)


def fail(bench: Bench, source: str) -> int:
    """Submits it, and lets it fail."""
    bench.ferry.errors[source] = ResultsStorageError("No entry.")
    (failed,) = bench.submit(source)
    bench.wait_started()
    bench.ferry.go.release()
    bench.wait_idle()
    return failed


def test_submitted_again_after_it_failed(make_bench: Callable[..., Bench]) -> None:
    """It is tried again in its place, as it is asked for now; also after a restart there is one."""
    file = FakeStateFile()
    bench = make_bench(1, file)
    failed = fail(bench, "a")
    bench.journal.bind_root("", 3)
    again = bench.queue.submit(UploadRequest("a", job_id=9))
    assert (again.id, again.job_id, again.failure) == (failed, 9, None)
    bench.wait_started()
    bench.ferry.go.release()
    bench.wait_idle()
    assert bench.ferry.requests[-1].job_id == 9
    assert bench.events.count("TransferQueued") == 2
    assert make_bench(1, file).states() == bench.states() == ["done"]


def test_submitted_again_after_it_was_cancelled(bench: Bench) -> None:
    """The same; what is done stays, and the next one is another."""
    (given_up,) = bench.submit("a")
    bench.wait_started()
    bench.queue.cancel(given_up)
    bench.wait_idle()
    assert bench.submit("a") == [given_up]
    bench.wait_started()
    bench.ferry.go.release()
    bench.wait_idle()
    assert bench.submit("a") != [given_up]


def test_arrived_after_all(make_bench: Callable[..., Bench]) -> None:
    """What failed of the same is gone; what failed of others, or on its way back, is not."""
    file = FakeStateFile()
    for record in FAILED_AND_WAITING:
        FakeJournal(file=file).put_transfer(record)
    bench = make_bench(1, file)
    bench.wait_started()
    bench.ferry.go.release()
    bench.wait_idle()
    fail(bench, "b")
    assert make_bench(1, file).states() == bench.states() == ["done", "failed"]


def test_forget(make_bench: Callable[..., Bench]) -> None:
    """What waits, is paused or failed is gone, also after a restart; what travels goes on."""
    file = FakeStateFile()
    bench = make_bench(1, file)
    bench.ferry.errors["failed"] = ResultsStorageError("No entry.")
    bench.submit("failed")
    bench.ferry.go.release()
    bench.until("failed")
    paused = bench.submit("active", "paused", "waiting", "kept")[1]
    assert bench.queue.pause(paused)
    bench.until("failed", "active", "paused", "queued", "queued")
    unwanted = ("failed", "active", "paused", "waiting")
    bench.queue.forget([UploadRequest(source) for source in unwanted])
    assert [view.source for view in bench.queue.views()] == ["active", "kept"]
    bench.ferry.go.release()
    bench.ferry.go.release()
    bench.until("done", "done")
    assert make_bench(1, file).states() == ["done", "done"]


def test_closing_waits_for_no_disk() -> None:
    """Whoever holds the lock may wait for it for long; what travels is told to stop all the same."""
    journal, ferry, threads = StuckJournal(), Ferry(), DaemonThreads()
    queue = TransferQueue(
        lambda: Carriers(ferry, ferry.fetch, print),
        TransferList(journal, FixedClock()),
        lambda _: None,
        QueueLimits(parallel=1),
    )
    queue.start()
    queue.submit(UploadRequest("/x/RUN1"))
    assert ferry.started.acquire(timeout=PATIENCE)
    journal.may_write.clear()
    journal.writing.clear()
    threads.begin(lambda: queue.submit(UploadRequest("/x/RUN2")), "submits")
    assert journal.writing.wait(PATIENCE)
    closing = DaemonThreads()
    closing.begin(lambda: queue.close(within(0)), "closes")
    try:
        assert closing.join(within(PATIENCE / 2))
        deadline = time.monotonic() + PATIENCE / 4
        while ferry.at_once:
            assert time.monotonic() < deadline
            threading.Event().wait(0.005)
        assert queue.running
    finally:
        journal.may_write.set()
    queue.close(within(PATIENCE))
    assert not queue.running
    assert [view.state for view in queue.views()] == [TransferState.QUEUED] * 2
