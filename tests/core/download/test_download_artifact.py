"""A stored object becomes a file: verified, in pieces, and gone on with after an interruption."""

import hashlib
import io
import os
import threading
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.download.download_artifact import DownloadArtifact
from core.download.extract_artifact import ExtractArtifact
from core.errors import (
    DownloadError,
    ObjectNotFoundError,
    StoreConnectionError,
    TransferCancelledError,
    TransferStoppedError,
)
from core.model import Artifact, ArtifactKind
from core.ports.packaging import ArchiveExtractor, ArchiveMember, Extracted, ExtractRule
from core.progress import Progress
from core.transfer_view import Phase
from storage.files.local_files import LocalFileSystem
from storage.packing.zip_extractor import ZipArchiveExtractor
from storage.packing.zip_reader import ZipArchiveReader
from tests.contracts.object_store_contract import KEY, noise
from tests.fakes.object_store import FakeObjectStore

NAME = "run_4_results.zip"
PARTIAL = f"{NAME}.partial"
KIB = 1 << 10
PIECE = 64 * KIB
DATA = noise(10 * PIECE + 77)


class NoExtractor(ArchiveExtractor):
    """Puts nothing anywhere; fails when told."""

    error: Exception | None = None
    seen = b""

    def extract(self, archive: str, directory: str, rule: ExtractRule) -> Extracted:
        self.seen = Path(archive).read_bytes()
        if self.error:
            raise self.error
        return Extracted(3)

    def extracted(self, members: Iterable[ArchiveMember], directory: str) -> int | None:
        return None


class OvertakenExtractor(ZipArchiveExtractor):
    """Others extract a RUN1 there at the last moment, into these directories."""

    def __init__(self, *places: Path) -> None:
        self._places = list(places)

    def extract(self, archive: str, directory: str, rule: ExtractRule) -> Extracted:
        if self._places:
            (self._places.pop(0) / "RUN1").mkdir(parents=True)
        return super().extract(archive, directory, rule)


class CountingStore(FakeObjectStore):
    """Notes the ranges that were asked for; breaks at a byte of the object when told."""

    def __init__(self) -> None:
        super().__init__()
        self.ranges: list[tuple[int, int | None]] = []
        self.broken_at: int | None = None
        self.on_block = lambda: None

    def read(
        self,
        key: str,
        *,
        start: int = 0,
        length: int | None = None,
        if_match: str | None = None,
    ) -> Iterator[bytes]:
        self.ranges.append((start, length))
        end = start + (length or len(DATA))
        for block in super().read(key, start=start, length=length, if_match=if_match):
            if self.broken_at is not None and start <= self.broken_at < end:
                yield block[: self.broken_at - start]
                raise StoreConnectionError("The line is dead.")
            self.on_block()
            yield block


@pytest.fixture
def store() -> CountingStore:
    store = CountingStore()
    store.put(KEY, DATA)
    return store


@pytest.fixture
def extractor() -> NoExtractor:
    return NoExtractor()


@pytest.fixture
def download(store: CountingStore, extractor: NoExtractor) -> DownloadArtifact:
    return made(store, extractor, piece_bytes=PIECE, threads=3)


def made(
    store: CountingStore,
    extractor: ArchiveExtractor,
    *,
    piece_bytes: int = 4 << 20,
    threads: int = 4,
) -> DownloadArtifact:
    files = LocalFileSystem()
    extract = ExtractArtifact(store, files, extractor, ZipArchiveReader())
    return DownloadArtifact(store, files, extract, piece_bytes=piece_bytes, threads=threads)


def artifact(data: bytes = DATA, *, sha256: bool = True) -> Artifact:
    digest = hashlib.sha256(data).hexdigest() if sha256 else ""
    return Artifact(7, ArtifactKind.RUN_RESULTS, KEY, len(data), 4, 1, digest)


def interrupt(download: DownloadArtifact, store: CountingStore, place: Path) -> None:
    """A download that breaks in its last piece but two."""
    store.broken_at = 8 * PIECE + 5
    with pytest.raises(StoreConnectionError):
        download(artifact(), str(place), Progress())
    store.broken_at = None
    store.ranges.clear()


