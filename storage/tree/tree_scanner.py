"""Reads the watched tree with `os.scandir` on directory descriptors.

Descriptors make paths longer than PATH_MAX readable and cannot be led astray by a directory that
is swapped for a link in mid-walk.
"""

import errno
import hashlib
import os
import stat
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from core.errors import InvalidResultsDirectoryError
from core.kinds.built_in_kinds import default_kind
from core.kinds.run_kind import KindOf
from core.ports.tree import (
    EntryType,
    FileSample,
    FoundRuns,
    SampleRequest,
    Scan,
    TreeEntry,
    TreeScanner,
)
from core.printable import brief, printable
from core.source.exclusion import is_excluded_directory
from storage.tree.run_search import RunSearch

_OPEN_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# O_NONBLOCK: opening a FIFO without a writer would block for ever.
_OPEN_FILE = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
_BLOCK = 1 << 20
_OPEN_LEVELS = 32
_LONGEST_PATH = 1 << 14
"""Characters below a RUN directory: each level costs as many as all of those above it."""
_TOO_DEEP = OSError(errno.ENAMETOOLONG, "too deep to be looked at")
_TYPE_BITS, _REGULAR, _DIRECTORY = 0o170000, stat.S_IFREG, stat.S_IFDIR
_LINK = stat.S_IFLNK
_KINDS = {_REGULAR: EntryType.FILE, _DIRECTORY: EntryType.DIRECTORY}
_NAME = attrgetter("name")
_OPEN_RUN = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
"""The directory of a run itself may be a link."""


class FileTreeScanner(TreeScanner):
    """The scanner of local and mounted file systems. Keeps no state."""

    def __init__(self, kind_of: KindOf = default_kind) -> None:
        self._kind_of = kind_of

    def find_runs(self, root: str) -> FoundRuns:
        return self.search(root, lambda: True)

    def search(self, root: str, going_on: Callable[[], bool]) -> FoundRuns:
        """As `find_runs`; what was found by then when `going_on` said no."""
        path = self.resolve(root)
        try:
            os.scandir(path).close()
        except OSError as error:
            raise InvalidResultsDirectoryError(
                f"{printable(path)} cannot be read: {error.strerror}.",
                todo="Name a directory that contains RUN directories.",
            ) from None
        return RunSearch(path, self._kind_of, going_on).found()

    def scan(self, run_directory: str) -> Scan | None:
        try:
            descriptor = os.open(run_directory, _OPEN_RUN)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            return Scan(run_directory, 0, 0, "", (str(error.strerror),))
        own_mtime_ns = os.fstat(descriptor).st_mtime_ns
        walk = _Walk(self._kind_of(run_directory).exclude)
        walk.tree(descriptor)
        return walk.result(run_directory, own_mtime_ns)

    def sample(self, directory: str, requests: Sequence[SampleRequest]) -> Mapping[str, FileSample]:
        found = (
            (r.path, _sample(os.path.normpath(os.path.join(directory, r.path)), r))
            for r in requests
        )
        return {path: sample for path, sample in found if sample is not None}

    def led_to(self, path: str) -> TreeEntry | None:
        try:
            real = os.path.realpath(path, strict=True)
            info = os.stat(real)
        except OSError:
            return None
        kind = _KINDS.get(info.st_mode & _TYPE_BITS, EntryType.SPECIAL)
        size = info.st_size if kind is EntryType.FILE else 0
        return TreeEntry(real, kind, size, info.st_mtime_ns, info.st_mode)

    def device(self, path: str) -> int:
        while True:
            try:
                return os.stat(path).st_dev
            except OSError:
                if path == (above := os.path.dirname(path)):
                    raise
                path = above

    def resolve(self, path: str) -> str:
        expanded = os.path.expanduser(path)
        if not os.path.isabs(expanded):
            expanded = os.path.join(_here(), expanded)
        return os.path.normpath(expanded)

    def real(self, path: str) -> str:
        return os.path.realpath(path)


def _here() -> str:
    """The working directory as the shell calls it, unless that is another one."""
    told = os.environ.get("PWD", "")
    try:
        same = os.path.isabs(told) and os.path.samefile(told, os.curdir)
    except OSError:
        same = False
    return told if same else os.getcwd()


@dataclass
class _Level:
    """A directory on the way down: what is still to be entered, and how to find it again."""

    prefix: str
    below: list[str]
    descriptor: int
    identity: tuple[int, int] = (0, 0)

    def close(self) -> None:
        if self.descriptor >= 0:
            found = os.fstat(self.descriptor)
            self.identity = found.st_dev, found.st_ino
            os.close(self.descriptor)
            self.descriptor = -1


