"""A file in pieces: remembered across processes, never mixed with another, never misplaced."""

import hashlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.download.download_artifact import DownloadArtifact
from core.download.extract_artifact import ExtractArtifact
from core.errors import DownloadError
from core.model import Artifact, ArtifactKind
from core.progress import Progress
from core.settings import Profile
from storage.files.local_files import LocalFileSystem
from storage.files.piecewise_file import LocalPiecewiseFile
from storage.packing.zip_extractor import ZipArchiveExtractor
from storage.packing.zip_reader import ZipArchiveReader
from storage.s3.store import S3Store
from tests.contracts.object_store_contract import KEY, noise
from tests.full_disk import full_disk
from tests.servers.fault_server import Fault, FaultServer

MIB = 1 << 20
ROOT = Path(__file__).parents[3]
DATA = noise(9 * MIB + 5)
ARTIFACT = Artifact(
    7, ArtifactKind.RUN_RESULTS, KEY, len(DATA), 4, 1, hashlib.sha256(DATA).hexdigest()
)
NAME = "run_4_results.zip"
DOWNLOAD = """
import sys
from core.model import Artifact, ArtifactKind
from core.progress import Progress
from core.redaction.secret import Secret
from core.settings import Profile, StoreKind
from core.download.download_artifact import DownloadArtifact
from core.download.extract_artifact import ExtractArtifact
from storage.files.local_files import LocalFileSystem
from storage.packing.zip_extractor import ZipArchiveExtractor
from storage.packing.zip_reader import ZipArchiveReader
from storage.s3.store import S3Store
url, bucket, place, key, size, digest = sys.argv[1:]
store = S3Store(Profile("p", StoreKind.S3, bucket=bucket, region="us-east-1", endpoint_url=url,
    access_key_id=Secret("A" * 20), secret_access_key=Secret("s" * 40)))
files = LocalFileSystem()
extract = ExtractArtifact(store, files, ZipArchiveExtractor(), ZipArchiveReader())
download = DownloadArtifact(store, files, extract, piece_bytes=1 << 20)
artifact = Artifact(7, ArtifactKind.RUN_RESULTS, key, int(size), 4, 1, digest)
download(artifact, place, Progress())
"""


def _resume(place: Path, *, size: int = 25, identity: str = "one") -> LocalPiecewiseFile:
    return LocalFileSystem().resume(str(place), "x.zip", size=size, pieces=3, identity=identity)


