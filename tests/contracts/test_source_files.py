"""What every source of single files does, in memory and on a disk."""

import hashlib
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import InvalidArtifactError, UnsafeArchiveError
from core.ports.packaging import ArchiveReader
from core.ports.source_files import SourceFiles
from storage.packing.plain_files import PlainFiles
from storage.packing.zip_reader import ZipArchiveReader
from tests.contracts.trees import in_memory, on_disk
from tests.fakes.source_files import MemoryFiles, TrustingReader

CONTENT = b"[population]\n" * 9
FILES = {"OUT/params": CONTENT}


@pytest.fixture(params=["fake", "local"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> SourceFiles:
    if request.param == "fake":
        return MemoryFiles(in_memory(str(tmp_path), FILES))
    on_disk(str(tmp_path), FILES)
    return PlainFiles()


def test_bytes(files: SourceFiles, tmp_path: Path) -> None:
    """A range of a file, without the rest."""
    found = files.bytes_of(f"{tmp_path}/OUT/params")
    assert (found.name, found.size) == (f"{tmp_path}/OUT/params", len(CONTENT))
    assert b"".join(found.read(1, 10)) == b"population"
    assert b"".join(found.read(len(CONTENT) - 2, 10)) == b"]\n"


def test_stream(files: SourceFiles, tmp_path: Path) -> None:
    """The file is its own archive, and its digest is its identity."""
    read: list[int] = []
    with closing(files.stream(f"{tmp_path}/OUT/params", read.append)) as stream:
        assert b"".join(stream) == CONTENT
        summary = stream.summary()
        assert stream.source_bytes() == sum(read) == len(CONTENT)
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert (summary.content_id, summary.sha256) == (digest, digest)
    assert (summary.files, summary.raw_bytes, summary.stored_bytes) == (
        1,
        len(CONTENT),
        len(CONTENT),
    )


def test_missing(files: SourceFiles, tmp_path: Path) -> None:
    """What is not there is named."""
    with pytest.raises(InvalidArtifactError, match="nothing cannot be read"):
        list(files.stream(f"{tmp_path}/OUT/nothing", lambda _: None))
    with pytest.raises(InvalidArtifactError, match="nothing cannot be read"):
        files.bytes_of(f"{tmp_path}/OUT/nothing")


@pytest.mark.parametrize("reader", [TrustingReader(), ZipArchiveReader()])
def test_no_archive(files: SourceFiles, tmp_path: Path, reader: ArchiveReader) -> None:
    """A file that is no ZIP is refused before anything of it is believed."""
    with pytest.raises(UnsafeArchiveError):
        reader.open(files.bytes_of(f"{tmp_path}/OUT/params"))
