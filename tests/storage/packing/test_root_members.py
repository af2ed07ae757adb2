"""Members at the root of an archive, beside those of RUN directories."""

import io
import zipfile
from pathlib import Path

import pytest

from core.errors import ResultsPackagingError
from core.ports.packaging import PackSource
from storage.packing.zip_writer import ZipResultsPackager
from storage.tree.folders import LocalFolders


def sources(path: Path) -> list[PackSource]:
    folders = LocalFolders()
    above = tuple(e for e in folders.entries(str(path)) if e.path != "RUN4")
    inside = tuple(folders.entries(str(path / "RUN4")))
    return [PackSource(str(path / "RUN4"), "RUN4", inside), PackSource(str(path), "", above)]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    (tmp_path / "RUN4").mkdir()
    (tmp_path / "RUN4/LOG").write_text("log")
    (tmp_path / "pop-4.txt").write_text("four")
    (tmp_path / ("x" * 249 + "-4.txt")).touch()
    return tmp_path


def test_names(out: Path) -> None:
    """An empty `arcname` adds nothing, not even a directory; the archive stays in its bound."""
    packager = ZipResultsPackager()
    stream = packager.pack(sources(out), lambda _: None)
    data = b"".join(stream)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["RUN4/LOG", "pop-4.txt", "x" * 249 + "-4.txt"]
        assert archive.read("pop-4.txt") == b"four"
    assert len(data) <= packager.size_bound(sources(out))
    assert packager.content_id(sources(out), lambda _: None) == stream.summary().content_id


def test_repeatable(out: Path) -> None:
    """The order of the sources does not matter."""
    packager = ZipResultsPackager()
    archives = [
        b"".join(packager.pack(some, lambda _: None)) for some in (sources(out), sources(out)[::-1])
    ]
    assert archives[0] == archives[1]


def test_clash(out: Path) -> None:
    """A file that is named like a RUN directory."""
    both = sources(out)
    entry = both[1].entries[0]._replace(path="RUN4")
    with pytest.raises(ResultsPackagingError, match="two members"):
        ZipResultsPackager().check([both[0], PackSource(str(out), "", (entry,))])
