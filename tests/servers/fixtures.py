"""S3 servers and what a test needs to talk to them."""

import socket
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from core.redaction.secret import Secret
from core.settings import Profile, StoreKind
from tests.servers.fault_server import FaultServer
from tests.servers.moto_server import MotoServer
from tests.servers.strict.server import StrictServer

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"


@pytest.fixture(scope="session")
def events_named_once() -> Iterator[None]:
    """Each client of botocore would look up the present names of 150 events anew."""
    from botocore.hooks import EventAliaser

    look_up: Callable[[EventAliaser, str], str] = vars(EventAliaser)["_alias_event_name"]
    names: dict[str, str] = {}

    def name_of(aliaser: EventAliaser, event_name: str) -> str:
        if event_name not in names:
            names[event_name] = look_up(aliaser, event_name)
        return names[event_name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(EventAliaser, "_alias_event_name", name_of)
        yield


@pytest.fixture
def no_aws_settings(monkeypatch: pytest.MonkeyPatch, events_named_once: None) -> None:
    """Nothing of the machine's AWS settings, and no question to a metadata service."""
    for name in [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_PROFILE",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_DEFAULT_PROFILE",
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_S3",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CA_BUNDLE",
        "REQUESTS_CA_BUNDLE",
        "SSL_CERT_FILE",
        *(f"{kind}_PROXY" for kind in ("HTTP", "HTTPS", "ALL")),
        *(f"{kind}_proxy" for kind in ("http", "https", "all", "no")),
    ]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent/config")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent/credentials")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture(scope="session")
def moto_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MotoServer]:
    """One server for all tests; each makes its own bucket."""
    with MotoServer(tmp_path_factory.mktemp("moto")) as server:
        yield server


@pytest.fixture
def s3_client(moto_server: MotoServer, no_aws_settings: None) -> "Iterator[S3Client]":
    """A plain client, to look at the server without going through our code."""
    import boto3

    client: S3Client = boto3.client(  # pyright: ignore[reportUnknownMemberType]
        "s3",
        endpoint_url=moto_server.url,
        region_name="us-east-1",
        aws_access_key_id=KEY_ID,
        aws_secret_access_key=SECRET_KEY,
    )
    yield client
    client.close()


@pytest.fixture
def bucket(moto_server: MotoServer) -> str:
    """The name of an empty bucket."""
    name = f"runferry-{uuid.uuid4().hex}"
    moto_server.create_bucket(name)
    return name


@pytest.fixture
def s3_profile(moto_server: MotoServer, bucket: str, no_aws_settings: None) -> Profile:
    """The empty bucket, with credentials."""
    return Profile(
        "test",
        StoreKind.S3,
        bucket=bucket,
        region="us-east-1",
        endpoint_url=moto_server.url,
        access_key_id=Secret(KEY_ID),
        secret_access_key=Secret(SECRET_KEY),
    )


@pytest.fixture
def fault_server(moto_server: MotoServer) -> Iterator[FaultServer]:
    """Fails as told, otherwise passes on to moto."""
    with FaultServer(moto_server.url) as server:
        yield server


@pytest.fixture
def strict_server(moto_server: MotoServer) -> Iterator[StrictServer]:
    """Obeys the rules that a test gives it, in `rules`, and passes on to moto what they let through."""
    with StrictServer(moto_server.url) as server:
        yield server


@pytest.fixture
def mute_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """An S3 endpoint that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", address)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
        yield server
