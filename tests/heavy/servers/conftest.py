"""S3 servers that are not AWS: each test runs against each of them."""

import uuid
from collections.abc import Iterator

import pytest

from core.redaction.secret import Secret
from core.settings import Profile, StoreKind
from tests.acceptance.conftest import fred_out, home, runferry, samples
from tests.servers.guarded import server_python
from tests.servers.localstack import LocalStackServer
from tests.servers.swift import SwiftServer

__all__ = ["fred_out", "home", "runferry", "samples"]

Server = SwiftServer | LocalStackServer
_SERVERS: dict[str, type[Server]] = {"swift": SwiftServer, "localstack": LocalStackServer}


@pytest.fixture(scope="session", params=_SERVERS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """One of each kind for all tests; each test makes its own bucket."""
    python = server_python(request.param)
    if not python:
        pytest.skip(f"{request.param} is not installed: `make acceptance` does that")
    with _SERVERS[request.param](python, tmp_path_factory.mktemp(request.param)) as started:
        yield started


@pytest.fixture
def empty_profile(server: Server, no_aws_settings: None) -> Profile:
    """A bucket that does not exist yet."""
    return Profile(
        "test",
        StoreKind.S3,
        bucket=f"runferry-{uuid.uuid4().hex}",
        region="us-east-1",
        endpoint_url=server.url,
        access_key_id=Secret(server.key_id),
        secret_access_key=Secret(server.secret_key),
    )


@pytest.fixture
def profile(server: Server, empty_profile: Profile) -> Profile:
    """An empty bucket."""
    import boto3

    client = boto3.client(  # pyright: ignore[reportUnknownMemberType]
        "s3",
        endpoint_url=server.url,
        region_name="us-east-1",
        aws_access_key_id=server.key_id,
        aws_secret_access_key=server.secret_key,
    )
    client.create_bucket(Bucket=empty_profile.bucket)
    client.close()
    return empty_profile