def test_in_pieces(download: DownloadArtifact, store: CountingStore, tmp_path: Path) -> None:
    """A large object arrives whole, each byte asked for once, and is counted as it comes."""
    progress = Progress()
    got = download(artifact(), str(tmp_path), progress)
    assert got.path == str(tmp_path / NAME)
    assert (tmp_path / NAME).read_bytes() == DATA
    assert os.listdir(tmp_path) == [NAME]
    expected = [(n * PIECE, min(PIECE, len(DATA) - n * PIECE)) for n in range(11)]
    assert sorted(store.ranges, key=str) == sorted(expected, key=str)
    assert (progress.phase, progress.counts()[0]) == (Phase.VERIFYING, len(DATA))


def test_small(download: DownloadArtifact, store: CountingStore, tmp_path: Path) -> None:
    """What fits into a piece costs one request."""
    store.put(KEY, DATA[:PIECE])
    store.fail_next("head", StoreConnectionError("No head is needed."))
    download(artifact(DATA[:PIECE]), str(tmp_path), Progress())
    assert (tmp_path / NAME).read_bytes() == DATA[:PIECE]
    assert store.ranges == [(0, None)]


def test_several_at_a_time(
    download: DownloadArtifact, store: CountingStore, tmp_path: Path
) -> None:
    """Three pieces are on their way at once."""
    barrier, waited = threading.Barrier(3), threading.local()

    def meet() -> None:
        if not hasattr(waited, "once"):
            waited.once = True
            barrier.wait(30)

    store.on_block = meet
    download(artifact(), str(tmp_path), Progress())
    assert (tmp_path / NAME).read_bytes() == DATA


def test_goes_on(download: DownloadArtifact, store: CountingStore, tmp_path: Path) -> None:
    """After a broken connection only the pieces that are missing are fetched."""
    interrupt(download, store, tmp_path)
    assert os.listdir(tmp_path) == [PARTIAL]
    progress = Progress()
    download(artifact(), str(tmp_path), progress)
    assert os.listdir(tmp_path) == [NAME]
    assert (tmp_path / NAME).read_bytes() == DATA
    assert (8 * PIECE, PIECE) in store.ranges
    assert len(store.ranges) <= 3 + 3  # of the last three, and what was on its way
    assert progress.counts()[0] == len(DATA)


def test_pieces_are_small(store: CountingStore, extractor: NoExtractor, tmp_path: Path) -> None:
    """As the program downloads, little is lost with a piece that is not whole."""
    data = noise(9 << 20)
    store.put(KEY, data)
    store.broken_at = 8 << 20
    files = LocalFileSystem()
    extract = ExtractArtifact(store, files, extractor, ZipArchiveReader())
    download = DownloadArtifact(store, files, extract, threads=1)
    with pytest.raises(StoreConnectionError):
        download(artifact(data), str(tmp_path), Progress())
    store.broken_at = None
    store.ranges.clear()
    download(artifact(data), str(tmp_path), Progress())
    assert (tmp_path / NAME).read_bytes() == data
    assert store.ranges == [(8 << 20, 1 << 20)]


@pytest.mark.parametrize("end", ["cancel", "stop"])
def test_cancelled(
    download: DownloadArtifact, store: CountingStore, tmp_path: Path, end: str
) -> None:
    """A cancelled download keeps what it has."""
    progress, blocks = Progress(), iter(range(100))

    def cancel() -> None:
        if next(blocks) == 7:
            getattr(progress, end)()

    store.on_block = cancel
    with pytest.raises(TransferStoppedError if end == "stop" else TransferCancelledError):
        download(artifact(), str(tmp_path), progress)
    assert os.listdir(tmp_path) == [PARTIAL]
    store.ranges.clear()
    store.on_block = lambda: None
    download(artifact(), str(tmp_path), Progress())
    assert (tmp_path / NAME).read_bytes() == DATA
    assert len(store.ranges) < 11


def test_nothing_to_keep(download: DownloadArtifact, store: CountingStore, tmp_path: Path) -> None:
    """Without a finished piece there is no file left."""
    store.fail_next("read", StoreConnectionError("No."))
    store.fail_next("read", StoreConnectionError("No."))
    store.fail_next("read", StoreConnectionError("No."))
    with pytest.raises(StoreConnectionError):
        download(artifact(), str(tmp_path), Progress())
    assert os.listdir(tmp_path) == []


def test_other_version_begins_anew(
    download: DownloadArtifact, store: CountingStore, tmp_path: Path
) -> None:
    """Pieces of a version that was replaced since are not mixed with those of the new one."""
    interrupt(download, store, tmp_path)
    newer = noise(len(DATA) + 1)[: len(DATA)]
    store.put(KEY, newer)
    download(artifact(newer), str(tmp_path), Progress())
    assert (tmp_path / NAME).read_bytes() == newer
    assert len(store.ranges) == 11


