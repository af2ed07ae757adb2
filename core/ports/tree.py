"""The watched tree: scanning, sampling, watching."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple, Protocol, Self


class EntryType(StrEnum):
    """What a directory entry is, without following links."""

    FILE = "file"
    DIRECTORY = "dir"
    SYMLINK = "symlink"
    SPECIAL = "special"


_TYPE_BITS = 0o170000
_TYPES = {
    0o100000: EntryType.FILE,
    0o040000: EntryType.DIRECTORY,
    0o120000: EntryType.SYMLINK,
}
_MODES = {kind: bits for bits, kind in _TYPES.items()} | {EntryType.SPECIAL: 0o010000}


class TreeEntry(NamedTuple):
    """One entry below a RUN directory. `path` is relative, `/`-separated, surrogate-escaped.

    `target` is the text of a link; of a file that a link was followed to, its own absolute path.
    """

    path: str
    type: EntryType
    size: int
    mtime_ns: int
    mode: int
    target: str = ""


def may_be_alike(fingerprint: str, other: str) -> bool:
    """Whether two looks may have seen the same content: names, types, sizes, links are the same.

    A fingerprint without a dash, of RunFerrys before, tells nothing of that.
    """
    extent, dash, _ = fingerprint.partition("-")
    other_extent, other_dash, _ = other.partition("-")
    return extent == other_extent or dash != other_dash


@dataclass(frozen=True)
class Scan:
    """One look at a RUN directory.

    `fingerprint` digests (path, type, size, target of a link) of all entries, and behind a dash their
    mtime_ns; it is compared for equality, and by `may_be_alike`. `problems` names what could not be read: such a scan proves nothing. `names` and `numbers`
    (mode, size, mtime_ns; three per name; the size of what is no file is negative) are columns in
    any order: a tree is looked at often and seldom packed, so a look makes no object per file.
    `targets` has the texts of the links. `own_mtime_ns` is that of the directory itself. `changes` are
    when the inodes of the files changed, which no writer can put back, in the order of the files among
    `names`, and `change_times` a digest of them. They are not for keeping: permissions and hard links
    move those times too. `parts` are the looks at the directories that the run consists of, in place of
    its own one; of several, all names here begin with those of their directories.
    """

    path: str
    files: int
    bytes: int
    fingerprint: str
    problems: tuple[str, ...] = ()
    names: Sequence[str] = field(default=(), repr=False)
    numbers: Sequence[int] = field(default=(), repr=False)
    change_times: str = ""
    own_mtime_ns: int = 0
    targets: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    changes: Sequence[int] = field(default=(), repr=False)
    parts: tuple[Self, ...] = ()

    @classmethod
    def of(
        cls,
        path: str,
        entries: Iterable[TreeEntry],
        fingerprint: str,
        problems: tuple[str, ...] = (),
    ) -> Self:
        """A scan that saw `entries`."""
        found = list(entries)
        sizes = [entry.size for entry in found if entry.type is EntryType.FILE]
        numbers = [number for entry in found for number in _numbers(entry)]
        names = [entry.path for entry in found]
        targets = {entry.path: entry.target for entry in found if entry.type is EntryType.SYMLINK}
        return cls(
            path, len(sizes), sum(sizes), fingerprint, problems, names, numbers, targets=targets
        )

    @property
    def name(self) -> str:
        """Of the directory."""
        return self.path.rpartition("/")[2]

    @property
    def complete(self) -> bool:
        """Whether everything below the directory was seen."""
        return not self.problems

    @property
    def empty(self) -> bool:
        """Whether there is nothing at all in the directory."""
        return not self.names

    def last_write_ns(self, latest: int) -> int:
        """The newest of all times up to `latest`, of directories as well: while a copy is made they are new.

        0 where there is none: a time before 1970 tells nothing.
        """
        times = (self.own_mtime_ns, *self.numbers[2::3])
        newest = max(times)
        if newest > latest:
            newest = max((time for time in times if time <= latest), default=0)
        return max(0, newest)

    @cached_property
    def entries(self) -> tuple[TreeEntry, ...]:
        """All entries, sorted by path."""
        targets = self.targets
        rows = zip(self.names, *(self.numbers[n::3] for n in range(3)), strict=True)
        return tuple(
            sorted(
                TreeEntry(name, _type_of(mode), max(0, size), mtime, mode, targets.get(name, ""))
                for name, mode, size, mtime in rows
            )
        )

    def file_times(self) -> Iterator[tuple[str, int]]:
        """(path, mtime_ns) of the regular files, in any order."""
        rows = zip(self.names, self.numbers[1::3], self.numbers[2::3], strict=True)
        return ((name, mtime) for name, size, mtime in rows if size >= 0)

    def link_times(self) -> Iterator[tuple[str, int]]:
        """The same of links, in any order: when each was made."""
        times = zip(self.names, self.numbers[2::3], strict=True) if self.targets else ()
        return ((name, mtime) for name, mtime in times if name in self.targets)


def _type_of(mode: int) -> EntryType:
    return _TYPES.get(mode & _TYPE_BITS, EntryType.SPECIAL)


def _numbers(entry: TreeEntry) -> tuple[int, int, int]:
    bits = _MODES[entry.type]
    size = entry.size if entry.type is EntryType.FILE else -bits
    return bits | (entry.mode & ~_TYPE_BITS), size, entry.mtime_ns


@dataclass(frozen=True)
class SampleRequest:
    """What a finish rule wants to read of one file; path relative to the RUN directory, `..` is where it lies.

    `head` and `tail` in bytes. `count_lines` reads the whole file.
    """

    path: str
    head: int = 0
    tail: int = 0
    count_lines: bool = False


@dataclass(frozen=True)
class FileSample:
    """What was read. `lines` is the number of newline bytes when they were asked for.

    `size` and `mtime_ns` are those of the file when it was opened.
    """

    head: bytes = b""
    tail: bytes = b""
    lines: int = 0
    size: int = 0
    mtime_ns: int = 0


class FoundRuns(NamedTuple):
    """RUN directories in natural order, and why which directories could not be looked into.

    What is missing below a directory with a problem may still be there. `linked` are runs to which
    links below the root lead: no events tell of them. `others` are all other directories that were
    looked into, by their path below the root and in any order.
    """

    runs: tuple[str, ...]
    problems: Mapping[str, str]
    linked: frozenset[str] = frozenset()
    others: tuple[str, ...] = ()


class TreeScanner(Protocol):
    """Reads the tree; called by one scanner thread and by commands. Never follows links inside a run."""

    @abstractmethod
    def find_runs(self, root: str) -> FoundRuns:
        """Absolute paths of the RUN directories at or below `root`, in natural order.

        Dot-directories are not entered. Links are followed, and what they lead to is named by their
        path; but not to what is found below the root anyway, nor back up, nor from link to link.
        Raises InvalidResultsDirectoryError when `root` is missing, not a directory or unreadable.
        """

    @abstractmethod
    def scan(self, run_directory: str) -> Scan | None:
        """One look; None when the directory, or what a link in its place leads to, is gone."""

    @abstractmethod
    def sample(self, directory: str, requests: Sequence[SampleRequest]) -> Mapping[str, FileSample]:
        """The requested files that exist and are regular; others are absent from the mapping.

        A link counts as what it leads to.
        """

    @abstractmethod
    def led_to(self, path: str) -> TreeEntry | None:
        """What a link at an absolute path leads to, with that one's own absolute path.

        None when it leads nowhere, or to what may not be seen.
        """

    @abstractmethod
    def device(self, path: str) -> int:
        """The file system that `path`, or what is left of the way to it, lies on.

        A run that is gone while its device has changed was not deleted but unmounted.
        """

    @abstractmethod
    def resolve(self, path: str) -> str:
        """The absolute path, with links as they are: the name under which a root is known.

        Of a relative one as the shell has it, where the way to the directory led through links.
        """

    @abstractmethod
    def real(self, path: str) -> str:
        """Where links lead to; the path itself as far as there is nothing."""


class TreeWatcher(Protocol):
    """Says that something happened below one root, never what: the scanner decides."""

    @property
    @abstractmethod
    def blind(self) -> str:
        """Why events may not be relied on, in words; empty while they can be. Any thread."""

    @abstractmethod
    def start(
        self, root: str, on_dirty: Callable[[str], None], on_trouble: Callable[[str], None]
    ) -> None:
        """Once; returns at once. `on_dirty(path)` with an absolute path, on the watcher's threads.

        `on_trouble(reason)` says why events were or may be missing, once for each time it begins;
        whoever hears it looks at everything again.
        """

    @abstractmethod
    def stop(self) -> None:
        """At once: no call-back after it returned, and its threads end. Safe to repeat."""


WatcherOf = Callable[[str], TreeWatcher]
"""A watcher that suits the file system of a root, not started yet."""
