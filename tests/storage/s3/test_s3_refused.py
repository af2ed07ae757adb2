"""Parts that a store, or something before it, refuses while it answers everything else."""

import threading

import pytest

from core.errors import StoreConnectionError, StoreEndpointError, StoreError
from core.ports.object_store import Upload
from storage.s3.backoff import Backoff
from storage.s3.store import S3Store, S3Tuning
from tests.contracts.object_store_contract import KEY, MIB, noise, token, write
from tests.fakes.upload_session import NewSession
from tests.servers.fault_server import Answer, Fault, FaultServer, refuse

PART = r"partNumber="
DATA = noise(22 * MIB)
ATTEMPTS, PARTS = 4, 5
HTML = {"Content-Type": "text/html", "Server": "nginx"}
TOO_LARGE = Answer(413, b"<html><title>413 Request Entity Too Large</title></html>", HTML)


@pytest.fixture
def tuning() -> S3Tuning:
    backoff = Backoff(attempts=ATTEMPTS, base_seconds=0, slow_seconds=1)
    return S3Tuning(part_bytes=5 * MIB, threads=3, backoff=backoff)


def failing() -> Fault:
    return Fault("PUT", PART, before=lambda: refuse(500, "InternalError"), times=-1)


def start(store: S3Store, key: str = KEY) -> Upload:
    return store.start_upload(
        key, size_bound=len(DATA), metadata=token(), on_sent=lambda _: None, session=NewSession()
    )


def send(store: S3Store) -> StoreError:
    """Tries once; how it failed."""
    upload = start(store)
    with pytest.raises(StoreError) as caught:
        fill(upload)
    upload.suspend()
    return caught.value


def fill(upload: Upload) -> None:
    write(upload, DATA)
    upload.complete()


def sent(server: FaultServer) -> int:
    """Bytes of parts that came to the server."""
    return sum(seen.received for seen in server.requests("PUT", PART))


def test_failing(store: S3Store, fault_server: FaultServer) -> None:
    """One part at a time is tried again, so that little more than the object is sent in vain."""
    together = threading.Barrier(3)

    def together_at_first() -> Answer:
        if fault_server.count("PUT", PART) <= 3:
            together.wait(30)  # all threads are at it when the first one hears of it
        return refuse(500, "InternalError")

    fault_server.plan(Fault("PUT", PART, before=together_at_first, times=-1))
    error = send(store)
    assert isinstance(error, StoreConnectionError)
    assert error.answered
    assert "HTTP 500" in error.what
    assert sent(fault_server) <= (3 + ATTEMPTS - 1) * 5 * MIB


def test_failing_still(store: S3Store, fault_server: FaultServer) -> None:
    """What was refused to the end is tried again with one part, sent once, whichever upload it is."""
    fault_server.plan(failing())
    send(store)
    first = fault_server.count("PUT", PART)
    for tries in range(1, 4):
        error = send(store)
        assert isinstance(error, StoreConnectionError)
        assert "HTTP 500" in error.what
        assert fault_server.count("PUT", PART) == first + tries


def test_not_failing_any_more(store: S3Store, fault_server: FaultServer) -> None:
    """Once a part has arrived, the others are sent side by side again."""
    fault_server.plan(failing())
    send(store)
    fault_server.forget_faults()
    first = fault_server.count("PUT", PART)
    alone: list[int] = []
    together = threading.Barrier(3)

    def probe(answer: Answer) -> Answer:
        alone.append(fault_server.count("PUT", PART) - first)
        return answer

    def side_by_side() -> None:
        together.wait(30)

    fault_server.plan(Fault("PUT", PART, after=probe))
    fault_server.plan(Fault("PUT", PART, before=side_by_side, times=3))
    fill(start(store))
    assert alone == [1]
    assert fault_server.count("PUT", PART) == first + PARTS


def test_slow_down_while_one_probes(store: S3Store, fault_server: FaultServer) -> None:
    """A store that asks for patience has it, also after it failed."""
    fault_server.plan(failing())
    send(store)
    fault_server.forget_faults()
    slow = refuse(503, "SlowDown", headers={"Retry-After": "0"})
    fault_server.plan(Fault("PUT", PART, before=lambda: slow, times=ATTEMPTS - 1))
    fill(start(store))


def test_too_large(store: S3Store, fault_server: FaultServer) -> None:
    """What is refused for its size is not sent again, and the reason is named."""
    fault_server.plan(Fault("PUT", PART, before=lambda: TOO_LARGE, times=-1))
    error = send(store)
    assert (error.retryable, error.exit_code, error.offline) == (False, 1, False)
    assert "(HTTP 413" in error.what
    assert "client_max_body_size" in error.todo
    assert sent(fault_server) <= len(DATA)
    assert max(counts(fault_server).values()) == 1


def counts(server: FaultServer) -> dict[str, int]:
    """How often each part was sent."""
    targets = [seen.target for seen in server.requests("PUT", PART)]
    return {target: targets.count(target) for target in targets}


@pytest.mark.parametrize("status", [403, 404, 405])
def test_not_by_s3(store: S3Store, fault_server: FaultServer, status: int) -> None:
    """A proxy or firewall that refuses is not an outage."""
    answer = Answer(status, b"<html>No entry</html>", HTML)
    fault_server.plan(Fault("GET", "list-type", before=lambda: answer, times=-1))
    with pytest.raises(StoreEndpointError, match=f"not an S3 server refused .*HTTP {status}"):
        store.check()
    assert fault_server.count("GET", "list-type") == 1
