"""Ranges of an object on S3 when something goes wrong, over real HTTP."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.download.download_artifact import DownloadArtifact
from core.download.extract_artifact import ExtractArtifact
from core.errors import (
    ContentDiffersError,
    PreconditionFailedError,
    StoreConnectionError,
    StoreError,
)
from core.model import Artifact, ArtifactKind
from core.progress import Progress
from core.settings import Profile
from storage.files.local_files import LocalFileSystem
from storage.packing.zip_extractor import ZipArchiveExtractor
from storage.packing.zip_reader import ZipArchiveReader
from storage.s3.backoff import Backoff
from storage.s3.store import S3Store, S3Tuning
from tests.contracts.object_store_contract import KEY, noise
from tests.servers.fault_server import Answer, Fault, FaultServer, refuse

KIB = 1 << 10
TUNING = S3Tuning(block_bytes=10 * KIB, backoff=Backoff(attempts=3, base_seconds=0, slow_seconds=0))
DATA = noise(100 * KIB)
GET = r"results\.zip"


@pytest.fixture
def store(s3_profile: Profile, fault_server: FaultServer) -> Iterator[S3Store]:
    store = S3Store(replace(s3_profile, endpoint_url=fault_server.url), TUNING)
    store.put(KEY, DATA)
    yield store
    store.close()


def _cut(at: int) -> Fault:
    return Fault("GET", GET, after=lambda answer: replace(answer, cut=at))


def _ranges(server: FaultServer) -> list[str | None]:
    return [seen.headers.get("range") for seen in server.requests("GET", GET)]


def test_goes_on_within_the_range(store: S3Store, fault_server: FaultServer) -> None:
    """After a broken connection only the rest of the range is asked for, of the same version."""
    fault_server.plan(_cut(25 * KIB))
    assert b"".join(store.read(KEY, start=1000, length=50 * KIB)) == DATA[1000 : 1000 + 50 * KIB]
    first, second = fault_server.requests("GET", GET)
    end = 1000 + 50 * KIB - 1
    assert first.headers["range"] == f"bytes=1000-{end}"
    start = int(second.headers["range"].removeprefix("bytes=").partition("-")[0])
    assert 1000 < start <= 1000 + 25 * KIB
    assert second.headers["range"] == f"bytes={start}-{end}"
    assert second.headers["if-match"]


def test_excerpt_is_cut(store: S3Store, fault_server: FaultServer) -> None:
    """Half an excerpt is none: it is asked for again as a whole."""
    fault_server.plan(_cut(5))
    assert store.excerpt(KEY, start=10, length=20 * KIB).data == DATA[10 : 10 + 20 * KIB]
    assert _ranges(fault_server) == [f"bytes=10-{10 + 20 * KIB - 1}"] * 2


def test_excerpt_fails(store: S3Store, fault_server: FaultServer) -> None:
    """A server that keeps on failing is reported."""
    broken = refuse(500, "InternalError")
    fault_server.plan(Fault("GET", GET, before=lambda: broken, times=9))
    with pytest.raises(StoreConnectionError):
        store.excerpt(KEY, start=0, length=5)


def test_one_request_each(store: S3Store, fault_server: FaultServer) -> None:
    """A range and an excerpt cost one request each and fetch no byte more."""
    list(store.read(KEY, start=5, length=10))
    store.excerpt(KEY, start=len(DATA) - 10, length=10)
    assert _ranges(fault_server) == ["bytes=5-14", f"bytes={len(DATA) - 10}-{len(DATA) - 1}"]


def test_replaced_while_it_is_read(store: S3Store, fault_server: FaultServer) -> None:
    """What follows a broken connection is of the same version, or an error."""
    fault_server.plan(_cut(25 * KIB))
    blocks = store.read(KEY, start=1, length=90 * KIB)
    next(blocks)
    store.put(KEY, noise(101 * KIB))
    with pytest.raises(PreconditionFailedError):
        list(blocks)


def test_server_without_ranges(store: S3Store, fault_server: FaultServer) -> None:
    """A server that always sends the whole object is of use for its beginning only."""

    def whole(answer: Answer) -> Answer:
        dropped = {"content-range", "content-length"}
        headers = {
            name: value for name, value in answer.headers.items() if name.lower() not in dropped
        }
        return Answer(200, DATA, headers)

    fault_server.plan(Fault("GET", GET, after=whole, times=4))
    assert b"".join(store.read(KEY, length=15)) == DATA[:15]
    assert store.excerpt(KEY, start=0, length=15).data == DATA[:15]
    with pytest.raises(StoreError, match="middle of an object"):
        list(store.read(KEY, start=1, length=15))
    with pytest.raises(StoreError, match="middle of an object"):
        store.excerpt(KEY, start=1, length=15)


@pytest.mark.parametrize("always", [False, True])
def test_flipped_byte(
    store: S3Store, fault_server: FaultServer, tmp_path: Path, *, always: bool
) -> None:
    """A byte that the network changes is fetched again at once; what is always wrong is refused."""

    def flip(answer: Answer) -> Answer:
        flipped = bytes([answer.body[777] ^ 1])
        return replace(answer, body=answer.body[:777] + flipped + answer.body[778:])

    fault_server.plan(Fault("GET", GET, after=flip, times=99 if always else 1))
    files = LocalFileSystem()
    extract = ExtractArtifact(store, files, ZipArchiveExtractor(), ZipArchiveReader())
    download = DownloadArtifact(store, files, extract)
    digest = hashlib.sha256(DATA).hexdigest()
    artifact = Artifact(7, ArtifactKind.RUN_RESULTS, KEY, len(DATA), 4, 1, digest)
    if always:
        with pytest.raises(ContentDiffersError):
            download(artifact, str(tmp_path), Progress())
        assert list(tmp_path.iterdir()) == []
    else:
        assert Path(download(artifact, str(tmp_path), Progress()).path).read_bytes() == DATA
    assert len(_ranges(fault_server)) == 2
