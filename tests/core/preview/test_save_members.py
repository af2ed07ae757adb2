"""Members as files of their own."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.errors import (
    NameRefusedError,
    NameTakenError,
    StoreConnectionError,
    TransferCancelledError,
    UnsafeArchiveError,
)
from core.pace.paced import as_it_comes
from core.ports.content import Content
from core.preview.save_members import SaveMembers
from core.printable import printable
from core.progress import Progress
from core.transfer_view import Phase
from storage.files.local_files import LocalFileSystem


@dataclass(frozen=True)
class Told(Content):
    """Some blocks, and then an error if there is one."""

    called: str
    data: bytes = b"data"
    error: Exception | None = None

    @property
    def name(self) -> str:
        return self.called

    @property
    def size(self) -> int:
        return len(self.data)

    def blocks(self) -> Generator[bytes]:
        yield self.data
        if self.error:
            raise self.error


@pytest.fixture
def save() -> SaveMembers:
    return SaveMembers(LocalFileSystem(), as_it_comes)


@pytest.fixture
def progress() -> Progress:
    begun = Progress()
    begun.begin(Phase.RECEIVING, 100)
    return begun


def files(directory: Path) -> list[str]:
    return sorted(str(p.relative_to(directory)) for p in directory.rglob("*") if p.is_file())


def test_one(save: SaveMembers, progress: Progress, tmp_path: Path) -> None:
    """It comes right into the directory, and is counted."""
    saved = save(Told, ["RUN1/DAILY/a.txt"], str(tmp_path), progress)
    assert saved.paths == [str(tmp_path / "a.txt")]
    assert (tmp_path / "a.txt").read_bytes() == b"data"
    assert progress.counts()[0] == 4


def test_several(save: SaveMembers, progress: Progress, tmp_path: Path) -> None:
    """They keep their folders; what is in the way stays, and the others come all the same."""
    (tmp_path / "RUN1").mkdir()
    (tmp_path / "RUN1/b").write_text("mine")
    saved = save(Told, ["RUN1/a", "RUN1/b", "RUN1/in/c"], str(tmp_path), progress)
    assert files(tmp_path) == ["RUN1/a", "RUN1/b", "RUN1/in/c"]
    assert (tmp_path / "RUN1/b").read_text() == "mine"
    assert [type(error) for error in saved.refused] == [NameTakenError]


@pytest.mark.parametrize("name", ["../a", "/etc/a", "a/../../b", "a//b", "./a", "a\0b", ".."])
def test_names_that_lead_elsewhere(
    save: SaveMembers, progress: Progress, tmp_path: Path, name: str
) -> None:
    """No member comes anywhere but below the directory."""
    saved = save(Told, [name, "fine"], str(tmp_path / "in"), progress)
    assert [type(error) for error in saved.refused] == [UnsafeArchiveError]
    assert files(tmp_path) == ["in/fine"]


@pytest.mark.parametrize("name", ["x" * 256, "y" * 255, "RUN1/" + "z" * 300 + "/a", "a\\b"])
def test_names_that_no_file_can_have(
    save: SaveMembers, progress: Progress, tmp_path: Path, name: str
) -> None:
    """It is said which one; the others come all the same, and nothing else is left behind."""
    saved = save(Told, [name, "RUN1/fine"], str(tmp_path / "in"), progress)
    (refused,) = saved.refused
    assert isinstance(refused, NameRefusedError)
    assert printable(name)[-20:] in refused.what
    assert files(tmp_path) == ["in/RUN1/fine"]
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "RUN1", "fine"]


def test_cut_off(save: SaveMembers, progress: Progress, tmp_path: Path) -> None:
    """Half a file is no file; what was whole before it stays."""

    def read(name: str) -> Content:
        return Told(name, error=StoreConnectionError("gone") if name == "b" else None)

    with pytest.raises(StoreConnectionError):
        save(read, ["a", "b", "c"], str(tmp_path), progress)
    assert files(tmp_path) == ["a"]


def test_stopped(save: SaveMembers, progress: Progress, tmp_path: Path) -> None:
    """As soon as somebody says so."""
    progress.cancel()
    with pytest.raises(TransferCancelledError):
        save(Told, ["a"], str(tmp_path), progress)
    assert files(tmp_path) == []
