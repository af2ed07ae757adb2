"""What tests of adapters share; a module may have its own instead."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core.settings import Profile
from storage.s3.store import S3Store, S3Tuning
from tests.servers.fault_server import FaultServer
from tests.storage.at_once import AT_ONCE

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@pytest.fixture
def profile(s3_profile: Profile, fault_server: FaultServer) -> Profile:
    """The empty bucket behind the server that fails as told."""
    return replace(s3_profile, endpoint_url=fault_server.url)


@pytest.fixture
def tuning() -> S3Tuning:
    return AT_ONCE


@pytest.fixture
def store(profile: Profile, tuning: S3Tuning) -> Iterator[S3Store]:
    """The store in that bucket."""
    store = S3Store(profile, tuning)
    yield store
    store.close()


@pytest.fixture
def open_uploads(s3_client: "S3Client", bucket: str) -> Callable[[], int]:
    """How many multipart uploads the server still keeps parts of."""
    return lambda: len(s3_client.list_multipart_uploads(Bucket=bucket).get("Uploads", []))


@pytest.fixture
def written_when_killed() -> Callable[[str, str], list[int]]:
    """Runs a program that prints each number when it is in the file; kill -9 after fifty."""

    def run(program: str, path: str) -> list[int]:
        with subprocess.Popen(
            [sys.executable, "-c", program, path], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout
            written = [int(writer.stdout.readline()) for _ in range(50)]
            writer.send_signal(signal.SIGKILL)
        return written

    return run
