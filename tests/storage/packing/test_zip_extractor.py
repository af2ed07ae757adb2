"""Extracting gives back what was packed, and nothing at all of an archive that is not safe."""

import contextlib
import errno
import fcntl
import io
import os
import shutil
import stat
import struct
import time
import unicodedata
import warnings
import zipfile
import zlib
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DownloadError, LargeArchiveError, LooseArchiveError, UnsafeArchiveError
from core.ports.packaging import ArchiveMember, ExtractRule
from storage.packing.hidden_directory import hidden_directory, remove_left_overs
from storage.packing.zip_extractor import ZipArchiveExtractor
from storage.packing.zip_format import (
    DEFLATED,
    MemberRecord,
    central_header,
    end_records,
    local_header,
)
from storage.packing.zip_writer import ZipResultsPackager
from tests.deep_tree import chain, removed
from tests.storage.trees import FILES, contents, ignore, read, source_of, write_tree

ANY = ExtractRule()
LEFT = ".runferry-extract-0123456789abcdef.partial"
UNSAFE_NAMES = [
    "../evil",
    "RUN4/../../evil",
    "/evil",
    "C:/evil",
    "c:evil",
    "RUN4\\evil",
    "RUN4//evil",
    "./evil",
    "RUN4/..",
    "..",
    ".",
    "RUN4/a\0b",
    "x" * 256,
    "é" * 128,
    "x/" * 2050 + "y",
]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "downloads"


def _extract(
    archive: bytes, place: Path, rule: ExtractRule = ANY, where: Path | None = None
) -> int:
    path = place.with_name("x.zip")
    path.write_bytes(archive)
    return ZipArchiveExtractor().extract(str(path), str(where or place), rule).files


def _refuses(archive: bytes, place: Path, rule: ExtractRule = ANY) -> UnsafeArchiveError:
    """The error, after having made sure that nothing was written."""
    with pytest.raises(UnsafeArchiveError) as caught:
        _extract(archive, place, rule)
    assert not place.exists() or not list(place.iterdir())
    assert sorted(os.listdir(place.parent)) in (["x.zip"], ["downloads", "x.zip"])
    assert str(caught.value).isprintable()
    return caught.value