@pytest.mark.parametrize("known", [True, False])
def test_replaced_meanwhile(
    download: DownloadArtifact, store: CountingStore, tmp_path: Path, known: bool
) -> None:
    """An object replaced during the download is begun anew; the record decides if it may be."""
    newer = noise(len(DATA) + 1)[: len(DATA)]
    blocks = iter(range(100))

    def replaced() -> None:
        if next(blocks) == 4:
            store.put(KEY, newer)

    store.on_block = replaced
    if known:
        with pytest.raises(DownloadError, match="SHA-256 differs"):
            download(artifact(), str(tmp_path), Progress())
        assert os.listdir(tmp_path) == []
    else:
        download(artifact(sha256=False), str(tmp_path), Progress())
        assert (tmp_path / NAME).read_bytes() == newer


def test_damaged_partial(download: DownloadArtifact, store: CountingStore, tmp_path: Path) -> None:
    """Bytes that changed on the disk are noticed, and everything is fetched once more."""
    interrupt(download, store, tmp_path)
    held = (tmp_path / PARTIAL).read_bytes()
    pieces = range(0, len(DATA), PIECE)
    there = next(at for at in pieces if held[at : at + PIECE] == DATA[at : at + PIECE])
    with (tmp_path / PARTIAL).open("r+b") as file:
        file.seek(there + 9)
        file.write(b"flip")
    progress = Progress()
    download(artifact(), str(tmp_path), progress)
    assert (tmp_path / NAME).read_bytes() == DATA
    assert len(store.ranges) > 11
    assert progress.counts()[0] == len(DATA)


@pytest.mark.parametrize("size", [PIECE, len(DATA)])
def test_not_what_was_stored(
    download: DownloadArtifact, store: CountingStore, tmp_path: Path, size: int
) -> None:
    """An object that is the same wrong one twice is refused as such, and leaves nothing."""
    store.put(KEY, DATA[:size])
    wrong = replace(artifact(DATA[:size]), sha256="0" * 64)
    with pytest.raises(DownloadError, match="SHA-256 differs"):
        download(wrong, str(tmp_path), Progress())
    assert os.listdir(tmp_path) == []
    assert len(store.ranges) == 2 * (1 if size == PIECE else 11)


class GarblingStore(CountingStore):
    """Changes a byte of so many of its next answers, each time to another one."""

    garbled = 0

    def read(
        self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None
    ) -> Iterator[bytes]:
        for block in super().read(key, start=start, length=length, if_match=if_match):
            change, self.garbled = self.garbled, max(0, self.garbled - 1)
            yield bytes([(block[0] + change) % 256]) + block[1:]


@pytest.mark.parametrize("size", [PIECE, len(DATA)])
@pytest.mark.parametrize("times", [1, 99])
def test_garbled(extractor: NoExtractor, tmp_path: Path, size: int, times: int) -> None:
    """What another byte came of is fetched again at once; it is never said to be the object's."""
    store, progress = GarblingStore(), Progress()
    store.put(KEY, DATA[:size])
    store.garbled = times
    download = made(store, extractor, piece_bytes=PIECE, threads=1)
    if times == 1:
        download(artifact(DATA[:size]), str(tmp_path), progress)
        assert (tmp_path / NAME).read_bytes() == DATA[:size]
        assert progress.counts()[0] == size
        return
    with pytest.raises(DownloadError, match="arrived damaged twice, each time with other bytes"):
        download(artifact(DATA[:size]), str(tmp_path), progress)
    assert os.listdir(tmp_path) == []


def test_other_size(download: DownloadArtifact, store: CountingStore, tmp_path: Path) -> None:
    """A large object of another size is refused before a byte of it is fetched."""
    store.put(KEY, DATA[:-1])
    with pytest.raises(DownloadError, match="size differs"):
        download(artifact(), str(tmp_path), Progress())
    assert (store.ranges, os.listdir(tmp_path)) == ([], [])


def test_unmanaged_of_another_size(
    download: DownloadArtifact, store: CountingStore, tmp_path: Path
) -> None:
    """An object without a record is what it is now, whatever the catalog remembers."""
    for data in (DATA[: 3 * PIECE], b"", DATA + b"more"):
        store.put(KEY, data)
        download(artifact(sha256=False), str(tmp_path), Progress())
        assert (tmp_path / NAME).read_bytes() == data
        (tmp_path / NAME).unlink()


