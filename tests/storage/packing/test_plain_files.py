"""Files that are stored as they are."""

import hashlib
import os
from pathlib import Path

import pytest

from core.errors import InvalidArtifactError, ResultsPackagingError, SourceChangedError
from core.ports.packaging import PackSummary
from storage.packing.pack_plan import PIECE
from storage.packing.plain_files import PlainFiles

CONTENT = os.urandom(2 * PIECE + 7)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "in\udcff put.zip"
    file.write_bytes(CONTENT)
    return file


def test_stream(file: Path) -> None:
    """Its bytes, its digest, and how far it is."""
    read: list[int] = []
    stream = PlainFiles().stream(str(file), read.append)
    assert b"".join(stream) == CONTENT
    assert sum(read) == stream.source_bytes() == len(CONTENT)
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert stream.summary() == PackSummary(digest, 1, len(CONTENT), digest, len(CONTENT))


@pytest.mark.parametrize(
    ("start", "length"), [(0, 2), (PIECE - 1, 2), (5, 10**9), (len(CONTENT), 5)]
)
def test_ranges(file: Path, start: int, length: int) -> None:
    """As the reader of ZIPs asks for them; what is beyond the end is not there."""
    found = PlainFiles().bytes_of(str(file))
    assert found.size == len(CONTENT)
    assert b"".join(found.read(start, length)) == CONTENT[start : start + length]


def test_changed_while_it_is_read(file: Path) -> None:
    """Also when its size and mtime are put back."""
    before = file.stat()
    blocks = iter(PlainFiles().stream(str(file), lambda _: None))
    next(blocks)
    file.write_bytes(CONTENT[::-1])
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(SourceChangedError):
        list(blocks)


def test_gone(file: Path) -> None:
    """Between the look and the reading."""
    stream, found = PlainFiles().stream(str(file), lambda _: None), PlainFiles().bytes_of(str(file))
    file.unlink()
    with pytest.raises(SourceChangedError):
        list(stream)
    with pytest.raises(ResultsPackagingError):
        list(found.read(0, 1))


def test_given_up(file: Path) -> None:
    """Nothing stays open."""
    before = os.listdir("/dev/fd")
    stream = PlainFiles().stream(str(file), lambda _: None)
    next(iter(stream))
    stream.close()
    stream.close()
    assert os.listdir("/dev/fd") == before


@pytest.mark.parametrize("kind", ["missing", "directory", "fifo", "link"])
def test_no_file(tmp_path: Path, kind: str) -> None:
    """Refused at once, and nothing is waited for."""
    path = tmp_path / "x.zip"
    match kind:
        case "directory":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
        case "link":
            path.symlink_to("/dev/zero")
        case _:
            pass
    with pytest.raises(InvalidArtifactError, match=r"x\.zip cannot be read"):
        PlainFiles().bytes_of(str(path))
    with pytest.raises(InvalidArtifactError, match=r"x\.zip cannot be read"):
        PlainFiles().stream(str(path), lambda _: None)
