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
# Looked up once: members of an Enum class cost as much as a system call's share of a file.
_FILE, _DIRECTORY = EntryType.FILE, EntryType.DIRECTORY
_TYPE_BITS = 0o170000
_TYPES = {
    stat.S_IFREG: _FILE,
    stat.S_IFDIR: _DIRECTORY,
    stat.S_IFLNK: EntryType.SYMLINK,
}
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
    """One walk below a RUN directory. The loop is written flat: it runs once per file."""

    def __init__(self) -> None:
        self._entries: list[TreeEntry] = []
        self._problems: list[str] = []

    def directory(self, descriptor: int, prefix: str) -> None:
        below: list[str] = []
        add = self._entries.append
        try:
            with os.scandir(descriptor) as found:
                for entry in found:
                    try:
                        info = entry.stat(follow_symlinks=False)
                    except OSError as error:
                        self._problem(prefix + entry.name, error)
                        continue
                    mode = info.st_mode
                    kind = _TYPES.get(mode & _TYPE_BITS, EntryType.SPECIAL)
                    size = info.st_size if kind is _FILE else 0
                    add(TreeEntry(prefix + entry.name, kind, size, info.st_mtime_ns, mode))
                    if kind is _DIRECTORY:
                        below.append(entry.name)
        except OSError as error:
            self._problem(prefix, error)
        for name in below:
            self._descend(name, prefix, descriptor)

    def result(self, path: str) -> Scan:
        entries = tuple(sorted(self._entries))
        sizes = [entry.size for entry in entries if entry.type is _FILE]
        problems = tuple(self._problems)
        return Scan(path, entries, len(sizes), sum(sizes), _fingerprint(entries), problems)

    def _descend(self, name: str, prefix: str, parent: int) -> None:
        try:
            descriptor = os.open(name, _OPEN_DIRECTORY, dir_fd=parent)
        except OSError as error:
            self._problem(prefix + name, error)
            return
        try:
            self.directory(descriptor, f"{prefix}{name}/")
        finally:
            os.close(descriptor)

    def _problem(self, path: str, error: OSError) -> None:
        gone = isinstance(error, FileNotFoundError)
        why = "vanished while it was looked at" if gone else str(error.strerror)
        self._problems.append(f"{printable(path) or '.'}: {why}")


def _fingerprint(entries: Sequence[TreeEntry]) -> str:
    # A directory's own time changes with its names, which are digested anyway.
    lines = [
        f"{path}\0{size}\0{mtime_ns}" if kind is _FILE else f"{path}\0{kind}"
        for path, kind, size, mtime_ns, _ in entries
    ]
    text = "\0\0".join(lines).encode("utf-8", "surrogateescape")
    return hashlib.blake2b(text, digest_size=16).hexdigest()


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
