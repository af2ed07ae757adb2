"""A way to the store that was good until a moment ago, and is not now."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core.errors import StoreConnectionError, StoreEndpointError
from core.settings import Profile
from storage.s3.backoff import Backoff
from storage.s3.bucket import S3Bucket
from storage.s3.client import build_client
from storage.s3.store import S3Store
from tests.servers.fault_server import Answer, Fault, FaultServer, answering

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PAGE = Answer(404, b"<html>No such site</html>", {"Content-Type": "text/html", "Server": "nginx"})
LISTING = "list-type=2"
Client = Callable[[str], "S3Client"]


@pytest.fixture
def bucket_there(profile: Profile) -> Iterator[S3Bucket]:
    bucket = S3Bucket(profile, Backoff(attempts=1))
    yield bucket
    bucket.close()


@pytest.fixture
def make_client(s3_profile: Profile) -> Iterator[Client]:
    """Clients of other endpoints."""
    made: list[S3Client] = []

    def make(url: str) -> "S3Client":
        made.append(build_client(replace(s3_profile, endpoint_url=url)))
        return made[-1]

    yield make
    for client in made:
        client.close()


def test_a_proxy_while_the_server_starts(store: S3Store, fault_server: FaultServer) -> None:
    """Once the store has answered, what a proxy says in its place is waited out."""
    store.check()
    fault_server.plan(Fault("GET", LISTING, before=answering(PAGE)))
    store.check()
    assert fault_server.count("GET", LISTING) == 3


def test_a_login_page_that_stays(store: S3Store, fault_server: FaultServer) -> None:
    """It is told as what it is, and as an outage: it ends without a change of the settings."""
    store.check()
    fault_server.plan(Fault("GET", LISTING, before=answering(PAGE), times=-1))
    with pytest.raises(
        StoreConnectionError, match=r"not an S3 server refused .*HTTP 404"
    ) as caught:
        store.check()
    assert (caught.value.offline, caught.value.answered) == (True, False)
    fault_server.forget_faults()
    store.check()


def test_a_page_before_any_answer(store: S3Store, fault_server: FaultServer) -> None:
    """It is no answer of the store: the endpoint may be wrong still."""
    fault_server.plan(Fault("GET", LISTING, before=answering(PAGE), times=2))
    for _ in range(2):
        with pytest.raises(StoreEndpointError):
            store.check()


@pytest.mark.parametrize(
    ("url", "says"),
    [("http://s3.invalid:9000", "is unknown"), ("https://127.0.0.1:{port}", "does not speak TLS")],
)
def test_names_and_certificates(
    bucket_there: S3Bucket,
    make_client: Client,
    fault_server: FaultServer,
    url: str,
    says: str,
) -> None:
    """A VPN that breaks off takes names with it; a network with a login has its own certificate."""
    other = make_client(url.format(port=fault_server.server_port))

    def ask() -> None:
        bucket_there.once("ListObjectsV2", lambda _: other.list_objects_v2(Bucket="b"))

    with pytest.raises(StoreEndpointError, match=says):
        ask()
    bucket_there.probe()
    with pytest.raises(StoreConnectionError, match=says) as caught:
        ask()
    assert caught.value.offline