class ShortStore(CountingStore):
    """Ends its second piece a byte too early."""

    def read(
        self, key: str, *, start: int = 0, length: int | None = None, if_match: str | None = None
    ) -> Iterator[bytes]:
        for block in super().read(key, start=start, length=length, if_match=if_match):
            yield block[:-1] if start == PIECE else block


def test_a_piece_is_too_short(extractor: NoExtractor, tmp_path: Path) -> None:
    """Of what has no record no digest would tell: it does not become a file with a hole."""
    store = ShortStore()
    store.put(KEY, DATA)
    download = made(store, extractor, piece_bytes=PIECE, threads=1)
    with pytest.raises(DownloadError, match="size differs"):
        download(artifact(sha256=False), str(tmp_path), Progress())
    assert not (tmp_path / NAME).exists()


def test_gone(download: DownloadArtifact, store: CountingStore, tmp_path: Path) -> None:
    """An object that is not there any more is named."""
    store.delete(KEY)
    with pytest.raises(ObjectNotFoundError, match=NAME):
        download(artifact(), str(tmp_path), Progress())
    assert os.listdir(tmp_path) == []


def test_name_is_taken_meanwhile(
    download: DownloadArtifact, store: CountingStore, tmp_path: Path
) -> None:
    """What is in the way stays; once it is gone, nothing is fetched again."""
    store.on_block = (tmp_path / NAME).touch
    with pytest.raises(DownloadError, match="exists already"):
        download(artifact(), str(tmp_path), Progress())
    assert (tmp_path / NAME).read_bytes() == b""
    (tmp_path / NAME).unlink()
    store.ranges.clear()
    download(artifact(), str(tmp_path), Progress())
    assert store.ranges == []
    assert (tmp_path / NAME).read_bytes() == DATA


def test_extracted(
    download: DownloadArtifact, store: CountingStore, extractor: NoExtractor, tmp_path: Path
) -> None:
    """The extractor sees the archive and nothing else; only what it made stays."""
    assert download(artifact(), str(tmp_path), Progress(), extract=True).files == 3
    assert extractor.seen == DATA
    assert os.listdir(tmp_path) == []


def test_overtaken(store: CountingStore, tmp_path: Path) -> None:
    """Two that are extracted at the same moment do not come into each other's way."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as entries:
        entries.writestr("RUN1/out.csv", "4")
    store.put(KEY, archive.getvalue())
    download = made(store, OvertakenExtractor(tmp_path, tmp_path / "run_4"))
    got = download(artifact(archive.getvalue()), str(tmp_path), Progress(), extract=True)
    assert got.path == str(tmp_path / "job_7_run_4")
    assert (tmp_path / "job_7_run_4/RUN1/out.csv").read_text() == "4"


def test_extraction_fails(
    download: DownloadArtifact, store: CountingStore, extractor: NoExtractor, tmp_path: Path
) -> None:
    """What could not be extracted for lack of room is not fetched again."""
    extractor.error = DownloadError("No room.")
    with pytest.raises(DownloadError, match="No room"):
        download(artifact(), str(tmp_path), Progress(), extract=True)
    extractor.error = None
    store.ranges.clear()
    download(artifact(), str(tmp_path), Progress(), extract=True)
    assert (store.ranges, extractor.seen) == ([], DATA)
    assert os.listdir(tmp_path) == []


def test_there_already(download: DownloadArtifact, store: CountingStore, tmp_path: Path) -> None:
    """The very content counts as downloaded, and the store is not asked."""
    (tmp_path / NAME).write_bytes(DATA)
    store.delete(KEY)
    got = download(artifact(), str(tmp_path), Progress())
    assert (got.path, got.reused) == (str(tmp_path / NAME), True)
    assert store.ranges == []


@pytest.mark.parametrize("sha256", [True, False])
def test_something_else_is_there(
    download: DownloadArtifact, tmp_path: Path, *, sha256: bool
) -> None:
    """Another file of that size, or one that nothing is known to compare with, is in the way."""
    there = bytes(len(DATA)) if sha256 else DATA
    (tmp_path / NAME).write_bytes(there)
    with pytest.raises(DownloadError, match="exists already"):
        download(artifact(sha256=sha256), str(tmp_path), Progress())
    assert (tmp_path / NAME).read_bytes() == there
