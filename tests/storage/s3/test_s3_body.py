"""What is counted while content goes out to S3, over real HTTP: piece by piece, and honestly."""

from dataclasses import replace
from hashlib import sha256
from itertools import accumulate
from unittest import mock

import pytest

from core.errors import StoreThrottledError, TransferCancelledError
from core.ports.object_store import Upload
from core.settings import Profile
from storage.s3 import client
from storage.s3.backoff import Backoff
from storage.s3.store import S3Store, S3Tuning
from tests.contracts.object_store_contract import KEY, MIB, content, noise, start, upload, write
from tests.servers.fault_server import Fault, FaultServer, lost, refuse

TUNING = S3Tuning(
    part_bytes=5 * MIB, threads=2, backoff=Backoff(attempts=2, base_seconds=0, slow_seconds=0)
)
LARGE, SMALL = 11 * MIB + 7, MIB
PART, WHOLE = r"partNumber=", r"\.zip(\?x-id=PutObject)?$"
SIZES = pytest.mark.parametrize(("size", "target"), [(LARGE, PART), (SMALL, WHOLE)])


@pytest.fixture
def tuning() -> S3Tuning:
    return TUNING


def store_of(profile: Profile) -> S3Store:
    return S3Store(profile, TUNING)


def send(upload: Upload, size: int) -> None:
    write(upload, noise(size))
    upload.complete()


class CancelAt:
    """For `on_sent`: somebody cancels when so many bytes are on their way."""

    def __init__(self, limit: int) -> None:
        self.sent, self._limit = 0, limit

    def __call__(self, count: int) -> None:
        self.sent += count
        if count > 0 and self.sent >= self._limit:
            raise TransferCancelledError("Cancelled.")


@SIZES
def test_in_the_midst_of_a_part(
    store: S3Store, fault_server: FaultServer, size: int, target: str
) -> None:
    """Bytes count as they go out, not part by part, and together they are the object."""
    sent = list[int]()
    send(start(store, size, on_sent=sent.append), size)
    assert sum(sent) == size
    assert len(sent) > 4 * fault_server.count("PUT", target)
    assert content(store, KEY) == noise(size)


@SIZES
def test_what_was_refused_is_taken_back(
    store: S3Store, fault_server: FaultServer, size: int, target: str
) -> None:
    """An attempt that fails counts for nothing, and what counts is never more than the object."""
    sent = list[int]()
    fault_server.plan(Fault("PUT", target, before=lambda: refuse(503, "SlowDown")))
    send(start(store, size, on_sent=sent.append), size)
    assert min(sent) < 0
    assert sum(sent) == max(accumulate(sent)) == size


@SIZES
def test_nothing_arrived(store: S3Store, fault_server: FaultServer, size: int, target: str) -> None:
    """After the last attempt nothing is left of what went out in vain."""
    sent = list[int]()
    fault_server.plan(Fault("PUT", target, before=lambda: refuse(503, "SlowDown"), times=-1))
    started = start(store, size, on_sent=sent.append)
    with pytest.raises(StoreThrottledError):
        send(started, size)
    started.abort()
    assert max(sent) > 0
    assert sum(sent) == 0


def test_lost_reply_of_a_small_object(store: S3Store, fault_server: FaultServer) -> None:
    """What turns out to be stored counts after all."""
    sent = list[int]()
    fault_server.plan(Fault("PUT", WHOLE, after=lost))
    send(start(store, SMALL, on_sent=sent.append), SMALL)
    assert sum(sent) == SMALL


@pytest.mark.parametrize("limit", [1, 6 * MIB, LARGE])
def test_cancelled_in_the_midst_of_a_part(s3_profile: Profile, limit: int) -> None:
    """An error of `on_sent` ends the upload as it is, and its part is not finished."""
    store, on_sent = store_of(s3_profile), CancelAt(limit)
    started = start(store, LARGE, on_sent=on_sent)
    with pytest.raises(TransferCancelledError) as caught:
        send(started, LARGE)
    started.abort()
    assert caught.value.__context__ is None
    assert store.head(KEY) is None
    assert on_sent.sent < limit
    store.close()


def test_one_request_is_not_broken_off(store: S3Store) -> None:
    """Some servers would keep the beginning: a small object is stored whole."""
    send(start(store, SMALL, on_sent=CancelAt(1)), SMALL)
    assert content(store, KEY) == noise(SMALL)


def test_read_twice_where_payloads_are_signed(store: S3Store, fault_server: FaultServer) -> None:
    """On a plain network the signature covers the content; reading it for that is not sending."""
    sent = list[int]()
    with mock.patch.object(client, "crosses_plain_network", return_value=True):
        send(start(store, SMALL, on_sent=sent.append), SMALL)
    (seen,) = fault_server.requests("PUT", WHOLE)
    assert seen.headers["x-amz-content-sha256"] == sha256(noise(SMALL)).hexdigest()
    assert sum(sent) == SMALL
    assert min(sent) > 0


def test_nobody_waits_to_be_asked(store: S3Store, fault_server: FaultServer) -> None:
    """Content goes out at once, without a round trip for the server's permission."""
    upload(store, noise(LARGE))
    store.put(KEY + "2", b"small")
    requests = fault_server.requests("PUT", "")
    assert len(requests) == 4
    assert not any("expect" in seen.headers for seen in requests)


def test_without_checksums(profile: Profile, fault_server: FaultServer) -> None:
    """For servers that refuse them: no request has one."""
    store = store_of(replace(profile, checksums=False))
    upload(store, noise(LARGE))
    store.put(KEY + "2", b"small")
    assert content(store, KEY) == noise(LARGE)
    store.close()
    names = {name for seen in fault_server.seen for name in seen.headers}
    assert not any("checksum" in name for name in names)