@contextlib.contextmanager
def locked(path: Path) -> Generator[None]:
    """As another process that is at work there."""
    descriptor = os.open(path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


def _zip(*names: str, change: Callable[[zipfile.ZipInfo], None] = lambda info: None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile warns of duplicates and writes them
        for name in names:
            info = zipfile.ZipInfo("x")
            info.filename = name
            change(info)
            archive.writestr(info, b"" if name.endswith("/") else b"content")
    return buffer.getvalue()


def _with_mode(mode: int) -> bytes:
    def change(info: zipfile.ZipInfo) -> None:
        info.create_system = 3
        info.external_attr = mode << 16

    return _zip("RUN4/a", change=change)


def _own(record: MemberRecord, stored: bytes, *, copies: int = 1) -> bytes:
    """An archive of one content with any claims about it."""
    front = local_header(record) + stored
    central = central_header(record)
    for number in range(1, copies):
        record.name = record.name[:-1] + b"%d" % number
        central += central_header(record)
    return front + central + end_records(copies, len(front), len(central))


def _deflated(content: bytes, *, size: int, crc: int | None = None) -> MemberRecord:
    record = MemberRecord(b"RUN4/a", 0, 0o644, DEFLATED)
    record.crc = zlib.crc32(content) if crc is None else crc
    record.size = size
    return record


# --- what is good comes back


@pytest.mark.parametrize("threads", [1, 3])
def test_round_trip(tmp_path: Path, place: Path, threads: int) -> None:
    """Contents, mtimes and permissions of several runs are those that were packed."""
    runs = [write_tree(tmp_path / name, FILES) for name in ("RUN4", "RUN5", "RUN10")]
    (runs[0] / "one.txt").chmod(0o440)
    (runs[1] / "one.txt").chmod(0o4700)
    sources = [source_of(run) for run in runs]
    count = _extract(read(ZipResultsPackager(threads).pack(sources, ignore)), place)
    assert count == 3 * (len(FILES) - 1)
    assert sorted(os.listdir(place)) == ["RUN10", "RUN4", "RUN5"]
    for run in runs:
        assert contents(place / run.name) == contents(run) == FILES
        for path in filter(Path.is_file, run.rglob("*")):
            found = (place / path.relative_to(tmp_path)).stat()
            assert found.st_mtime == int(path.stat().st_mtime)
            assert stat.S_IMODE(found.st_mode) == path.stat().st_mode & 0o777


@pytest.mark.parametrize("mtime", [-1, 0, 1, 2**31 - 1, -(2**31), 2**31, 2**33])
def test_mtimes_at_the_limits(place: Path, mtime: int) -> None:
    """Every second is restored, whether or not 32 bits can say it."""
    _extract(_own(MemberRecord(b"a", mtime, 0o644), b""), place)
    assert (place / "a").stat().st_mtime == mtime


def test_foreign_archive(place: Path) -> None:
    """Without UTC times, those of the archive are local; without permissions, the usual ones."""

    def change(info: zipfile.ZipInfo) -> None:
        info.date_time = (2024, 2, 29, 12, 30, 58)
        info.compress_type = zipfile.ZIP_DEFLATED

    _extract(_zip("RUN4/sub/a", "RUN4/sub/", "b", change=change), place)
    found = (place / "RUN4/sub/a").stat()
    assert time.localtime(found.st_mtime)[:6] == (2024, 2, 29, 12, 30, 58)
    assert (place / "b").read_bytes() == b"content"
    assert found.st_mode & 0o400


def test_impossible_date(place: Path) -> None:
    """A date that no calendar has is no reason to refuse a file."""
    archive = bytearray(_zip("a"))
    central = archive.index(b"PK\1\2")
    archive[central + 12 : central + 16] = bytes(4)
    assert _extract(bytes(archive), place) == 1


@pytest.mark.parametrize(
    "names",
    [
        ["RUN4/new\nline", "RUN4/\x1b[31m", "RUN4/a:b", "RUN4/ …", "RUN4/-rf", "RUN4/..."],
        ["RUN4/A", "RUN4/a"],
        ["RUN4/a", "RUN4/", "RUN4/b/c/", "RUN4/b/"],
        [],
    ],
)
def test_unusual_but_safe(place: Path, names: list[str]) -> None:
    """Odd names, names that differ in case, and directories in any order are all extracted."""
    files = [name for name in names if not name.endswith("/")]
    assert _extract(_zip(*names), place) == len(files)
    for name in files:
        assert (place / name).read_bytes() == b"content"


# --- what is deep

DEEP = "RUN4/" + "d/" * 1200 + "leaf"
LONGEST = "RUN4/" + "d/" * 2044 + "ab"


@pytest.mark.parametrize("name", [DEEP, LONGEST])
def test_deep(place: Path, name: str) -> None:
    """As deep as a name can be: also where the path becomes longer than one may be."""
    archive = _zip("RUN4/", name.removesuffix("leaf"), name) if name == DEEP else _zip(name)
    with removed(place):
        assert _extract(archive, place) == 1
        top = os.open(place, os.O_RDONLY)
        with open(os.open(name, os.O_RDONLY, dir_fd=top)) as file:
            assert file.read() == "content"
        os.close(top)
        assert ZipArchiveExtractor().extracted(_members(archive), str(place)) == 1
        with pytest.raises(DownloadError, match="RUN4 exists"):
            _extract(archive, place)
        assert os.listdir(place) == ["RUN4"]


@pytest.mark.parametrize("name", [DEEP, LONGEST])
def test_deep_and_damaged(place: Path, name: str) -> None:
    """Nothing of it stays."""
    archive = bytearray(_zip(name, "RUN4/last"))
    archive[archive.rindex(b"content")] ^= 1
    _refuses(bytes(archive), place)


def test_deep_left_over(place: Path, left: Path) -> None:
    """What a killed extraction left is removed, however deep it is."""
    with chain(left / "content"):
        _extract(_zip("RUN4/a"), place)
        assert os.listdir(place) == ["RUN4"]


def test_place_with_a_long_path(place: Path) -> None:
    """It cannot be written to, which is said; it is not the room or the permissions."""
    where = place / "/".join(["x" * 200] * 25)
    with pytest.raises(DownloadError, match="File name too long") as caught:
        _extract(_zip("RUN4/a"), place, where=where)
    assert "shorter path" in caught.value.todo


# --- what is not safe


@pytest.mark.parametrize("name", UNSAFE_NAMES)
@pytest.mark.parametrize("after", [[], ["RUN4/good"]])
def test_unsafe_names(place: Path, name: str, after: list[str]) -> None:
    """One name that could lead elsewhere condemns the archive before a file is written."""
    _refuses(_zip(*after, name), place)
    if len(name) < 250:
        _refuses(_zip(*after, name + "/"), place)


@pytest.mark.parametrize(
    "names",
    [
        ["a", "a"],
        ["a/", "a/"],
        ["a", "a/"],
        ["a", "a/b"],
        ["a/b/c", "a/b"],
        [unicodedata.normalize("NFC", "é"), unicodedata.normalize("NFD", "é")],
    ],
)
def test_names_that_clash(place: Path, names: list[str]) -> None:
    """Two members in one place are refused instead of one of them winning."""
    _refuses(_zip(*names), place)


@pytest.mark.parametrize(
    "kind", [stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK, stat.S_IFDIR]
)
def test_special_files(place: Path, kind: int) -> None:
    """Members that are neither files nor links are refused."""
    assert "RUN4/a" in str(_refuses(_with_mode(kind | 0o777), place))


def test_setuid_is_dropped(place: Path) -> None:
    """No downloaded file runs as somebody else."""
    _extract(_with_mode(stat.S_IFREG | 0o6755), place)
    assert stat.S_IMODE((place / "RUN4/a").stat().st_mode) == 0o755


@pytest.mark.parametrize("bit", [0, 5, 6, 13])
def test_encrypted_or_patched(place: Path, bit: int) -> None:
    """Encrypted members are refused with that reason, not as damage."""
    archive = bytearray(_zip("RUN4/a"))
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = archive.index(signature) + offset
        archive[at : at + 2] = (1 << bit).to_bytes(2, "little")
    assert "damaged" not in str(_refuses(bytes(archive), place))


def test_unknown_method(place: Path) -> None:
    """Only stored and deflated members are extracted."""

    def change(info: zipfile.ZipInfo) -> None:
        info.compress_type = zipfile.ZIP_LZMA

    assert "method 14" in str(_refuses(_zip("RUN4/a", change=change), place))


def test_directory_with_content(place: Path) -> None:
    """A directory that claims to have content is refused."""
    record = MemberRecord(b"RUN4/", 0, 0o755)
    record.size = record.stored = 1
    _refuses(_own(record, b"x"), place)


def test_overlapping_entries(place: Path) -> None:
    """Many members that share one content are a bomb."""
    content = zlib.compress(bytes(1 << 20), wbits=-15)
    record = _deflated(bytes(1 << 20), size=1 << 20)
    record.stored = len(content)
    assert "members in it overlap" in str(_refuses(_own(record, content, copies=5), place))


def test_overlap_by_a_long_header(place: Path) -> None:
    """Content that a local header moves into the next member is an overlap as well."""
    archive = bytearray(_zip("a", "b"))
    archive[28:30] = struct.pack("<H", 20)  # "a" claims 20 bytes of extra field
    assert "a cannot be read: it is cut off" in str(_refuses(bytes(archive), place))


def test_overlap_with_the_directory(place: Path) -> None:
    """Content does not reach into the list of members."""
    stored = zlib.compress(b"content", wbits=-15)
    record = _deflated(b"content", size=7)
    record.stored = len(stored) + 1
    assert "RUN4/a cannot be read: it is cut off" in str(_refuses(_own(record, stored), place))


def test_more_than_declared(place: Path) -> None:
    """What inflates to more than it declares is damage, and stops at the declared size."""
    content = bytes(1 << 24)
    stored = zlib.compress(content, wbits=-15)
    record = _deflated(content, size=1000)
    record.stored = len(stored)
    _refuses(_own(record, stored), place)


def test_less_than_declared(place: Path) -> None:
    """A member that ends early is damaged even if its checksum is right."""
    stored = zlib.compress(b"short", wbits=-15)
    record = _deflated(b"short", size=6)
    record.stored = len(stored)
    _refuses(_own(record, stored), place)


def test_no_room(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive that declares more than fits on the disk is not begun."""
    full = shutil.disk_usage(place.parent)._replace(free=6)

    def nearly_full(path: str) -> object:
        return full

    monkeypatch.setattr(shutil, "disk_usage", nearly_full)
    archive = bytearray(_zip("RUN4/a"))
    archive[archive.rindex(b"content")] ^= 1
    with pytest.raises(DownloadError, match="6 bytes free; the archive needs 7") as caught:
        _extract(bytes(archive), place)
    assert not isinstance(caught.value, UnsafeArchiveError)
    assert not place.exists()


def test_flipped_bit(place: Path) -> None:
    """A content that does not match its checksum is not extracted, nor are its neighbours."""
    archive = bytearray(_zip("RUN4/a", "RUN4/b"))
    archive[archive.rindex(b"content")] ^= 1
    _refuses(bytes(archive), place)


def test_truncated_anywhere(place: Path) -> None:
    """No part of an archive passes for the whole."""
    archive = _zip("RUN4/a", "RUN4/b")
    for end in range(len(archive)):
        _refuses(archive[:end], place)


def test_no_such_archive(place: Path) -> None:
    """A missing archive is an error of the download, with its name."""
    with pytest.raises(DownloadError, match="nothing-here"):
        ZipArchiveExtractor().extract("nothing-here.zip", str(place), ANY)


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 255)), min_size=1, max_size=4))
def test_damage_never_escapes(
    tmp_path_factory: pytest.TempPathFactory, flips: list[tuple[int, int]]
) -> None:
    """Whatever bytes change, the result is a download error or files in their place."""
    archive = bytearray(_zip("RUN4/a", "RUN4/b/", "RUN4/b/c"))
    for at, mask in flips:
        archive[at % len(archive)] ^= mask
    place = tmp_path_factory.mktemp("damage") / "downloads"
    try:
        _extract(bytes(archive), place)
    except DownloadError:
        assert not place.exists() or not list(place.iterdir())
    assert set(os.listdir(place.parent)) <= {"x.zip", "downloads"}


# --- what is in the way


@pytest.mark.parametrize(("name", "inside"), [("RUN4", ""), ("RUN5", "old.txt"), ("b", "")])
def test_nothing_is_replaced(place: Path, name: str, inside: str) -> None:
    """A name that exists is reported, and neither it nor its neighbours are touched."""
    existing = place / name / inside
    existing.parent.mkdir(parents=True)
    existing.write_text("mine")
    with pytest.raises(DownloadError, match=name) as caught:
        _extract(_zip("RUN4/a", "RUN5/a", "b"), place)
    assert not isinstance(caught.value, UnsafeArchiveError)
    assert existing.read_text() == "mine"
    assert os.listdir(place) == [name]


def test_looks_before_it_extracts(place: Path) -> None:
    """What is in the way is found at once, not after hours: before damage in the content is."""
    (place / "RUN4").mkdir(parents=True)
    archive = bytearray(_zip("RUN4/a"))
    archive[archive.rindex(b"content")] ^= 1
    with pytest.raises(DownloadError, match="RUN4 exists"):
        _extract(bytes(archive), place)


@pytest.mark.parametrize("name", ["RUN4/", "RUN5/", "b"])
def test_appears_meanwhile(place: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """What appears during the extraction is not replaced, and nothing else is left there."""
    disk_usage = shutil.disk_usage

    def appear(path: str) -> object:
        write_tree(place, {name: b"mine"})
        return disk_usage(path)

    monkeypatch.setattr(shutil, "disk_usage", appear)
    with pytest.raises(DownloadError, match=name.strip("/")):
        _extract(_zip("RUN4/a", "RUN5/a", "b", "c/"), place)
    assert contents(place) == {name: b"" if name.endswith("/") else b"mine"}


def test_link_in_the_way(place: Path) -> None:
    """A dangling link is in the way too, and is not followed."""
    place.mkdir()
    (place / "RUN4").symlink_to(place.parent / "elsewhere")
    with pytest.raises(DownloadError, match="RUN4"):
        _extract(_zip("RUN4/a"), place)
    assert not (place.parent / "elsewhere").exists()


def test_place_is_a_file(place: Path) -> None:
    """A file where the directory should be is reported."""
    place.write_text("mine")
    with pytest.raises(DownloadError, match="downloads"):
        _extract(_zip("RUN4/a"), place)
    assert place.read_text() == "mine"


# --- what an archive may hold at its top


@pytest.mark.parametrize("names", [["a"], ["RUN4/a", "b"], ["RUN4"], ["RUN4/a", "bin/tool"]])
def test_only_runs(place: Path, names: list[str]) -> None:
    """All of a run is in RUN directories: what is beside them would be somebody else's."""
    error = _refuses(_zip(*names), place, ExtractRule(only_runs=True))
    assert isinstance(error, LooseArchiveError)
    assert "not in a RUN directory" in error.what
    assert _extract(_zip("RUN4/", "RUN4/a"), place, ExtractRule(only_runs=True)) == 1


@pytest.mark.parametrize("name", [".ssh/authorized_keys", ".bashrc", ".config/", "..."])
def test_hidden_at_the_top(place: Path, name: str) -> None:
    """What is extracted into a home directory must not become part of its settings."""
    error = _refuses(_zip("RUN4/a", name), place, ExtractRule(hidden=False))
    assert "hidden" in error.what
    assert _extract(_zip("RUN4/.hidden/a"), place, ExtractRule(hidden=False)) == 1


# --- what becomes far larger than it is


def _of_zeros(megabytes: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(megabytes // 64):
            archive.writestr(f"RUN4/{number}", bytes(64 << 20))
    return buffer.getvalue()


def test_bomb(place: Path) -> None:
    """It tells the truth about its size, which is a reason to ask."""
    bomb = _of_zeros(320)
    error = _refuses(bomb, place)
    assert isinstance(error, LargeArchiveError)
    assert "335,544,320 bytes" in error.what
    assert "--any-size" in error.todo
    assert _extract(bomb, place, ExtractRule(any_size=True)) == 5


def test_small_bomb(place: Path) -> None:
    """What has room anywhere is no reason to ask, however well it was packed."""
    assert _extract(_of_zeros(64), place) == 1


# --- what was killed


@pytest.fixture
def left(place: Path) -> Path:
    """What a killed extraction left."""
    path = place / LEFT
    (path / "content/RUN4").mkdir(parents=True)
    (path / "content/RUN4/half").write_text("x")
    (path / "made-by-runferry").write_text(LEFT)
    return path


def test_left_over_is_removed(place: Path, left: Path) -> None:
    """The next one in that directory tidies up."""
    _extract(_zip("RUN4/a"), place)
    assert sorted(os.listdir(place)) == ["RUN4"]


def test_left_over_where_directories_are_no_files(
    place: Path, left: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """POSIX says EPERM of a directory that is unlinked as if it were a file; Linux does not."""
    unlink = os.unlink

    def unlinked(path: str, *, dir_fd: int | None = None) -> None:
        try:
            unlink(path, dir_fd=dir_fd)
        except IsADirectoryError:
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), path) from None

    monkeypatch.setattr(os, "unlink", unlinked)
    _extract(_zip("RUN4/a"), place)
    assert sorted(os.listdir(place)) == ["RUN4"]


def test_at_work_is_left_alone(place: Path, left: Path) -> None:
    """What another process extracts there at this moment is its own."""
    with locked(left):
        _extract(_zip("RUN4/a"), place)
    assert (left / "content/RUN4/half").exists()


@pytest.mark.parametrize("name", [".runferry-cluster1", ".runferry-abcdefgh", LEFT, f"{LEFT}s"])
def test_directory_of_the_user(place: Path, name: str) -> None:
    """A home of RunFerry lies there under a name that may look like ours: all of it stays."""
    store = place / name / "store"
    store.mkdir(parents=True)
    (store / "run_1_results.zip").write_text("precious")
    _extract(_zip("RUN4/a"), place)
    assert (store / "run_1_results.zip").read_text() == "precious"


def test_mark_of_another_directory(place: Path, left: Path) -> None:
    """A left-over that was copied to another name is the user's by now."""
    copy = place / LEFT.replace("0", "1")
    shutil.copytree(left, copy)
    _extract(_zip("RUN4/a"), place)
    assert (copy / "content/RUN4/half").exists()
    assert not left.exists()


def test_put_into_a_left_over(place: Path, left: Path) -> None:
    """What somebody else put beside the half-written content is not removed with it."""
    (left / "notes").write_text("mine")
    _extract(_zip("RUN4/a"), place)
    assert os.listdir(left) == ["notes"]


def test_tidied_up_before_it_is_locked(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process takes a directory that was made a moment ago for left over."""
    place.mkdir()
    fresh: list[str] = []

    def tidied(path: str, directory: int | None = None) -> int:
        if not fresh:
            fresh.append(path)
            remove_left_overs(str(place))
            assert not os.path.exists(path)
        return os.open(path, os.O_RDONLY, dir_fd=directory)

    monkeypatch.setattr("storage.packing.hidden_directory.open_directory", tidied)
    with hidden_directory(str(place)) as hidden:
        assert os.path.dirname(hidden.path) not in fresh
    assert os.listdir(place) == []


def test_killed(place: Path) -> None:
    """A process that dies while it extracts leaves nothing that stays."""
    path = place.with_name("x.zip")
    path.write_bytes(_zip("RUN4/a"))
    child = os.fork()
    if not child:
        place.mkdir()
        with hidden_directory(str(place)):
            os._exit(9)
    os.waitpid(child, 0)
    assert len(os.listdir(place)) == 1
    _extract(path.read_bytes(), place)
    assert os.listdir(place) == ["RUN4"]


# --- what is there already


def _members(archive: bytes) -> list[ArchiveMember]:
    with zipfile.ZipFile(io.BytesIO(archive)) as entries:
        return [
            ArchiveMember(info.filename, info.file_size, info.compress_size, 0, info.CRC)
            for info in entries.infolist()
        ]


def _nothing(place: Path) -> None:
    pass


def _more(place: Path) -> None:
    (place / "RUN4/notes").write_text("mine")


def _gone(place: Path) -> None:
    (place / "RUN4/a").unlink()


def _other_content(place: Path) -> None:
    (place / "RUN4/a").write_text("CONTENT")


def _a_link(place: Path) -> None:
    (place / "RUN4/a").rename(place / "a")
    (place / "RUN4/a").symlink_to(place / "a")


def _a_link_above(place: Path) -> None:
    (place / "RUN4").rename(place / "RUN5")
    (place / "RUN4").symlink_to("RUN5")


@pytest.mark.parametrize(
    ("change", "files"),
    [
        (_nothing, 1), (_more, 1), (_gone, None), (_other_content, None), (_a_link, None),
        (_a_link_above, None),
    ],
)  # fmt: skip
def test_there_already(place: Path, change: Callable[[Path], None], files: int | None) -> None:
    """All members with their content, in files that are no links."""
    archive = _zip("RUN4/", "RUN4/a")
    _extract(archive, place)
    change(place)
    assert ZipArchiveExtractor().extracted(_members(archive), str(place)) == files


@pytest.mark.parametrize("names", [[], ["RUN4/"], ["../downloads/RUN4/a"]])
def test_nothing_is_there(place: Path, names: list[str]) -> None:
    """An archive of nothing proves nothing, and no member is looked for outside."""
    _extract(_zip("RUN4/a"), place)
    assert ZipArchiveExtractor().extracted(_members(_zip(*names)), str(place)) is None
