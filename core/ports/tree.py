"""The watched tree: scanning, sampling, watching."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol


class EntryType(StrEnum):
    """What a directory entry is, without following links."""

    FILE = "file"
    DIRECTORY = "dir"
    SYMLINK = "symlink"
    SPECIAL = "special"


class TreeEntry(NamedTuple):
    """One entry below a RUN directory. `path` is relative, `/`-separated, surrogate-escaped."""

    path: str
    type: EntryType
    size: int
    mtime_ns: int
    mode: int


class Scan(NamedTuple):
    """One look at a RUN directory; entries sorted by path.

    `fingerprint` digests (path, type, size, mtime_ns) of all entries and is compared for equality
    only. `problems` names what could not be read: such a scan proves nothing.
    """

    path: str
    entries: tuple[TreeEntry, ...]
    files: int
    bytes: int
    fingerprint: str
    problems: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether everything below the directory was seen."""
        return not self.problems


@dataclass(frozen=True)
class SampleRequest:
    """What a finish rule wants to read of one file; path relative to the RUN directory.

    `head` and `tail` in bytes. `count_lines` reads the whole file.
    """

    path: str
    head: int = 0
    tail: int = 0
    count_lines: bool = False


@dataclass(frozen=True)
class FileSample:
    """What was read. `lines` is the number of newline bytes when they were asked for."""

    head: bytes = b""
    tail: bytes = b""
    lines: int = 0


class TreeScanner(Protocol):
    """Reads the tree; called by one scanner thread and by commands. Never follows links inside."""

    @abstractmethod
    def find_runs(self, root: str) -> Sequence[str]:
        """Absolute paths of the RUN directories at or below `root`, in natural order.

        Dot-directories and linked directories are not entered. Raises
        InvalidResultsDirectoryError when `root` is missing, not a directory or unreadable.
        """

    @abstractmethod
    def scan(self, run_directory: str) -> Scan | None:
        """One look; None when the directory is gone."""

    @abstractmethod
    def sample(
        self, run_directory: str, requests: Sequence[SampleRequest]
    ) -> Mapping[str, FileSample]:
        """The requested files that exist and are regular; others are absent from the mapping."""

    @abstractmethod
    def resolve(self, path: str) -> str:
        """The absolute path with `~` and links resolved; the name under which a root is known."""


class TreeWatcher(Protocol):
    """Says that something happened, never what: the scanner decides. Started once."""

    @abstractmethod
    def start(
        self, root: str, on_dirty: Callable[[str], None], on_trouble: Callable[[str], None]
    ) -> None:
        """Returns at once. `on_dirty(path)` is called on the watcher's threads with an absolute path.

        `on_trouble(text)` says why events may be missing; rescans go on covering for them.
        """

    @abstractmethod
    def stop(self) -> None:
        """No call-back after it returned. Safe to repeat."""
