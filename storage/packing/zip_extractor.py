"""Stored ZIPs taken apart: checked whole, extracted aside, then put into place."""

import contextlib
import errno
import os
import shutil
import stat
import zlib
from collections.abc import Generator, Iterable, Iterator, Sequence

from core.errors import DownloadError, NameTakenError, UnsafeArchiveError
from core.ports.packaging import (
    ArchiveBytes,
    ArchiveExtractor,
    ArchiveMember,
    Extracted,
    ExtractRule,
)
from core.printable import brief, printable
from core.source.inner_links import leading_out, top_names
from storage.files.durable_files import make_directories, remove_empty
from storage.files.partial_file import behind_link
from storage.files.rename_new import rename_new
from storage.packing.hidden_directory import hidden_directory, remove_left_overs
from storage.packing.linkless_folders import LinklessFolders
from storage.packing.zip_check import check_entries, leads_elsewhere
from storage.packing.zip_directory import ZipDirectory, ZipEntry, read_directory
from storage.packing.zip_member import content, extent

_BLOCK = 1 << 20
_READ = 1 << 17  # what is not inflated at once is copied: less than a block of it
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE_MODE = 0o666
_DIRECTORY_MODE = 0o777


class ZipArchiveExtractor(ArchiveExtractor):
    """Extracts ZIPs of any origin; what is wrong with the archive itself is UnsafeArchiveError.

    Permissions are those of the archive, as far as the user's umask allows.
    """

    def extract(self, archive: str, directory: str, rule: ExtractRule) -> Extracted:
        with _reading(archive), open(archive, "rb") as file:
            source = _FileBytes(archive, file.fileno())
            members = read_directory(source)
            entries = tuple(members)
            check_entries(source, entries, rule)
            with _writing(directory), _made(directory):
                remove_left_overs(directory)
                _check_room(entries, directory)
                with hidden_directory(directory) as hidden:
                    extracted = _extract_all(source, members, entries, hidden.descriptor)
                    _publish(hidden.path, directory)
        return extracted

    def extracted(self, members: Iterable[ArchiveMember], directory: str) -> int | None:
        files = 0
        with LinklessFolders() as folders:
            for member in members:
                is_there = _is_link_there if member.link else _is_there
                if leads_elsewhere(member.name.removesuffix("/")):
                    return None
                if not is_there(member, directory, folders):
                    return None
                files += member.is_file
        return files or None


def _is_there(member: ArchiveMember, directory: str, folders: LinklessFolders) -> bool:
    """Whether it has the member's content, and is reached by no link."""
    try:
        descriptor = folders.open(directory, member.name.removesuffix("/"))
    except OSError:
        return False
    try:
        found = os.fstat(descriptor)
        if member.name.endswith("/"):
            return stat.S_ISDIR(found.st_mode)
        if not stat.S_ISREG(found.st_mode) or found.st_size != member.size:
            return False
        return _crc(descriptor) == member.crc
    except OSError:
        return False
    finally:
        os.close(descriptor)


def _is_link_there(member: ArchiveMember, directory: str, folders: LinklessFolders) -> bool:
    """It may be missing: whether it was made, its text alone would tell."""
    try:
        text = os.fsencode(folders.read_link(directory, member.name))
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return len(text) == member.size and zlib.crc32(text) == member.crc


def _crc(descriptor: int) -> int:
    crc = 0
    while block := os.read(descriptor, _BLOCK):
        crc = zlib.crc32(block, crc)
    return crc


@contextlib.contextmanager
def _reading(archive: str) -> Generator[None]:
    try:
        yield
    except ValueError as error:
        raise UnsafeArchiveError(
            f"{printable(archive)} is damaged or not a ZIP: {error}.",
            kept="Nothing was extracted.",
            todo="Download it again.",
        ) from error
    except OSError as error:
        raise DownloadError(f"{printable(archive)} cannot be read: {error.strerror}.") from error


@contextlib.contextmanager
def _writing(directory: str) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise DownloadError(
            f"Extracting to {printable(directory)} failed: {error.strerror}.",
            kept="Nothing was extracted.",
            todo=(
                "Choose a directory with a shorter path."
                if error.errno == errno.ENAMETOOLONG
                else "Check the free space and the permissions of the directory."
            ),
        ) from error


@contextlib.contextmanager
def _made(directory: str) -> Generator[None]:
    """Where nothing was extracted, no directory stays that was made for it."""
    if os.path.islink(directory):
        raise behind_link(directory)
    made = make_directories(directory)
    try:
        yield
    except BaseException:
        remove_empty(made)
        raise


