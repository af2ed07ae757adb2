"""Where downloads come to, looked at before."""

from pathlib import Path

from core.download.look_at_target import LookAtTarget, coming_names
from core.model import Artifact, ArtifactKind
from core.ports.volumes import Space, Volumes
from storage.files.local_files import LocalFileSystem
from tests.builders import an_artifact


class SmallVolume(Volumes):
    """Has ten bytes left."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def space(self, path: str) -> Space | None:
        self.asked.append(path)
        return Space(1, 10, 100)


def test_what_is_there(tmp_path: Path) -> None:
    """The directory itself, and what is in it of the names that come."""
    (tmp_path / "run_1_results.zip").write_bytes(b"")
    look = LookAtTarget(LocalFileSystem(), SmallVolume())
    target = look(str(tmp_path), ["run_1_results.zip", "run_2_results.zip"])
    assert target.is_there
    assert (target.free, target.taken) == (10, ["run_1_results.zip"])


def test_what_will_be_made(tmp_path: Path) -> None:
    """Room is that of the nearest directory there is; nothing is made by looking."""
    volume = SmallVolume()
    target = LookAtTarget(LocalFileSystem(), volume)(str(tmp_path / "a/b"), ["x"])
    assert not target.is_there
    assert (target.above, volume.asked, target.taken) == (str(tmp_path), [str(tmp_path)], [])
    assert [*tmp_path.iterdir()] == []


def test_a_file_is_no_directory(tmp_path: Path) -> None:
    """What is below a file is not there either."""
    (tmp_path / "file").write_bytes(b"")
    target = LookAtTarget(LocalFileSystem(), SmallVolume())(str(tmp_path / "file/x"), [])
    assert target.above == str(tmp_path)


def test_folders(tmp_path: Path) -> None:
    """Sorted, links to directories among them; hidden ones when a dot was typed."""
    for name in ("b", "beta", ".cache", "alpha"):
        (tmp_path / name).mkdir()
    (tmp_path / "bfile").write_bytes(b"")
    (tmp_path / "blink").symlink_to(tmp_path / "alpha")
    (tmp_path / "broken").symlink_to(tmp_path / "nowhere")
    folders = LookAtTarget(LocalFileSystem(), SmallVolume()).folders
    assert folders(str(tmp_path)) == ["alpha", "b", "beta", "blink"]
    assert folders(str(tmp_path), "b") == ["b", "beta", "blink"]
    assert folders(str(tmp_path), ".") == [".cache"]
    assert folders(str(tmp_path / "missing")) == []


def test_names() -> None:
    """A run that is taken apart has its directory, another ZIP one called after it."""
    logs = Artifact(12, ArtifactKind.RUN_LOGS, "jobs/12/run_4_logs.zip", 9, 4)
    both = [an_artifact("jobs/12/run_4_results.zip"), logs]
    assert coming_names(both, extract=False) == ["run_4_results.zip", "run_4_logs.zip"]
    assert coming_names(both, extract=True) == ["RUN4", "run_4_logs"]