class _Walk:
    """One walk below a RUN directory. The loop is written flat: it runs once per file.

    It fills columns of names and numbers: an object per file would cost as much as the system
    calls, and wake the garbage collector. However deep the tree is, a few descriptors are open: the
    way back up leads through `..`, and is only gone when that is the directory it came from.
    """

    def __init__(self, exclude: Sequence[str]) -> None:
        self._exclude = exclude
        self._names: list[str] = []
        self._numbers: list[int] = []
        self._changes: list[int] = []
        self._targets: dict[str, str] = {}
        self._problems: list[str] = []

    def tree(self, descriptor: int) -> None:
        """Everything below an open directory, which is closed in the end."""
        levels = [_Level("", self._look_into(descriptor, ""), descriptor)]
        try:
            while levels:
                level = levels[-1]
                if level.below:
                    self._descend(level.below.pop(), levels)
                elif len(levels) == 1 or self._is_back(levels[-2], level):
                    levels.pop().close()
                else:
                    return
        finally:
            for level in levels:
                level.close()

    def _look_into(self, descriptor: int, prefix: str) -> list[str]:
        """Takes in what a directory contains; returns the directories in it, the first one last."""
        below: list[str] = []
        names, numbers, changes = self._names, self._numbers, self._changes
        for entry in self._listed(descriptor, prefix):
            try:
                info = entry.stat(follow_symlinks=False)
            except OSError as error:
                self._problem(prefix + entry.name, error)
                continue
            mode = info.st_mode
            if mode & _TYPE_BITS == _LINK and not self._read_link(descriptor, prefix, entry.name):
                continue
            names.append(prefix + entry.name)
            if mode & _TYPE_BITS == _REGULAR:
                numbers += (mode, info.st_size, info.st_mtime_ns)
                changes.append(info.st_ctime_ns)
            else:
                numbers += (mode, -(mode & _TYPE_BITS), info.st_mtime_ns)
                if mode & _TYPE_BITS == _DIRECTORY:
                    below.append(entry.name)
        below.reverse()
        return below

    def _read_link(self, descriptor: int, prefix: str, name: str) -> bool:
        """Whether it could be read."""
        try:
            self._targets[prefix + name] = os.readlink(name, dir_fd=descriptor)
        except OSError as error:
            self._problem(prefix + name, error)
            return False
        return True

    def result(self, path: str, own_mtime_ns: int) -> Scan:
        sizes = [size for size in self._numbers[1::3] if size >= 0]
        return Scan(
            path,
            len(sizes),
            sum(sizes),
            _fingerprint(self._names, self._numbers, self._targets),
            tuple(self._problems),
            self._names,
            self._numbers,
            hashlib.blake2b(_packed(self._changes), digest_size=16).hexdigest(),
            own_mtime_ns,
            self._targets,
            self._changes,
        )

    def _listed(self, descriptor: int, prefix: str) -> Sequence["os.DirEntry[str]"]:
        """Sorted: the order in which a file system lists is not always the same."""
        try:
            with os.scandir(descriptor) as found:
                return sorted(found, key=_NAME)
        except OSError as error:
            self._problem(prefix, error)
            return ()

    def _descend(self, name: str, levels: list[_Level]) -> None:
        above = levels[-1]
        prefix = f"{above.prefix}{name}/"
        if len(prefix) > _LONGEST_PATH:
            self._problem(prefix, _TOO_DEEP)
            return
        try:
            descriptor = os.open(name, _OPEN_DIRECTORY, dir_fd=above.descriptor)
        except OSError as error:
            self._problem(above.prefix + name, error)
            return
        below = self._look_into(descriptor, prefix)
        if not below:
            os.close(descriptor)
            return
        levels.append(_Level(prefix, below, descriptor))
        if len(levels) > _OPEN_LEVELS:
            levels[-_OPEN_LEVELS - 1].close()

    def _is_back(self, above: _Level, level: _Level) -> bool:
        """Opens the directory above again, unless the one it led to has been moved away."""
        if above.descriptor >= 0:
            return True
        try:
            descriptor = os.open("..", _OPEN_DIRECTORY, dir_fd=level.descriptor)
        except OSError as error:
            self._problem(above.prefix, error)
            return False
        found = os.fstat(descriptor)
        if (found.st_dev, found.st_ino) != above.identity:
            os.close(descriptor)
            self._problem(above.prefix, FileNotFoundError())
            return False
        above.descriptor = descriptor
        return True

    def _problem(self, path: str, error: OSError) -> None:
        if isinstance(error, PermissionError) and self._is_excluded(path):
            return  # nobody is to read it
        gone = isinstance(error, FileNotFoundError)
        why = "vanished while it was looked at" if gone else str(error.strerror)
        self._problems.append(f"{brief(path) or '.'}: {why}")

    def _is_excluded(self, path: str) -> bool:
        """A directory, or what lies in one."""
        above = path if path in self._names else path.rpartition("/")[0]
        return bool(self._exclude and above) and is_excluded_directory(above, self._exclude)


def _fingerprint(names: Sequence[str], numbers: Sequence[int], targets: Mapping[str, str]) -> str:
    """Without permissions, and without the times of directories, which change with their names."""
    sizes = numbers[1::3]
    times = [time for time, size in zip(numbers[2::3], sizes, strict=True) if size >= 0]
    extent = hashlib.blake2b("\0".join(names).encode("utf-8", "surrogateescape"), digest_size=16)
    extent.update(_packed(sizes))
    if targets:
        extent.update("\0".join(targets.values()).encode("utf-8", "surrogateescape"))
    written = hashlib.blake2b(_packed(times), digest_size=16)
    return f"{extent.hexdigest()}-{written.hexdigest()}"


def _packed(numbers: Sequence[int]) -> bytes:
    try:
        return array("q", numbers).tobytes()
    except OverflowError:  # a file time beyond the year 2262
        return repr(numbers).encode()


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
        return FileSample(head, tail, lines, info.st_size, info.st_mtime_ns)
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
