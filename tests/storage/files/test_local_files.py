"""A file that the user asked for appears whole or not at all, and replaces nothing."""

import hashlib
import os
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import DownloadError
from storage.files.durable_files import make_directories
from storage.files.local_files import LocalFileSystem, LocalPartialFile
from tests.full_disk import full_disk

LIMIT = 10_000


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "a" / "b"


def _create(place: Path, name: str = "x.zip") -> LocalPartialFile:
    return LocalFileSystem().create(str(place), name)


def _link_to_a_file(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def test_appears_with_the_commit(place: Path) -> None:
    """The name exists from the commit on, with all that was written; the directory is made."""
    partial = _create(place)
    partial.write(b"one ")
    partial.write(b"")
    partial.write(b"two")
    assert os.listdir(place) == ["x.zip.partial"]
    assert Path(partial.path).read_bytes() == b"one two"
    assert partial.commit() == str(place / "x.zip")
    assert os.listdir(place) == ["x.zip"]
    assert (place / "x.zip").read_bytes() == b"one two"


@pytest.mark.parametrize("below", ["", "b"])
def test_a_file_in_the_place_of_the_directory(tmp_path: Path, below: str) -> None:
    """Neither space nor permissions would help."""
    (tmp_path / "a").write_text("mine")
    with pytest.raises(DownloadError) as caught:
        _create(tmp_path / "a" / below)
    assert caught.value.todo == "A file is in the way: choose another directory."
    assert (tmp_path / "a").read_text() == "mine"


def test_discard(place: Path) -> None:
    """A discarded file leaves nothing; again is harmless."""
    partial = _create(place)
    partial.write(b"half")
    partial.discard()
    partial.discard()
    assert not place.exists()


def test_discard_after_commit(place: Path) -> None:
    """What was committed stays."""
    partial = _create(place)
    partial.commit()
    partial.discard()
    assert os.listdir(place) == ["x.zip"]


@pytest.mark.parametrize("kind", ["file", "directory", "dangling link"])
def test_name_is_taken(place: Path, kind: str) -> None:
    """An existing name is refused before a byte is transferred."""
    place.mkdir(parents=True)
    taken = place / "x.zip"
    if kind == "file":
        taken.touch()
    elif kind == "directory":
        taken.mkdir()
    else:
        taken.symlink_to("nowhere")
    with pytest.raises(DownloadError, match=r"x\.zip exists"):
        _create(place)
    assert os.listdir(place) == ["x.zip"]


def test_name_is_taken_meanwhile(place: Path) -> None:
    """A file that appeared during the transfer is not replaced."""
    partial = _create(place)
    partial.write(b"ours")
    (place / "x.zip").write_bytes(b"theirs")
    with pytest.raises(DownloadError, match=r"x\.zip exists"):
        partial.commit()
    partial.discard()
    assert os.listdir(place) == ["x.zip"]
    assert (place / "x.zip").read_bytes() == b"theirs"


def test_left_over_is_replaced(place: Path) -> None:
    """What a killed download left behind does not end up in the next one."""
    place.mkdir(parents=True)
    (place / "x.zip.partial").write_bytes(b"a long half of an older file")
    partial = _create(place)
    partial.write(b"new")
    partial.commit()
    assert (place / "x.zip").read_bytes() == b"new"


def test_left_over_with_a_second_name(place: Path) -> None:
    """A left-over that is also somebody's file loses its name, not its content."""
    place.mkdir(parents=True)
    (place / "mine.zip").write_bytes(b"mine")
    os.link(place / "mine.zip", place / "x.zip.partial")
    _create(place).commit()
    assert (place / "mine.zip").read_bytes() == b"mine"


def test_two_downloads_of_one_name(place: Path) -> None:
    """The second download is told of the first one, which goes on."""
    first = _create(place)
    first.write(b"first")
    with pytest.raises(DownloadError, match="another download"):
        _create(place)
    first.commit()
    assert (place / "x.zip").read_bytes() == b"first"


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, _link_to_a_file])
def test_something_else_is_the_partial(place: Path, make: Callable[[Path], None]) -> None:
    """A link, pipe or directory in place of the partial file is neither followed nor removed."""
    place.mkdir(parents=True)
    make(place / "x.zip.partial")
    with pytest.raises(DownloadError):
        _create(place)
    assert os.listdir(place) == ["x.zip.partial"]


def test_partial_was_replaced(place: Path) -> None:
    """Somebody else's partial file is neither published nor removed."""
    partial = _create(place)
    (place / "x.zip.partial").unlink()
    (place / "x.zip.partial").write_bytes(b"theirs")
    with pytest.raises(DownloadError):
        partial.commit()
    partial.discard()
    assert os.listdir(place) == ["x.zip.partial"]


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/x", "a\0b", "a\\b", "x" * 250, "\udcff"])
def test_impossible_names(place: Path, name: str) -> None:
    """Names come from the store: those that are no plain file name are refused."""
    with pytest.raises(DownloadError) as caught:
        _create(place, name)
    assert str(caught.value).isprintable()
    assert not place.exists() or os.listdir(place) == []


