"""The content id: the same for the same content, whatever the archive's bytes."""

import hashlib
import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from core.ports.packaging import PackSource
from core.ports.tree import EntryType, TreeEntry
from storage.packing.zip_writer import ZipResultsPackager
from tests.storage.trees import FILES, ignore, read, source_of, write_tree

GOLDEN = "a27d3e0ff6f4e7ddece17a929d98aede7433527180edf1cb4aa728b1b00fd393"
"""Ids are stored for ever: no release may arrive at another one."""


CHANGES: dict[str, Callable[[Path], object]] = {
    "content": lambda run: (run / "one.txt").write_bytes(b"2"),
    "name": lambda run: (run / "one.txt").rename(run / "two.txt"),
    "directory gone": lambda run: (run / "empty" / "dir").rmdir(),
    "file gone": lambda run: (run / "empty.txt").unlink(),
    "new directory": lambda run: (run / "more").mkdir(),
}


@pytest.fixture
def run4(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "RUN4", FILES)


def _content_id(*directories: Path) -> str:
    return ZipResultsPackager(2).content_id([source_of(d) for d in directories], ignore)


def test_id_is_as_documented(tmp_path: Path) -> None:
    """The id can be computed by anybody from the names and contents."""
    run = write_tree(tmp_path / "RUN4", {"b": b"day 1\n", "a/": b""})
    listing = b"runferry content 1\n"
    for kind, name, content in ((b"d", b"RUN4/a/", b""), (b"f", b"RUN4/b", b"day 1\n")):
        listing += struct.pack(">cQQ", kind, len(name), len(content)) + name
        listing += hashlib.sha256(content).digest()
    assert _content_id(run) == hashlib.sha256(listing).hexdigest()
    assert _content_id(run) == GOLDEN


def test_content_id_is_the_same_for_packing_and_hashing(run4: Path) -> None:
    """Hashing alone arrives at the id of the packed archive, on any number of threads."""
    sources = [source_of(run4)]
    stream = ZipResultsPackager(3).pack(sources, ignore)
    read(stream)
    assert ZipResultsPackager(1).content_id(sources, ignore) == stream.summary().content_id
    assert ZipResultsPackager(4).content_id(sources, ignore) == stream.summary().content_id


def test_directories_have_no_size(tmp_path: Path) -> None:
    """What a directory occupies on this file system takes no part, in either way of reading."""
    ids: set[str] = set()
    for size in (0, 4096):
        entry = TreeEntry("d", EntryType.DIRECTORY, size, 0, 0o755)
        sources = [PackSource(str(tmp_path), "RUN4", (entry,))]
        stream = ZipResultsPackager(1).pack(sources, ignore)
        read(stream)
        ids |= {stream.summary().content_id, ZipResultsPackager(1).content_id(sources, ignore)}
    assert len(ids) == 1


def test_content_id_ignores_times_and_permissions(run4: Path) -> None:
    """Touching a file or changing its mode is no change of content."""
    before = _content_id(run4)
    os.utime(run4 / "one.txt", (1, 1))
    (run4 / "one.txt").chmod(0o600)
    assert _content_id(run4) == before


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_content_id_sees_every_change(run4: Path, change: Callable[[Path], object]) -> None:
    """Names, contents and empty directories take part."""
    before = _content_id(run4)
    change(run4)
    assert _content_id(run4) != before
