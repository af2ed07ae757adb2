"""The queue on real threads, with a ferry that waits to be let go."""

import threading
from collections.abc import Callable, Iterator

import pytest

from core.errors import ResultsStorageError
from core.event_bus import EventBus
from core.events import Event, Phase, TransferState
from core.model import Manifest
from core.progress import Progress
from core.transfer_queue import TransferQueue, UploadRequest
from core.upload_result import UploadOutcome, UploadResult
from tests.fakes.clock import FixedClock
from tests.fakes.journal import FakeJournal, FakeStateFile

PATIENCE = 10.0


class Ferry:
    """Does what the test says, when it says so."""

    def __init__(self) -> None:
        self.started = threading.Semaphore(0)
        self.go = threading.Semaphore(0)
        self.at_once = 0
        self.most_at_once = 0
        self.requests: list[UploadRequest] = []
        self.errors: dict[str, Exception] = {}
        self._lock = threading.Lock()

    @property
    def sources(self) -> list[str]:
        return [request.source for request in self.requests]

    def __call__(self, request: UploadRequest, progress: Progress) -> UploadResult:
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            self.requests.append(request)
        try:
            progress.begin(Phase.SENDING, total=100)
            progress.add_read(40)
            progress.set_packed(40, 20)
            progress.add_sent(20)
            self.started.release()
            while not self.go.acquire(timeout=0.01):
                progress.check_cancelled()
            if error := self.errors.pop(request.source, None):
                raise error
            return result_of(request)
        finally:
            with self._lock:
                self.at_once -= 1


def result_of(request: UploadRequest) -> UploadResult:
    clock = FixedClock()
    manifest = Manifest(
        job_id=7, run_id=4, version=2, key="k", content_id="c", sha256="s", write_token="t",
        files=1, raw_bytes=100, stored_bytes=50, stored_at=clock.now(), encoder="e",
    )  # fmt: skip
    return UploadResult(UploadOutcome.UPLOADED, manifest, "url", 50, "fingerprint")


class Bench:
    """A queue with everything around it."""

    def __init__(self, parallel: int = 1, file: FakeStateFile | None = None) -> None:
        self.ferry, self.clock, self.bus = Ferry(), FixedClock(), EventBus()
        self.events: list[str] = []
        self.journal = FakeJournal(file=file)
        self.queue = TransferQueue(
            self.ferry, self.journal, self.clock, self.bus.publish, parallel=parallel
        )
        self.bus.subscribe(self._keep)

    def _keep(self, event: Event) -> None:
        self.events.append(type(event).__name__)

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
        bench.queue.close(PATIENCE)


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
    bench.queue.close(PATIENCE)
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
    first.queue.close(PATIENCE)
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
    bench.queue.close(PATIENCE)
    assert bench.states() == ["queued", "queued"]


def test_failing_while_all_around_it_ends(bench: Bench) -> None:
    """What breaks because RunFerry is closing is no failure: it goes on at the next start."""
    bench.ferry.errors["a"] = ResultsStorageError("The database has been closed.")
    bench.submit("a")
    bench.wait_started()
    closing = threading.Thread(target=bench.queue.close, args=(PATIENCE,))
    closing.start()
    while not bench.queue._closing:  # pyright: ignore[reportPrivateUsage] - the moment between
        threading.Event().wait(0.001)
    bench.ferry.go.release()
    closing.join()
    assert bench.states() == ["queued"]
