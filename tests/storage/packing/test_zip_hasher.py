"""What a stored ZIP holds is found out by one pass over it."""

import hashlib
import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import UnsafeArchiveError
from core.ports.packaging import ArchiveBytes, PackSummary
from storage.packing.zip_hasher import ZipArchiveHasher
from storage.packing.zip_writer import ZipResultsPackager
from tests.storage.trees import FILES, ignore, read, source_of, write_tree


class MemoryArchive(ArchiveBytes):
    """Counts the bytes that are asked for; gives them in blocks that end anywhere."""

    def __init__(self, data: bytes, block: int = 1 << 20) -> None:
        self._data = data
        self._block = block
        self.asked = 0

    @property
    def name(self) -> str:
        return "s3://lab/results.zip"

    @property
    def size(self) -> int:
        return len(self._data)

    def read(self, start: int, length: int) -> Iterator[bytes]:
        wanted = self._data[start : start + length]
        self.asked += len(wanted)
        for offset in range(0, len(wanted), self._block):
            yield wanted[offset : offset + self._block]


def summary(data: bytes, block: int = 1 << 20) -> PackSummary:
    return ZipArchiveHasher().summary(MemoryArchive(data, block))


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """As another tool makes it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize("block", [1, 1000, 1 << 20])
def test_the_same_as_the_packager_said(tmp_path: Path, block: int) -> None:
    """Reading arrives at what packing knew: small, large, incompressible, empty, directories."""
    run = write_tree(tmp_path / "RUN4", FILES)
    (run / "large.bin").write_bytes(os.urandom(100_000 if block == 1 else 9 << 20))
    stream = ZipResultsPackager(2).pack([source_of(run)], ignore)
    assert summary(read(stream), block) == stream.summary()


def test_one_pass(tmp_path: Path) -> None:
    """Only the directory at the end is read besides."""
    run = write_tree(tmp_path / "RUN4", {"noise": os.urandom(4 << 20)})
    archive = MemoryArchive(read(ZipResultsPackager(1).pack([source_of(run)], ignore)))
    ZipArchiveHasher().summary(archive)
    assert archive.asked < archive.size + (100 << 10)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_archives_of_other_tools(tmp_path: Path, method: int) -> None:
    """Order, compression and entries for directories that are not empty change nothing."""
    run = write_tree(tmp_path / "RUN4", {"b": b"day 1\n", "a/": b"", "c/d": b"x"})
    stream = ZipResultsPackager(1).pack([source_of(run)], ignore)
    read(stream)
    data = zipped(
        ("RUN4/c/d", b"x"), ("RUN4/", b""), ("RUN4/c/", b""), ("RUN4/b", b"day 1\n"),
        ("RUN4/a/", b""), method=method,
    )  # fmt: skip
    found = summary(data)
    assert found.content_id == stream.summary().content_id
    assert (found.files, found.raw_bytes, found.stored_bytes) == (2, 7, len(data))
    assert found.sha256 == hashlib.sha256(data).hexdigest()


def test_nothing_in_it() -> None:
    """An archive without members is one, too."""
    found = summary(zipped())
    assert (found.files, found.raw_bytes) == (0, 0)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not a ZIP"),
        (b"PK" * 50, "not a ZIP"),
        (zipped(("a", b"1" * 99)).replace(b"PK\3\4", b"XX\3\4"), "not where the directory says"),
        (zipped(("a", b"12345"), method=zipfile.ZIP_STORED).replace(b"123", b"321"), "checksum"),
        (zipped(("a", b"1"), ("b", b"2")).replace(b"b", b"a"), "one name"),
        (zipped(("a", b"1"), method=zipfile.ZIP_BZIP2), "compression method"),
    ],
    ids=["empty", "no ZIP", "misplaced", "checksum", "twice", "method"],
)
def test_what_cannot_be_read(data: bytes, why: str) -> None:
    """Nobody vouches for what cannot be read as a tree of files."""
    with pytest.raises(UnsafeArchiveError, match=why):
        summary(data)