def _check_room(entries: Sequence[ZipEntry], directory: str) -> None:
    for name in sorted({entry.name.split("/")[0] for entry in entries}):
        path = os.path.join(directory, name)
        if os.path.lexists(path):
            raise _in_the_way(path)
    needed = sum(entry.size for entry in entries)
    free = shutil.disk_usage(directory).free
    if needed > free:
        raise DownloadError(
            f"{printable(directory)} has {free:,} bytes free; the archive needs {needed:,}.",
            kept="Nothing was extracted.",
            todo="Make room, or choose another directory.",
        )


class _FileBytes(ArchiveBytes):
    """An archive that is an open file here."""

    def __init__(self, path: str, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor
        self._size = os.fstat(descriptor).st_size

    @property
    def name(self) -> str:
        return self._path

    @property
    def size(self) -> int:
        return self._size

    def read(self, start: int, length: int) -> Iterator[bytes]:
        while length > 0 and (block := os.pread(self._descriptor, min(_READ, length), start)):
            start, length = start + len(block), length - len(block)
            yield block


def _extract_all(
    archive: ArchiveBytes, members: ZipDirectory, entries: Sequence[ZipEntry], target: int
) -> Extracted:
    """Directories come first, so that those with an entry get its permissions, and links last."""
    directories = [entry for entry in entries if entry.is_directory]
    files = [entry for entry in entries if not (entry.is_directory or entry.is_link)]
    links = [entry for entry in entries if entry.is_link]
    made = _Directories(target)
    for entry in sorted(directories, key=lambda entry: entry.name):
        made.make(entry.name.removesuffix("/"), _mode(entry, _DIRECTORY_MODE) | 0o700)
    for entry in files:
        made.make(entry.name.rpartition("/")[0])
        descriptor = os.open(entry.name, _NEW, _mode(entry, _FILE_MODE), dir_fd=target)
        with _naming(entry):
            _write_file(_content(archive, members, entry), descriptor, entry.mtime)
    texts = {entry.name: _text(archive, members, entry) for entry in links}
    unmade = leading_out(texts, top_names(entry.name for entry in entries))
    for entry in links:
        made.make(entry.name.rpartition("/")[0])
        if entry.name not in unmade:
            os.symlink(texts[entry.name], entry.name, dir_fd=target)
            times = (entry.mtime, entry.mtime)
            os.utime(entry.name, times, dir_fd=target, follow_symlinks=False)
    return Extracted(len(files), sorted(unmade))


def _content(archive: ArchiveBytes, members: ZipDirectory, entry: ZipEntry) -> Iterator[bytes]:
    return content(archive.read(entry.offset, extent(entry, members.limit(entry))), entry)


def _text(archive: ArchiveBytes, members: ZipDirectory, entry: ZipEntry) -> str:
    with _naming(entry):
        return os.fsdecode(b"".join(_content(archive, members, entry)))


@contextlib.contextmanager
def _naming(entry: ZipEntry) -> Generator[None]:
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{brief(entry.name)} cannot be read: {error}") from None


class _Directories:
    """Makes those below `target`, each once; `os.makedirs` calls itself for each level."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._made = {""}

    def make(self, name: str, mode: int = _DIRECTORY_MODE) -> None:
        """`mode` is for the last one."""
        missing: list[str] = []
        parent = name
        while parent not in self._made:
            missing.append(parent)
            parent = parent.rpartition("/")[0]
        for path in reversed(missing):
            os.mkdir(path, mode if path == name else _DIRECTORY_MODE, dir_fd=self._target)
            self._made.add(path)


def _write_file(blocks: Iterable[bytes], descriptor: int, mtime: int) -> None:
    with open(descriptor, "wb") as file:
        file.writelines(blocks)
        file.flush()
        os.utime(descriptor, (mtime, mtime))


def _mode(entry: ZipEntry, default: int) -> int:
    return entry.attributes >> 16 & 0o777 or default


def _publish(hidden: str, directory: str) -> None:
    """All names or none."""
    moved: list[str] = []
    for name in sorted(os.listdir(hidden)):
        target = os.path.join(directory, name)
        try:
            rename_new(os.path.join(hidden, name), target)
        except OSError as error:
            _take_back(moved, hidden, directory)
            if isinstance(error, FileExistsError):
                raise _in_the_way(target) from error
            raise
        moved.append(name)


def _take_back(names: Sequence[str], hidden: str, directory: str) -> None:
    for name in names:
        with contextlib.suppress(OSError):
            os.rename(os.path.join(directory, name), os.path.join(hidden, name))


def _in_the_way(path: str) -> NameTakenError:
    return NameTakenError(
        f"{brief(path)} exists already.",
        kept="It was not touched; nothing was extracted.",
        todo="Move it away, or choose another directory.",
    )
