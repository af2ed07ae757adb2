"""What every packager of runs does, the one that joins blocks and the one that makes ZIPs."""

import os
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from core.errors import SourceChangedError
from core.ports.packaging import Compression, PackSource, ResultsPackager
from core.ports.tree import TreeScanner
from storage.packing.zip_writer import ZipResultsPackager
from storage.tree.tree_scanner import FileTreeScanner
from tests.contracts.trees import in_memory, on_disk
from tests.fakes.results import FakePackager, MemoryScanner

FILES = {"RUN4/LOG": b"day 1\n" * 999_999, "RUN4/Date.txt": b"180"}
RAW = sum(map(len, FILES.values()))


class Packed(NamedTuple):
    """A packager, one run to pack, and what deletes a file of it."""

    packager: ResultsPackager
    source: PackSource
    delete: Callable[[], object]


def source_of(scanner: TreeScanner, run: str) -> PackSource:
    scan = scanner.scan(run)
    assert scan
    return PackSource(run, "RUN4", scan.entries)


@pytest.fixture(params=["fake", "zip"])
def packed(request: pytest.FixtureRequest, tmp_path: Path) -> Packed:
    run = f"{tmp_path}/RUN4"
    if request.param == "fake":
        contents = in_memory(str(tmp_path), FILES)
        source = source_of(MemoryScanner(contents), run)
        return Packed(FakePackager(contents), source, lambda: contents[run].pop("LOG"))
    on_disk(str(tmp_path), FILES)
    source = source_of(FileTreeScanner(), run)
    return Packed(ZipResultsPackager(), source, Path(run, "LOG").unlink)


def test_summary(packed: Packed) -> None:
    """What was packed is told after the last block, and no archive is larger than was said."""
    read: list[int] = []
    with closing(packed.packager.pack([packed.source], read.append)) as stream:
        archive = b"".join(stream)
        summary = stream.summary()
    assert (summary.files, summary.raw_bytes) == (2, RAW)
    assert summary.stored_bytes == len(archive) <= packed.packager.size_bound([packed.source])
    assert sum(read) >= RAW


def test_repeatable(packed: Packed) -> None:
    """The same files make the same bytes, of one encoder."""
    archives: list[bytes] = []
    for _ in range(2):
        with closing(packed.packager.pack([packed.source], lambda _: None)) as stream:
            archives.append(b"".join(stream))
    assert archives[0] == archives[1]
    assert packed.packager.encoder(Compression.FAST) != packed.packager.encoder(Compression.COMPACT)


def test_content_id(packed: Packed) -> None:
    """Reading alone comes to the identity that packing comes to."""
    with closing(packed.packager.pack([packed.source], lambda _: None)) as stream:
        list(stream)
        packed_id = stream.summary().content_id
    assert packed.packager.content_id([packed.source], lambda _: None) == packed_id


def test_vanished(packed: Packed) -> None:
    """A file that is gone ends it."""
    packed.delete()
    with (
        closing(packed.packager.pack([packed.source], lambda _: None)) as stream,
        pytest.raises(SourceChangedError, match="LOG"),
    ):
        list(stream)


def test_closed_in_mid_stream(packed: Packed) -> None:
    """At any time, and again: its threads end, its files are closed, and nobody takes it for whole."""
    threads = set(threading.enumerate())
    stream = packed.packager.pack([packed.source], lambda _: None)
    next(iter(stream))
    for _ in range(2):
        stream.close()
        assert set(threading.enumerate()) <= threads
        assert not [path for path in open_paths() if path.startswith(packed.source.directory)]
        with pytest.raises(RuntimeError):
            stream.summary()
        with pytest.raises(RuntimeError):
            list(stream)


def open_paths() -> list[str]:
    """What this process has open."""
    with os.scandir("/dev/fd") as found:
        links = [link.path for link in found]
    return [os.readlink(link) for link in links if os.path.lexists(link)]
