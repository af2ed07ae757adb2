"""Packing a run into one ZIP, and taking it apart."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from core.ports.tree import TreeEntry

LONGEST_NAME = 4095
"""Bytes of the longest name that a member can have."""


@dataclass(frozen=True)
class PackSource:
    """One directory to pack: `entries` of `directory` go under `arcname/` ("RUN4/…").

    An empty `arcname` puts them at the root of the archive.
    """

    directory: str
    arcname: str
    entries: tuple[TreeEntry, ...]


@dataclass(frozen=True)
class PackSummary:
    """What was packed. Digests in lower-case hex.

    `content_id` is SHA-256 over the sorted members (name, type, size, SHA-256 of content): no
    mtimes, no ZIP bytes. Links are no files, and their texts no bytes. `sha256` and `stored_bytes` are those of the archive.
    """

    content_id: str
    files: int
    raw_bytes: int
    sha256: str
    stored_bytes: int


class Compression(StrEnum):
    """What is spared: processor time, or bytes on the way to the store."""

    FAST = "fast"
    COMPACT = "compact"


class PackStream(Protocol):
    """The archive as a stream of blocks, made while it is read; used by one thread."""

    @abstractmethod
    def __iter__(self) -> Iterator[bytes]:
        """Blocks of the archive, once. Raises ResultsPackagingError or SourceChangedError."""

    @abstractmethod
    def source_bytes(self) -> int:
        """Bytes of the source that the blocks so far hold: reading runs ahead of them."""

    @abstractmethod
    def summary(self) -> PackSummary:
        """Valid after the last block."""

    @abstractmethod
    def close(self) -> None:
        """Ends threads and closes files; safe to repeat and in mid-stream."""


class ResultsPackager(Protocol):
    """Makes ZIPs of RUN directories."""

    @abstractmethod
    def encoder(self, compression: Compression) -> str:
        """Library, version, level and size of a piece: what decides on the bytes of an archive.

        Archives of one encoder are byte-for-byte repeatable.
        """

    @abstractmethod
    def check(self, sources: Sequence[PackSource]) -> None:
        """Raises ResultsPackagingError for entries that cannot be packed; touches no file.

        Those are sockets and the like, and names that are too long.
        """

    @abstractmethod
    def size_bound(self, sources: Sequence[PackSource]) -> int:
        """No archive of these sources is larger, in bytes."""

    @abstractmethod
    def pack(
        self,
        sources: Sequence[PackSource],
        on_read: Callable[[int], None],
        compression: Compression = Compression.FAST,
    ) -> PackStream:
        """Opens the stream; `on_read(n)` is called from any thread with bytes read of the source.

        Raises what `check` raises.
        """

    @abstractmethod
    def content_id(self, sources: Sequence[PackSource], on_read: Callable[[int], None]) -> str:
        """The identity that `pack` would arrive at, by reading and hashing only."""


@dataclass(frozen=True)
class ExtractRule:
    """What is accepted of an archive, besides that no member may lie outside of it.

    `only_runs` wants every member below a directory of the run, as RunFerry packs them; `hidden` allows
    names at its top that begin with a dot, `any_size` what is far larger than the archive itself.
    `directory` is that of the run, as its manifest has it.
    """

    only_runs: bool = False
    hidden: bool = True
    any_size: bool = False
    directory: str = ""


@dataclass(frozen=True)
class ArchiveMember:
    """What the directory of an archive says; a directory's name ends in "/".

    The content of a link is its text. `size` and `stored_bytes` (as compressed) in bytes, `mtime` in seconds since 1970 UTC, `crc` of
    the content. The name is what whoever made the archive chose: print it by `printable` only.
    """

    name: str
    size: int
    stored_bytes: int
    mtime: int
    crc: int
    link: bool = False

    @property
    def is_file(self) -> bool:
        """Neither a directory nor a link."""
        return not self.link and not self.name.endswith("/")


class Extracted(NamedTuple):
    """How many files an archive held, and which of its links were not made: they lead out of it."""

    files: int
    unmade: Sequence[str] = ()


class ArchiveExtractor(Protocol):
    """Takes stored ZIPs apart."""

    @abstractmethod
    def extract(self, archive: str, directory: str, rule: ExtractRule) -> Extracted:
        """Extracts below `directory`, restoring mtimes, and links that lead to what is extracted.

        All entries are validated before any is written: raises UnsafeArchiveError (LooseArchiveError
        when it holds more than `only_runs`), NameTakenError when something is in the way, be it a link called `directory`,
        DownloadError.
        What killed extractions left in `directory` is removed.
        """

    @abstractmethod
    def extracted(self, members: Iterable[ArchiveMember], directory: str) -> int | None:
        """The number of files when all members are below `directory` with their content.

        A link may be missing, as it may lead out of the archive.
        """


class ArchiveBytes(Protocol):
    """The bytes of an archive that is somewhere else."""

    @property
    @abstractmethod
    def name(self) -> str:
        """For messages."""

    @property
    @abstractmethod
    def size(self) -> int:
        """In bytes."""

    @abstractmethod
    def read(self, start: int, length: int) -> Iterator[bytes]:
        """Blocks of a range, always of the same version. Raises StoreError."""

    def stream(self, start: int, length: int) -> Iterator[bytes]:
        """As `read`, of a member: whoever reads it may stop early."""
        return self.read(start, length)

    def read_again(self, start: int, length: int) -> Iterator[bytes]:
        """As `read`, for what turned out to be wrong: nothing of it is taken from what is here."""
        return self.read(start, length)


class OpenArchive(Protocol):
    """An archive whose directory was read and found to be in order."""

    @abstractmethod
    def members(self) -> Iterator[ArchiveMember]:
        """In the order of the directory; may be called again."""

    @abstractmethod
    def read(self, name: str) -> Iterator[bytes]:
        """Blocks of one member, by its name or its printable name.

        Raises ArtifactNotFoundError, or UnsafeArchiveError when it cannot be read, before the
        first block; UnsafeArchiveError behind any block when the member turns out to be damaged.
        """


class ArchiveReader(Protocol):
    """Looks into archives without fetching them."""

    @abstractmethod
    def open(self, archive: ArchiveBytes) -> OpenArchive:
        """Reads the directory, from the end of the archive. Raises UnsafeArchiveError."""


class ArchiveHasher(Protocol):
    """Finds out what an archive holds that nobody has written down."""

    @abstractmethod
    def summary(self, archive: ArchiveBytes) -> PackSummary:
        """By reading all of it, once.

        Raises UnsafeArchiveError for what cannot be read as a tree of files, and StoreError.
        """
