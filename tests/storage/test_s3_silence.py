"""A server that accepts connections and does not answer, over real HTTP."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from core.errors import StoreConnectionError
from core.settings import Profile
from storage.s3.backoff import Backoff
from storage.s3.store import S3Store, S3Tuning
from tests.contracts.object_store_contract import KEY, content
from tests.servers.fault_server import Fault, FaultServer

_DEADLINE = 30.0


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