def test_name_is_no_path(place: Path) -> None:
    """A name cannot lead into another directory, even into one that exists."""
    (place / "a").mkdir(parents=True)
    with pytest.raises(DownloadError, match="a/b"):
        _create(place, "a/b")
    assert os.listdir(place / "a") == []


def test_directory_is_a_file(tmp_path: Path) -> None:
    """A file where the directory should be is reported."""
    (tmp_path / "f").touch()
    with pytest.raises(DownloadError):
        _create(tmp_path / "f")


def test_disk_full(place: Path) -> None:
    """A write that fails says which file, and discarding frees the space."""
    partial = _create(place)
    with full_disk(LIMIT):
        partial.write(b"x" * LIMIT)
        with pytest.raises(DownloadError, match=r"x\.zip"):
            partial.write(b"x")
    partial.discard()
    assert not place.exists()


def test_no_descriptor_is_left(place: Path) -> None:
    """Committed, discarded and refused files are all closed."""
    before = len(os.listdir("/dev/fd"))
    place.mkdir(parents=True)
    (place / "x.zip.partial").touch()
    _create(place).commit()
    _create(place, "y").discard()
    with pytest.raises(DownloadError):
        _create(place)
    assert len(os.listdir("/dev/fd")) == before


def test_holds_that_very_content(place: Path) -> None:
    """A regular file of that size and digest; not another, nor a link, a pipe or nothing."""
    place.mkdir(parents=True)
    (place / "good").write_bytes(b"one")
    (place / "other").write_bytes(b"two")
    (place / "longer").write_bytes(b"one more")
    (place / "link").symlink_to(place / "good")
    (place / "directory").mkdir()
    os.mkfifo(place / "pipe")
    names = ("good", "other", "longer", "link", "directory", "pipe", "nothing", "a\0b")
    digest = hashlib.sha256(b"one").hexdigest()
    held = [n for n in names if LocalFileSystem().holds(str(place), n, size=3, sha256=digest)]
    assert held == ["good"]


def test_directories_that_stay_empty_go(tmp_path: Path) -> None:
    """Those that were made for a file which did not come, and no others."""
    (tmp_path / "mine").mkdir()
    LocalFileSystem().create(str(tmp_path / "mine/new/newer"), "a.zip").discard()
    assert list(tmp_path.rglob("*")) == [tmp_path / "mine"]


def test_directory_that_another_download_takes_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its making and its first file: it is made again."""
    gone: list[str] = []

    def meanwhile(path: str) -> Sequence[str]:
        made = make_directories(path)
        if not gone:
            gone.append(path)
            os.rmdir(path)
        return made

    monkeypatch.setattr("storage.files.local_files.make_directories", meanwhile)
    file = LocalFileSystem().create(str(tmp_path / "new"), "a.zip")
    file.write(b"content")
    assert Path(file.commit()).read_bytes() == b"content"


def test_link_in_the_place_of_the_directory(tmp_path: Path) -> None:
    """Nothing is written to where it leads, nor looked for there."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "run_1").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(DownloadError, match="run_1 is a link"):
        LocalFileSystem().create(str(tmp_path / "run_1"), "a.zip")
    assert LocalFileSystem().has(str(tmp_path / "run_1"), "RUN1")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_replaced_by_the_commit(place: Path, tmp_path: Path) -> None:
    """A file, or a link and not what it leads to, stays until what replaces it is whole."""
    (tmp_path / "theirs").write_text("theirs")
    place.mkdir(parents=True)
    for name in ("x.zip", "link"):
        (place / "x.zip").write_text("old")
        (place / "link").unlink(missing_ok=True)
        (place / "link").symlink_to(tmp_path / "theirs")
        partial = LocalFileSystem().create(str(place), name, replace=True)
        partial.write(b"new")
        assert (place / name).read_text() in {"old", "theirs"}
        partial.commit()
        assert not (place / name).is_symlink()
        assert (place / name).read_text() == "new"
    assert (tmp_path / "theirs").read_text() == "theirs"


def test_a_directory_is_never_replaced(place: Path) -> None:
    """Nor is one that comes there meanwhile."""
    with closing(LocalFileSystem().create(str(place), "x.zip", replace=True)) as partial:
        (place / "x.zip").mkdir()
        with pytest.raises(DownloadError):
            partial.commit()
    with pytest.raises(DownloadError, match="exists already"):
        LocalFileSystem().create(str(place), "x.zip", replace=True)
