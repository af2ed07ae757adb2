"""Where the bytes come from: fetched as far as they are taken, all of one version."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import InvalidArtifactError, PreconditionFailedError, SourceChangedError
from core.model import Artifact, ArtifactKind
from core.preview.contents import LocalContent, StoredContent
from storage.packing.plain_files import PlainFiles
from tests.contracts.object_store_contract import KEY, noise
from tests.core.asked_store import AskedStore
from tests.fakes.source_files import MemoryBytes, MemoryFiles

LOGS = 5 << 20


def stored(store: AskedStore, size: int) -> StoredContent:
    store.put(KEY, noise(size))
    store.asked.clear()
    return StoredContent(store, Artifact(7, ArtifactKind.RUN_LOGS, KEY, size, 4))


class TestStored:
    @pytest.mark.parametrize(("size", "requests"), [(0, 1), (1000, 1), (LOGS, 4)])
    def test_whole(self, size: int, requests: int) -> None:
        """All of it comes, a small one by one request, a large one in pieces that grow."""
        store = AskedStore()
        content = stored(store, size)
        assert (content.name, content.size) == ("run_4_results.zip", size)
        assert b"".join(content.blocks()) == noise(size)
        assert len(store.asked) == requests

    def test_beginning(self) -> None:
        """Who takes the first block has asked for the first piece only."""
        store = AskedStore()
        blocks = stored(store, LOGS).blocks()
        assert len(next(blocks)) < LOGS / 10
        blocks.close()
        assert len(store.asked) == 1

    def test_replaced_meanwhile(self) -> None:
        """Never the beginning of one version and the end of another."""
        store = AskedStore()
        blocks = stored(store, LOGS).blocks()
        next(blocks)
        store.put(KEY, noise(LOGS)[::-1])
        with pytest.raises(PreconditionFailedError):
            list(blocks)


class Busy(MemoryFiles):
    """A file that changes between its look and its first byte, so many times."""

    def __init__(self, changes: int, *, behind: bytes = b"") -> None:
        super().__init__({"/RUN1": {"LOG": b"day 1\n"}})
        self.changes = changes
        self._behind = behind

    def bytes_of(self, path: str) -> MemoryBytes:
        return BusyBytes(path, self.content(path), self, self._behind)


class BusyBytes(MemoryBytes):
    def __init__(self, path: str, data: bytes, files: Busy, behind: bytes) -> None:
        super().__init__(path, data)
        self._files = files
        self._behind = behind

    def read(self, start: int, length: int) -> Iterator[bytes]:
        if self._behind:
            yield self._behind
        if self._files.changes:
            self._files.changes -= 1
            raise SourceChangedError("LOG changed while it was packed.")
        yield from super().read(start, length)


class TestLocal:
    def test_growing(self, tmp_path: Path) -> None:
        """A file that is being written is read as long as it was at the beginning; again, it is longer."""
        path = tmp_path / "LOG"
        path.write_bytes(noise(3 << 20))
        content = LocalContent(PlainFiles(), str(path))
        blocks = content.blocks()
        first = next(blocks)
        with path.open("ab") as log:
            log.write(b"more")
        assert first + b"".join(blocks) == noise(3 << 20)
        assert (content.name, content.size) == ("LOG", (3 << 20) + 4)
        assert b"".join(content.blocks())[-4:] == b"more"

    def test_empty(self, tmp_path: Path) -> None:
        """A file may be empty."""
        path = tmp_path / "LOG"
        path.touch()
        assert b"".join(LocalContent(PlainFiles(), str(path)).blocks()) == b""

    def test_written_just_then(self) -> None:
        """What is written when it is opened is opened again, a few times."""
        assert list(LocalContent(Busy(2), "/RUN1/LOG").blocks()) == [b"day 1\n"]
        with pytest.raises(InvalidArtifactError, match="LOG changed while it was read"):
            list(LocalContent(Busy(99), "/RUN1/LOG").blocks())

    def test_cut_while_it_is_read(self) -> None:
        """A file that is cut says so, and nothing of it is read twice."""
        blocks = LocalContent(Busy(1, behind=b"before"), "/RUN1/LOG").blocks()
        assert next(blocks) == b"before"
        with pytest.raises(InvalidArtifactError, match="changed while it was read"):
            list(blocks)

    def test_gone(self, tmp_path: Path) -> None:
        """What is not there, and what is no file, says so."""
        for path in (tmp_path / "nothing", tmp_path):
            content = LocalContent(PlainFiles(), str(path))
            with pytest.raises(InvalidArtifactError, match="cannot be read"):
                list(content.blocks())
