"""What every look at a run does, at a directory and at stored results; the fake one as well."""

import shutil
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from core.curves.local_run import LocalRun
from core.curves.stored_run import StoredRun
from core.download.read_members import ReadMembers
from core.errors import ArtifactNotFoundError
from core.model import Artifact, ArtifactKind
from core.ports.run_files import RunFiles
from core.preview.look_inside import LookInside
from storage.packing.plain_files import PlainFiles
from storage.packing.zip_reader import ZipArchiveReader
from storage.tree.tree_scanner import FileTreeScanner
from tests.core.asked_store import AskedStore
from tests.fakes.catalog import FakeCatalog
from tests.fakes.clock import FixedClock
from tests.fakes.members_cache import FakeMembersCache
from tests.fakes.run_files import FakeRunFiles

KEY = "jobs/7/2026/11/20/120000/run_4_results.zip"
FILES = {"LOG": b"FRED started\n", "DAILY/INF.I.txt": b"0 1\n1 2\n", "empty": b"", "größe": b"x"}
Look = Callable[[], RunFiles]


def stored(store: AskedStore, seen: FakeMembersCache, content_id: str = "c0ffee") -> StoredRun:
    head = store.head(KEY)
    assert head is not None
    artifact = Artifact(7, ArtifactKind.RUN_RESULTS, KEY, head.size, 4, content_id=content_id)
    members = ReadMembers(store, FakeCatalog(), ZipArchiveReader(), lambda: None)
    return StoredRun(artifact, LookInside(members, seen, FixedClock()))


def packed(path: Path, above: str = "RUN4/") -> bytes:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in FILES.items():
            target.writestr(above + name, data)
    return path.read_bytes()


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    run = tmp_path / "OUT/RUN4"
    for name, data in FILES.items():
        (run / name).parent.mkdir(parents=True, exist_ok=True)
        (run / name).write_bytes(data)
    (run / "nothing").mkdir()
    for name, target in (("folder", "nothing"), ("nowhere", "later"), ("up", "..")):
        (run / name).symlink_to(target)
    return run


@pytest.fixture(params=["fake", "local", "stored", "stored without its directory"])
def run(request: pytest.FixtureRequest, tmp_path: Path, directory: Path) -> RunFiles:
    if request.param == "fake":
        return FakeRunFiles(FILES)
    if request.param == "local":
        return LocalRun(str(directory), FileTreeScanner(), PlainFiles())
    store, above = AskedStore(), "RUN4/" if request.param == "stored" else ""
    store.put(KEY, packed(tmp_path / "run.zip", above))
    return stored(store, FakeMembersCache())


def test_files(run: RunFiles) -> None:
    """All files below the run with their sizes; neither folders nor links to such."""
    assert run.files() == {name: len(data) for name, data in FILES.items()}


def test_read(run: RunFiles) -> None:
    """Each comes back as it is, under its own name, as often as it is asked for."""
    for name, data in FILES.items():
        content = run.read(name)
        assert content.name in {name, name.rpartition("/")[2]}
        assert [b"".join(content.blocks()) for _ in range(2)] == [data, data]


@pytest.mark.parametrize(
    "path", ["nothing", "../RUN4/LOG", "/etc/hostname", "folder", "nowhere", "up/RUN4/LOG", ""]
)
def test_what_is_not_there(run: RunFiles, path: str) -> None:
    """Nothing outside of the run can be read."""
    with pytest.raises(ArtifactNotFoundError):
        run.read(path)


def test_what_is_known_of_it(run: RunFiles) -> None:
    """Place and identity say which run it is; a checksum is right where there is one."""
    assert run.place
    assert run.identity()
    for name, data in FILES.items():
        assert run.crc(name) in {None, zlib.crc32(data)}
    assert run.crc("nothing") is None


def test_a_later_look(directory: Path) -> None:
    """What is written later has another identity, and is not in the look before."""
    first, later = (LocalRun(str(directory), FileTreeScanner(), PlainFiles()) for _ in range(2))
    assert first.identity()
    (directory / "out.csv").write_text("Day\n")
    assert later.identity() != first.identity()
    assert ("out.csv" in later.files(), "out.csv" in first.files()) == (True, False)
    shutil.rmtree(directory)
    assert first.files() == {name: len(data) for name, data in FILES.items()}


def test_a_file_that_is_elsewhere(directory: Path, tmp_path: Path) -> None:
    """A log that is linked into the run is read as if it lay there; another one when that has grown."""
    (tmp_path / "scratch.log").write_text("one\n")
    (directory / "log").symlink_to("../../scratch.log")

    def look() -> LocalRun:
        return LocalRun(str(directory), FileTreeScanner(), PlainFiles())

    first = look()
    assert (first.files()["log"], b"".join(first.read("log").blocks())) == (4, b"one\n")
    before = first.identity()
    assert look().identity() == before
    (tmp_path / "scratch.log").write_text("one\ntwo\n")
    assert (look().identity() == before, look().files()["log"]) == (False, 8)


def test_known_without_asking(tmp_path: Path) -> None:
    """Identity asks no store; members that were seen are not listed again, and can be read."""
    store, seen = AskedStore(), FakeMembersCache()
    store.put(KEY, packed(tmp_path / "run.zip"))
    assert stored(store, seen).identity() == "c0ffee"
    first = stored(store, seen)
    again = stored(store, seen)
    first.files()
    asked = len(store.asked)
    assert (again.files(), len(store.asked)) == (first.files(), asked)
    for _ in range(2):
        assert b"".join(again.read("LOG").blocks()) == FILES["LOG"]
    assert len(store.asked) - asked <= 2  # the directory and the member, or both at once