def _content(file: LocalPiecewiseFile, size: int = 25) -> bytes:
    return b"".join(file.read(0, size))


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A directory with a file of three pieces of which the last is there."""
    file = _resume(tmp_path)
    file.write(20, b"last!")
    file.finish(2)
    file.close()
    return tmp_path


def test_remembers_pieces(begun: Path) -> None:
    """What was finished counts as such the next time; what was only written does not."""
    file = _resume(begun)
    assert file.finished() == {2}
    file.write(0, b"0123456789")
    file.close()
    file = _resume(begun)
    assert file.finished() == {2}
    file.write(0, b"0123456789" * 2)
    file.finish(0)
    file.finish(1)
    assert _content(file) == b"01234567890123456789last!"
    file.seal()
    assert Path(file.path).read_bytes() == b"01234567890123456789last!"
    assert file.commit() == str(begun / "x.zip")
    file.close()
    assert os.listdir(begun) == ["x.zip"]


@pytest.mark.parametrize(("size", "identity"), [(25, "two"), (26, "one"), (24, "one")])
def test_of_something_else(begun: Path, size: int, identity: str) -> None:
    """Pieces of another content or size do not count, and nothing of them is kept."""
    file = _resume(begun, size=size, identity=identity)
    assert file.finished() == frozenset()
    assert _content(file, size) == bytes(size)
    file.close()
    assert os.listdir(begun) == []


def test_somebody_elses_file(begun: Path) -> None:
    """A partial file that has a second name is not written to."""
    os.link(begun / "x.zip.partial", begun / "mine")
    before = (begun / "mine").read_bytes()
    file = _resume(begun)
    file.write(0, b"x" * 25)
    assert file.finished() == frozenset()
    assert (begun / "mine").read_bytes() == before
    file.discard()


def test_in_use(begun: Path) -> None:
    """A second download of the same name is told of the first one."""
    file = _resume(begun)
    with pytest.raises(DownloadError, match="another download"):
        _resume(begun)
    file.discard()
    assert os.listdir(begun) == []


def test_restart(begun: Path) -> None:
    """After a restart no piece counts, also not for the next process."""
    file = _resume(begun)
    file.restart()
    file.write(0, b"0")
    file.finish(0)
    file.close()
    assert _resume_and_close(begun) == {0}


def _resume_and_close(place: Path) -> frozenset[int]:
    file = _resume(place)
    finished = file.finished()
    file.close()
    return finished


def test_closed(begun: Path) -> None:
    """A late writer meets an error, not a file that was opened since."""
    file = _resume(begun)
    file.close()
    file.close()
    other = begun / "other"
    descriptors = [os.open(other, os.O_RDWR | os.O_CREAT) for _ in range(9)]
    for late in (lambda: file.write(0, b"x"), lambda: file.finish(0), file.restart, file.seal):
        with pytest.raises(DownloadError, match="has ended"):
            late()
    with pytest.raises(DownloadError):
        list(file.read(0, 5))
    assert other.read_bytes() == b""
    for descriptor in descriptors:
        os.close(descriptor)


def test_sealed_and_not_committed(begun: Path) -> None:
    """A whole file whose name is taken is still whole the next time."""
    file = _resume(begun)
    file.write(0, b"0" * 20)
    file.finish(0)
    file.finish(1)
    file.seal()
    (begun / "x.zip").touch()
    with pytest.raises(DownloadError, match="exists already"):
        file.commit()
    file.close()
    (begun / "x.zip").unlink()
    assert _resume_and_close(begun) == {0, 1, 2}


def test_cut_off_by_somebody(begun: Path) -> None:
    """A file that loses its end while it is read is an error."""
    file = _resume(begun)
    os.truncate(file.path, 3)
    with pytest.raises(DownloadError, match="cut off"):
        _content(file)
    file.discard()


def test_disk_full(tmp_path: Path) -> None:
    """A file that cannot be made leaves nothing, and no descriptor."""
    before = len(os.listdir("/dev/fd"))
    with full_disk(1000), pytest.raises(DownloadError, match=r"x\.zip"):
        _resume(tmp_path, size=5000)
    assert os.listdir(tmp_path) == []
    assert len(os.listdir("/dev/fd")) == before


@pytest.fixture
def stored(s3_profile: Profile, fault_server: FaultServer) -> Iterator[S3Store]:
    """A store behind the server that fails as told, with an object of ten pieces."""
    store = S3Store(replace(s3_profile, endpoint_url=fault_server.url))
    store.put(KEY, DATA)
    yield store
    store.close()


@pytest.mark.parametrize("whole", [1, 4, 8])
def test_killed(
    stored: S3Store, fault_server: FaultServer, bucket: str, tmp_path: Path, whole: int
) -> None:
    """After `kill -9` with some pieces whole, the next download asks for the others only."""
    reached, end = threading.Event(), threading.Event()

    def hang() -> None:
        reached.set()
        end.wait(60)

    fault = Fault("GET", NAME, before=hang, skip=whole, times=99)
    fault_server.plan(fault)
    arguments = [fault_server.url, bucket, tmp_path, KEY, str(ARTIFACT.size), ARTIFACT.sha256]
    process = subprocess.Popen([sys.executable, "-c", DOWNLOAD, *arguments], cwd=ROOT)
    try:
        assert reached.wait(60)
        _wait_for_pieces(tmp_path / f"{NAME}.partial", whole)
    finally:
        process.kill()
        process.wait()
        end.set()
    fault.times = 0
    fault_server.seen.clear()

    files = LocalFileSystem()
    extract = ExtractArtifact(stored, files, ZipArchiveExtractor(), ZipArchiveReader())
    again = DownloadArtifact(stored, files, extract, piece_bytes=MIB)
    again(ARTIFACT, str(tmp_path), Progress())

    assert (tmp_path / NAME).read_bytes() == DATA
    assert os.listdir(tmp_path) == [NAME]
    asked = fault_server.requests("GET", NAME)
    # A request of the killed process may be seen only now: ranges count, not requests.
    assert len({seen.headers["range"] for seen in asked}) == 10 - whole
    assert all(seen.headers["if-match"] for seen in asked)


def _wait_for_pieces(partial: Path, count: int) -> None:
    """Until so many marks stand behind the content."""
    waiting = threading.Event()
    for _ in range(600):
        if partial.exists() and partial.read_bytes()[-10:].count(1) == count:
            return
        waiting.wait(0.05)
    raise AssertionError("the pieces did not arrive")
