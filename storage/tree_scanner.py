"""Reads the watched tree with `os.scandir` on directory descriptors.

Descriptors make paths longer than PATH_MAX readable and cannot be led astray by a directory that
is swapped for a link in mid-walk.
"""

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence

from core.errors import InvalidResultsDirectoryError
from core.model import run_number
from core.ports.tree import (
    EntryType,
    FileSample,
    SampleRequest,
    Scan,
    TreeEntry,
    TreeScanner,
)
from core.printable import printable

_OPEN_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: opening a FIFO without a writer would block for ever.
_OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_BLOCK = 1 << 20
_DIGITS = re.compile(r"([0-9]+)")


class FileTreeScanner(TreeScanner):
    """The scanner of local and mounted file systems. Keeps no state."""

    def find_runs(self, root: str) -> Sequence[str]:
        path = self.resolve(root)
        if run_number(os.path.basename(path)) is not None and os.path.isdir(path):
            return [path]
        try:
            os.scandir(path).close()
        except OSError as error:
            raise InvalidResultsDirectoryError(
                f"{printable(path)} cannot be read: {error.strerror}.",
                todo="Name a directory that contains RUN directories.",
            ) from None
        return sorted(_run_directories(path), key=_natural)

    def scan(self, run_directory: str) -> Scan | None:
        try:
            descriptor = os.open(run_directory, _OPEN_DIRECTORY)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            return Scan(run_directory, (), 0, 0, "", (str(error.strerror),))
        walk = _Walk()
        try:
            walk.directory(descriptor, "")
        finally:
            os.close(descriptor)
        return walk.result(run_directory)

    def sample(
        self, run_directory: str, requests: Sequence[SampleRequest]
    ) -> Mapping[str, FileSample]:
        found = ((r.path, _sample(os.path.join(run_directory, r.path), r)) for r in requests)
        return {path: sample for path, sample in found if sample is not None}

    def resolve(self, path: str) -> str:
        return os.path.realpath(os.path.expanduser(path))


class _Walk:
    """One walk below a RUN directory."""

    def __init__(self) -> None:
        self._entries: list[TreeEntry] = []
        self._problems: list[str] = []

    def directory(self, descriptor: int, prefix: str) -> None:
        try:
            with os.scandir(descriptor) as entries:
                for entry in entries:
                    self._entry(entry, descriptor, prefix)
        except OSError as error:
            self._problems.append(f"{printable(prefix) or '.'}: {error.strerror}")

    def result(self, path: str) -> Scan:
        entries = tuple(sorted(self._entries, key=lambda entry: os.fsencode(entry.path)))
        files = [entry.size for entry in entries if entry.type is EntryType.FILE]
        problems = tuple(self._problems)
        return Scan(path, entries, len(files), sum(files), _fingerprint(entries), problems)

    def _entry(self, entry: os.DirEntry[str], parent: int, prefix: str) -> None:
        path = prefix + entry.name
        try:
            info = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            self._problems.append(f"{printable(path)}: vanished while it was looked at")
            return
        except OSError as error:
            self._problems.append(f"{printable(path)}: {error.strerror}")
            return
        kind = _entry_type(info.st_mode)
        size = info.st_size if kind is EntryType.FILE else 0
        self._entries.append(TreeEntry(path, kind, size, info.st_mtime_ns, info.st_mode))
        if kind is EntryType.DIRECTORY:
            self._descend(entry.name, path, parent)

    def _descend(self, name: str, path: str, parent: int) -> None:
        try:
            descriptor = os.open(name, _OPEN_DIRECTORY, dir_fd=parent)
        except OSError as error:
            self._problems.append(f"{printable(path)}: {error.strerror}")
            return
        try:
            self.directory(descriptor, path + "/")
        finally:
            os.close(descriptor)


def _entry_type(mode: int) -> EntryType:
    if stat.S_ISREG(mode):
        return EntryType.FILE
    if stat.S_ISDIR(mode):
        return EntryType.DIRECTORY
    return EntryType.SYMLINK if stat.S_ISLNK(mode) else EntryType.SPECIAL


def _fingerprint(entries: Sequence[TreeEntry]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for path, kind, size, mtime_ns, _ in entries:
        # A directory's mtime changes with its names, which are digested anyway.
        when = mtime_ns if kind is not EntryType.DIRECTORY else 0
        digest.update(os.fsencode(path) + f"\0{kind}\0{size}\0{when}\0".encode())
    return digest.hexdigest()


def _run_directories(path: str) -> Iterator[str]:
    try:
        with os.scandir(path) as entries:
            names = [e.name for e in entries if e.is_dir(follow_symlinks=False)]
    except OSError:
        return  # unreadable or vanished below the root: nothing there can be a run of ours
    for name in names:
        if run_number(name) is not None:
            yield os.path.join(path, name)
        elif not name.startswith("."):
            yield from _run_directories(os.path.join(path, name))


def _natural(path: str) -> list[tuple[bool, int, str]]:
    """RUN9 before RUN10."""
    parts = (part for part in _DIGITS.split(path) if part)
    return [
        (p.isascii() and p.isdigit(), int(p) if p.isascii() and p.isdigit() else 0, p)
        for p in parts
    ]


def _sample(path: str, request: SampleRequest) -> FileSample | None:
    try:
        descriptor = os.open(path, _OPEN_FILE)
    except OSError:
        return None
    try:
        info = os.fstat(descriptor)
        if not stat.S_ISREG(info.st_mode):
            return None
        head = os.pread(descriptor, request.head, 0) if request.head else b""
        start = max(0, info.st_size - request.tail)
        tail = os.pread(descriptor, request.tail, start) if request.tail else b""
        lines = _count_lines(descriptor) if request.count_lines else 0
        return FileSample(head, tail, lines)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def _count_lines(descriptor: int) -> int:
    lines = offset = 0
    while block := os.pread(descriptor, _BLOCK, offset):
        lines += block.count(b"\n")
        offset += len(block)
    return lines
