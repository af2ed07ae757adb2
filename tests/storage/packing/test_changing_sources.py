"""Sources that cannot be packed, and sources that change while they are packed."""

import os
import re
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from core.errors import ResultsPackagingError, SourceChangedError
from storage.packing.pack_plan import PIECE
from storage.packing.zip_writer import ZipResultsPackager
from tests.storage.trees import FILES, ignore, read, source_of, text, write_tree


@pytest.fixture
def run4(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "RUN4", FILES)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    return write_tree(tmp_path / "RUN5", {"large.txt": text(3 * PIECE + 5)}) / "large.txt"


def _fails_when(run4: Path, change: Callable[[], None]) -> str:
    """What packing says when `change` happens between the scan and the packing."""
    stream = ZipResultsPackager(2).pack([source_of(run4)], ignore)
    change()
    with pytest.raises(SourceChangedError) as caught:
        read(stream)
    assert caught.value.retryable
    return str(caught.value)


def _fails_during(large: Path, change: Callable[[], None]) -> str:
    """What packing says when `change` happens after the first piece of the file was read."""
    once = threading.Lock()

    def on_read(count: int) -> None:
        if once.acquire(blocking=False):
            change()

    with pytest.raises(SourceChangedError, match=r"RUN5/large\.txt") as caught:
        read(ZipResultsPackager(1).pack([source_of(large.parent)], on_read))
    assert caught.value.retryable
    return str(caught.value)


# --- entries that cannot be packed


def _symlink(path: Path) -> None:
    path.symlink_to("empty.txt")


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)


@pytest.mark.parametrize(
    ("name", "make", "shown"),
    [
        ("pipe", os.mkfifo, "RUN4/pipe"),
        ("sock", _socket, "RUN4/sock"),
    ],
)
def test_unpackable_entries(
    run4: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    make: Callable[[Path], None],
    shown: str,
) -> None:
    """Special files are refused before anything is read."""
    monkeypatch.chdir(run4)
    make(run4 / name)
    sources = [source_of(run4)]
    packager = ZipResultsPackager()
    for attempt in (
        lambda: packager.check(sources),
        lambda: packager.pack(sources, ignore),
        lambda: packager.content_id(sources, ignore),
    ):
        with pytest.raises(ResultsPackagingError, match=f"^{re.escape(shown)} ") as caught:
            attempt()
        assert not caught.value.retryable
        assert str(caught.value).isprintable()


def test_two_sources_of_one_name(run4: Path) -> None:
    """Two sources under one name would overwrite each other, so they are refused."""
    with pytest.raises(ResultsPackagingError, match="RUN4"):
        ZipResultsPackager().pack([source_of(run4), source_of(run4)], ignore)


# --- sources that change


def test_appended_before_reading(run4: Path) -> None:
    """A file that grew since the scan is named."""

    def append() -> None:
        with (run4 / "one.txt").open("ab") as file:
            file.write(b"2")

    assert "RUN4/one.txt" in _fails_when(run4, append)


def test_appended_before_reading_with_mtime_restored(run4: Path) -> None:
    """The size alone gives a file away; the message says both sizes."""

    def append() -> None:
        before = (run4 / "one.txt").stat()
        (run4 / "one.txt").write_bytes(b"12")
        os.utime(run4 / "one.txt", ns=(before.st_atime_ns, before.st_mtime_ns))

    assert "1 bytes became 2" in _fails_when(run4, append)


def test_touched_before_reading(run4: Path) -> None:
    """A file of the same size and another mtime was written to."""
    assert "RUN4/empty.txt" in _fails_when(run4, lambda: os.utime(run4 / "empty.txt", (1, 1)))


@pytest.mark.parametrize("name", ["one.txt", "OUT/large.txt"])
def test_gone_before_reading(run4: Path, name: str) -> None:
    """A file that was deleted since the scan is named, whatever its size."""
    assert f"RUN4/{name}" in _fails_when(run4, (run4 / name).unlink)


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, _symlink])
def test_replaced_before_reading(run4: Path, make: Callable[[Path], None]) -> None:
    """What is no file any more is neither followed nor waited for."""

    def replace() -> None:
        (run4 / "one.txt").unlink()
        make(run4 / "one.txt")

    assert "RUN4/one.txt" in _fails_when(run4, replace)


def test_file_replaced_by_a_link(run4: Path) -> None:
    """A link is not followed, not even to the very file that was planned."""

    def replace() -> None:
        (run4 / "one.txt").rename(run4.parent / "elsewhere")
        (run4 / "one.txt").symlink_to(run4.parent / "elsewhere")

    assert "RUN4/one.txt" in _fails_when(run4, replace)


def test_directory_replaced_by_a_link(run4: Path) -> None:
    """A link in place of a directory leads nowhere, even to equal files."""

    def replace() -> None:
        (run4 / "OUT").rename(run4.parent / "elsewhere")
        (run4 / "OUT").symlink_to(run4.parent / "elsewhere")

    assert "RUN4/OUT/" in _fails_when(run4, replace)


def test_appended_while_reading(large: Path) -> None:
    """Growth during the reading is noticed though all planned bytes were there."""

    def append() -> None:
        with large.open("ab") as file:
            file.write(b"more")

    _fails_during(large, append)


def test_truncated_while_reading(large: Path) -> None:
    """A file that became shorter is not padded."""
    assert "shorter" in _fails_during(large, lambda: os.truncate(large, PIECE))


def test_rewritten_while_reading_with_mtime_restored(large: Path) -> None:
    """The same size and mtime do not hide that somebody wrote in between."""
    before = large.stat()

    def rewrite() -> None:
        while large.stat().st_ctime_ns == before.st_ctime_ns:  # clocks of file systems are coarse
            with large.open("r+b") as file:
                file.write(b"other")
            os.utime(large, ns=(before.st_atime_ns, before.st_mtime_ns))

    _fails_during(large, rewrite)


def test_replaced_while_reading(large: Path) -> None:
    """A file exchanged for another one by rename is noticed."""
    before = large.stat()

    def replace() -> None:
        copy = large.with_name("copy")
        copy.write_bytes(large.read_bytes())
        os.utime(copy, ns=(before.st_atime_ns, before.st_mtime_ns))
        copy.rename(large)

    _fails_during(large, replace)


def test_hashing_notices_changes_too(run4: Path) -> None:
    """A content id is never made of a mixture."""
    sources = [source_of(run4)]
    (run4 / "one.txt").write_bytes(b"12")
    with pytest.raises(SourceChangedError, match=r"RUN4/one\.txt"):
        ZipResultsPackager(2).content_id(sources, ignore)


def test_unreadable_file(run4: Path) -> None:
    """A file without read permission is named; trying again would not help."""
    (run4 / "OUT/large.txt").chmod(0)
    stream = ZipResultsPackager(2).pack([source_of(run4)], ignore)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)  # root may read everything
    try:
        with pytest.raises(ResultsPackagingError, match=r"RUN4/.*Permission denied") as caught:
            read(stream)
    finally:
        if root:
            os.seteuid(0)
    assert not caught.value.retryable
