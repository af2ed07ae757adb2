"""Downloads beside uploads: in the same queue, by the same rules."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from core.download.download_request import DownloadRequest
from core.errors import StoreConnectionError
from core.model import ArtifactKind
from core.ports.journal.queue import TransferRecord
from core.queue.transfer_records import request_from, values_of, view_of
from core.queue.transfer_request import waiting_view
from core.transfer_view import Direction, TransferState
from core.upload.upload_request import UploadRequest
from tests.builders import NOON, an_artifact
from tests.core.queue.test_transfer_queue import PATIENCE, Bench
from tests.fakes.clock import within
from tests.fakes.journal import FakeStateFile

KEY = "jobs/12/2026/11/20/120000/run_4_results.zip"
ARTIFACT = an_artifact(KEY)
REQUEST = DownloadRequest.of(ARTIFACT, "/home/ada/back")
MakeBench = Callable[..., Bench]


@pytest.fixture
def make_bench() -> Iterator[MakeBench]:
    benches: list[Bench] = []

    def make(parallel: int = 1, file: FakeStateFile | None = None) -> Bench:
        benches.append(Bench(parallel, file))
        benches[-1].queue.start()
        return benches[-1]

    yield make
    for bench in benches:
        bench.queue.close(within(PATIENCE))


def test_one_download(make_bench: MakeBench) -> None:
    """It shows which way, what and where to, and how far it is."""
    bench = make_bench()
    bench.queue.submit(REQUEST)
    bench.wait_started()
    (active,) = bench.queue.views()
    assert (active.direction, active.source) == (Direction.DOWNLOAD, KEY)
    assert (active.target, active.job_id, active.run_id) == (
        "/home/ada/back/run_4_results.zip", 12, 4,
    )  # fmt: skip
    assert (active.done, active.total) == (40, 100)
    bench.ferry.go.release()
    bench.wait_idle()
    (view,) = bench.queue.views()
    assert (view.state, view.outcome) == (TransferState.DONE, "downloaded")
    bench.queue.close(within(PATIENCE))
    assert bench.events == ["TransferQueued", "TransferStarted", "TransferSucceeded"]


def test_not_twice(make_bench: MakeBench) -> None:
    """The same into the same directory is one; elsewhere or taken apart it is another."""
    bench = make_bench()
    elsewhere, apart = replace(REQUEST, directory="/mnt"), replace(REQUEST, extract=True)
    for request in (REQUEST, REQUEST, elsewhere, apart, elsewhere):
        bench.queue.submit(request)
    bench.wait_started()
    assert bench.states() == ["active", "queued", "queued"]
    bench.queue.forget([REQUEST, elsewhere])
    assert [view.identity for view in bench.queue.views()] == [
        waiting_view(REQUEST).identity,
        waiting_view(apart).identity,
    ]
    for _ in range(2):
        bench.ferry.go.release()
    bench.wait_idle()


def test_one_limit_for_both(make_bench: MakeBench) -> None:
    """Uploads and downloads take turns in the order of submission, `parallel` at a time."""
    bench = make_bench(2)
    bench.submit("/x/RUN1")
    bench.queue.submit(REQUEST)
    bench.submit("/x/RUN2")
    for _ in range(2):
        bench.wait_started()
    assert bench.states() == ["active", "active", "queued"]
    for _ in range(3):
        bench.ferry.go.release()
    bench.wait_idle()
    assert bench.ferry.most_at_once == 2


def test_paused_over_a_restart(make_bench: MakeBench) -> None:
    """It stays paused, goes on as what it was, and nothing is freed in the store when given up."""
    file = FakeStateFile()
    bench = make_bench(1, file)
    request = replace(REQUEST, version=2, extract=True)
    transfer_id = bench.queue.submit(request).id
    bench.wait_started()
    assert bench.queue.pause(transfer_id)
    bench.until("paused")
    bench.queue.close(within(PATIENCE))

    again = make_bench(1, file)
    assert again.states() == ["paused"]
    assert again.queue.resume(transfer_id)
    again.wait_started()
    assert again.ferry.requests == [request]
    assert again.queue.pause(transfer_id)
    again.until("paused")
    assert again.queue.cancel(transfer_id)
    again.until("cancelled")
    again.queue.close(within(PATIENCE))
    assert again.freed == []


def test_goes_on_when_the_store_answers(make_bench: MakeBench) -> None:
    """What the store did not answer is queued again, also a download."""
    bench = make_bench()
    bench.ferry.errors[KEY] = StoreConnectionError("No answer.")
    bench.queue.submit(REQUEST)
    bench.ferry.go.release()
    bench.until("failed")
    assert bench.queue.reconnect() == 1
    bench.ferry.go.release()
    bench.until("done")


def test_records_of_early_versions() -> None:
    """A request that does not say which way is an upload."""
    record = TransferRecord(1, 12, 4, "/x/RUN4", "queued", "", NOON)
    assert view_of(record).direction is Direction.UPLOAD
    assert view_of(replace(record, request={"source": "/x/RUN4"})).path == "/x/RUN4"


@pytest.mark.parametrize(
    "request_",
    [
        UploadRequest("/x/RUN4", 12, sidecars=True),
        replace(REQUEST, version=3, extract=True),
        DownloadRequest("jobs/1/c.json", "/x", 1, ArtifactKind.JOB_CONFIG),
    ],
)
def test_written_and_read(request_: UploadRequest | DownloadRequest) -> None:
    """The same request comes back."""
    assert request_from(values_of(request_)) == request_


@pytest.mark.parametrize(
    "change", [{"kind": "nonsense"}, {"directory": 3}, {"direction": "sideways"}, {"more": 1}]
)
def test_what_is_no_request(change: dict[str, object]) -> None:
    """It is refused by name, not carried out by half."""
    with pytest.raises(ValueError, match=r"request|Direction|ArtifactKind"):
        request_from(values_of(REQUEST) | change)


def test_taken_apart() -> None:
    """Results right there; other ZIPs in a directory of their own; what is no ZIP stays whole."""
    results = DownloadRequest.of(ARTIFACT, "/x", extract=True)
    logs = DownloadRequest.of(
        replace(ARTIFACT, key="j/run_4_logs.zip", kind=ArtifactKind.RUN_LOGS), "/x", extract=True
    )
    config = DownloadRequest.of(replace(ARTIFACT, key="j/job_config.json"), "/x", extract=True)
    assert [(r.target, r.extract) for r in (results, logs, config)] == [
        ("/x", True),
        ("/x/run_4_logs", True),
        ("/x/job_config.json", False),
    ]
