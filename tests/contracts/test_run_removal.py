"""What everything that moves and deletes directories does, in memory and on a disk."""

import os
from pathlib import Path

import pytest

from core.errors import CleanUpError
from core.ports.run_removal import RunRemoval
from storage.files.run_removal import LocalRunRemoval
from tests.contracts.trees import in_memory, on_disk
from tests.deep_tree import chain
from tests.fakes.folders import MemoryTree
from tests.fakes.run_removal import FakeRunRemoval

FILES = {"OUT/RUN4/LOG": b"12345", "OUT/RUN5/LOG": b"five"}


@pytest.fixture(params=["fake", "local"])
def removal(request: pytest.FixtureRequest, tmp_path: Path) -> RunRemoval:
    if request.param == "fake":
        return FakeRunRemoval(MemoryTree(in_memory(str(tmp_path), FILES)))
    on_disk(str(tmp_path), FILES)
    return LocalRunRemoval()


def test_move(removal: RunRemoval, tmp_path: Path) -> None:
    """To a place whose directories are made, and not to one that is taken."""
    run, to = f"{tmp_path}/OUT/RUN4", f"{tmp_path}/trash/job_1/RUN4"
    removal.move(run, to)
    assert (removal.is_there(run), removal.is_there(to)) == (False, True)
    with pytest.raises(CleanUpError):
        removal.move(f"{tmp_path}/OUT/RUN5", to)
    assert removal.is_there(f"{tmp_path}/OUT/RUN5")
    with pytest.raises(CleanUpError):
        removal.move(run, f"{run}-again")


def test_delete(removal: RunRemoval, tmp_path: Path) -> None:
    """All of it, and nothing beside it; once more is no error."""
    for _ in range(2):
        removal.delete(f"{tmp_path}/OUT/RUN4")
    assert not removal.is_there(f"{tmp_path}/OUT/RUN4")
    assert removal.is_there(f"{tmp_path}/OUT/RUN5")


@pytest.mark.parametrize("target", ["../kept", "../kept/LOG", "nowhere"])
def test_links(tmp_path: Path, target: str) -> None:
    """They go as links, wherever they lead to; one in the place of the run is none."""
    on_disk(str(tmp_path), {"kept/LOG": b"kept", "RUN4/DAILY/a": b"a"})
    (tmp_path / "RUN4/link").symlink_to(target)
    (tmp_path / "RUN4/DAILY/link").symlink_to(f"../{target}")
    (tmp_path / "RUN5").symlink_to("kept")
    LocalRunRemoval().delete(f"{tmp_path}/RUN4")
    with pytest.raises(CleanUpError, match="was not deleted"):
        LocalRunRemoval().delete(f"{tmp_path}/RUN5")
    assert sorted(os.listdir(tmp_path)) == ["RUN5", "kept"]
    assert (tmp_path / "kept/LOG").read_bytes() == b"kept"


def test_deep(tmp_path: Path) -> None:
    """However deep it is."""
    (tmp_path / "RUN4").mkdir()
    with chain(tmp_path / "RUN4"):
        LocalRunRemoval().delete(f"{tmp_path}/RUN4")
    assert not (tmp_path / "RUN4").exists()


def test_no_directory(tmp_path: Path) -> None:
    """What the system says, with the name of what is in the way."""
    (tmp_path / "file").touch()
    with pytest.raises(CleanUpError, match=r"was not moved: .*\(.*file"):
        LocalRunRemoval().move(f"{tmp_path}/RUN4", f"{tmp_path}/file/RUN4")
