"""A server that accepts connections and does not answer, or not to the end, over real sockets."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from core.errors import StoreConnectionError, StoreThrottledError, TransferCancelledError
from core.progress import Progress
from core.settings import Profile
from core.waiting.giving_up import on_behalf_of
from storage.s3.backoff import Backoff
from storage.s3.store import S3Store, S3Tuning
from tests.contracts.object_store_contract import KEY, MIB, content, start
from tests.servers.fault_server import Answer, Fault, FaultServer, refuse
from tests.servers.stingy_server import StingyServer

_DEADLINE = 30.0
_PATIENCE, _TIME_OUT = 1.0, 0.25
_MOST_TRIES = 5
"""Of time-outs that fit into the patience there are four; clocks may round one away."""
_BEGUN = b'HTTP/1.1 200 OK\r\nx-amz-request-id: 1\r\nETag: "1"\r\nContent-Length: 5000\r\n\r\n'


class Held:
    """For `before`: the server has the request, and says nothing until it may."""

    def __init__(self) -> None:
        self.arrived, self.may_go_on = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.arrived.set()
        self.may_go_on.wait(_DEADLINE)


@pytest.fixture
def store(
    s3_profile: Profile, fault_server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[S3Store]:
    monkeypatch.setattr("storage.s3.client._ANSWER_SECONDS", 0.3)
    tuning = S3Tuning(backoff=Backoff(attempts=1, slow_seconds=0))
    store = S3Store(replace(s3_profile, endpoint_url=fault_server.url), tuning)
    yield store
    store.close()


def test_only_content_is_waited_for(store: S3Store, fault_server: FaultServer) -> None:
    """A question ends as a missing connection while a server may still take what it was sent."""
    writing, asking = Held(), Held()
    fault_server.plan(Fault("PUT", KEY, before=writing))
    fault_server.plan(Fault("GET", "list-type=2", before=asking))
    with ThreadPoolExecutor(1) as threads:
        try:
            written = threads.submit(store.put, KEY, b"slowly")
            assert writing.arrived.wait(_DEADLINE)
            with pytest.raises(StoreConnectionError, match="did not answer in time"):
                store.check()
            assert asking.arrived.is_set()
            assert not written.done()
        finally:
            writing.may_go_on.set()
            asking.may_go_on.set()
        written.result(_DEADLINE)
    assert content(store, KEY) == b"slowly"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Callable[[Profile, str], S3Store]:
    """A store that is given up for its silence alone, however often it was asked."""
    monkeypatch.setattr("storage.s3.client._ANSWER_SECONDS", _TIME_OUT)
    monkeypatch.setattr("storage.s3.client._READ_SECONDS", _TIME_OUT)
    backoff = Backoff(attempts=99, base_seconds=0, silent_seconds=_PATIENCE)
    return lambda profile, url: S3Store(
        replace(profile, endpoint_url=url), S3Tuning(backoff=backoff)
    )


def ask(store: S3Store) -> object:
    return store.check()


def find(store: S3Store) -> object:
    return store.head(KEY)


def fetch(store: S3Store) -> object:
    return content(store, KEY)


def glance(store: S3Store) -> object:
    return store.excerpt(KEY, start=0, length=10_000)


def write(store: S3Store) -> object:
    return store.put(KEY, b"content")


SAYS = {
    "nothing": b"",
    "half a header": b"HTTP/1.1 200 OK\r\nServer",
    "a header": _BEGUN,
    "half a body": _BEGUN + b"<?xml",
}
WHOLE = {(find, "a header"), (find, "half a body")}  # of an answer to HEAD


@pytest.mark.parametrize(
    ("act", "says"),
    [(a, s) for a in (ask, find, fetch, glance, write) for s in SAYS if (a, s) not in WHOLE],
)
def test_given_up(
    impatient: Callable[[Profile, str], S3Store],
    s3_profile: Profile,
    act: Callable[[S3Store], object],
    says: str,
) -> None:
    """All tries together take as long as the patience for silence, then the truth is told."""
    with StingyServer(SAYS[says]) as server:
        store = impatient(s3_profile, server.url)
        with pytest.raises(StoreConnectionError) as caught:
            act(store)
        store.close()
        assert 1 <= server.asked <= _MOST_TRIES
    assert caught.value.retryable
    assert not caught.value.answered


def test_parts_that_are_taken_in_silence(
    impatient: Callable[[Profile, str], S3Store], s3_profile: Profile, fault_server: FaultServer
) -> None:
    """Bytes that a server takes again and again are no answer: all parts are given up together."""
    silent = Held()
    fault_server.plan(Fault("PUT", "partNumber=", before=silent, times=-1))
    store = impatient(s3_profile, fault_server.url)
    upload = start(store, 20 * MIB)

    def send() -> None:
        for _ in range(20):
            upload.write(bytes(MIB))
        upload.complete()

    try:
        with pytest.raises(StoreConnectionError, match="did not answer in time"):
            send()
    finally:
        silent.may_go_on.set()
    tries = fault_server.count("PUT", "partNumber=")
    upload.abort()
    store.close()
    assert tries <= 3 + _MOST_TRIES


def test_no_new_patience(impatient: Callable[[Profile, str], S3Store], s3_profile: Profile) -> None:
    """Who asks next, before the server has said anything, asks once."""
    with StingyServer(b"") as server:
        store = impatient(s3_profile, server.url)
        for act in (ask, find, glance):
            before = server.asked
            with pytest.raises(StoreConnectionError):
                act(store)
        assert server.asked - before == 1
        store.close()


def test_cancelled_between_two_tries(profile: Profile, fault_server: FaultServer) -> None:
    """Who waits to ask again ends with the transfer that he works for."""
    refused = threading.Event()

    def before() -> Answer:
        refused.set()
        return refuse(503, "SlowDown")

    fault_server.plan(Fault("GET", "list-type=2", before=before, times=99))
    hours = Backoff(base_seconds=9999, cap_seconds=9999, fraction=lambda: 1.0)
    store, progress = S3Store(profile, S3Tuning(backoff=hours)), Progress()

    def check() -> None:
        with on_behalf_of(progress):
            store.check()

    with ThreadPoolExecutor(1) as threads:
        try:
            checked = threads.submit(check)
            assert refused.wait(_DEADLINE)
            progress.cancel()
            with pytest.raises(StoreThrottledError):
                checked.result(_DEADLINE)
        finally:
            store.close()
    assert fault_server.count("GET", "list-type=2") == 1


def test_cancelled_while_parts_travel(profile: Profile, fault_server: FaultServer) -> None:
    """Who waits until a part has arrived ends as well, and the part is let go."""
    sending = Held()
    fault_server.plan(Fault("PUT", "partNumber=1", before=sending))
    store, progress = S3Store(profile, S3Tuning(part_bytes=5 * MIB, threads=1)), Progress()
    upload = start(store, 40 * MIB)

    def write() -> None:
        with on_behalf_of(progress):
            for _ in range(40):
                upload.write(bytes(MIB))

    with ThreadPoolExecutor(1) as threads:
        try:
            written = threads.submit(write)
            assert sending.arrived.wait(_DEADLINE)
            progress.cancel()
            with pytest.raises(TransferCancelledError):
                written.result(_DEADLINE)
        finally:
            sending.may_go_on.set()
    upload.abort()
    assert not list(store.pending_uploads(""))
    store.close()
