"""Runs in memory: a tree of named contents, its scanner, and a packager that joins them."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence

from core.errors import (
    InvalidResultsDirectoryError,
    ResultsPackagingError,
    SourceChangedError,
)
from core.kinds.usual_names import FRED_NAMES
from core.model import natural_order
from core.ports.packaging import Compression, PackSource, PackStream, PackSummary, ResultsPackager
from core.ports.tree import (
    EntryType,
    FileSample,
    FoundRuns,
    SampleRequest,
    Scan,
    TreeEntry,
    TreeScanner,
)

Contents = dict[str, dict[str, bytes]]
"""RUN directory -> relative path -> content."""


class MemoryScanner(TreeScanner):
    """Scans `contents`; what a test changes there is what the next look sees."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.problems: tuple[str, ...] = ()
        self.samples: dict[str, bytes] = {}
        """Content of files outside of RUN directories, by joined path (`/x/OUT/../META/KEY`)."""

    def find_runs(self, root: str) -> FoundRuns:
        below = [run for run in self.contents if run == root or run.startswith(f"{root}/")]
        beside = [run for run in self.contents if _run_of(run) == _run_of(root)]
        found = {root} if root in below and len(beside) > 1 else {*map(_run_of, below)}
        if not found and not any(run.startswith(root) for run in self.contents):
            raise InvalidResultsDirectoryError(f"{root} cannot be read.")
        return FoundRuns(tuple(sorted(found, key=natural_order)), {})

    def scan(self, run_directory: str) -> Scan | None:
        files = self.contents.get(run_directory)
        if files is None:
            return None
        entries = tuple(
            TreeEntry(name, EntryType.FILE, len(data), 0, 0o644)
            for name, data in sorted(files.items())
        )
        fingerprint = hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest()
        return Scan.of(run_directory, entries, fingerprint, self.problems)

    def sample(self, directory: str, requests: Sequence[SampleRequest]) -> Mapping[str, FileSample]:
        found = {r.path: self.samples.get(f"{directory}/{r.path}") for r in requests}
        return {path: FileSample(data, data) for path, data in found.items() if data is not None}

    def led_to(self, path: str) -> TreeEntry | None:
        return None

    def device(self, path: str) -> int:
        return 1

    def resolve(self, path: str) -> str:
        return path.rstrip("/")

    def real(self, path: str) -> str:
        return path


class FakePackager(ResultsPackager):
    """The "archive" is the members' names and contents, one block a member."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.while_packing: Callable[[], None] = lambda: None
        """Called after the first block: the moment to change a source."""
        self.while_comparing: Callable[[], None] = lambda: None
        """Called after the files were read for their content id."""
        self.compared = 0
        """How often they were."""
        self.version = "fake"
        self.compressions: list[Compression] = []
        """Of the archives so far."""

    def encoder(self, compression: Compression) -> str:
        return f"{self.version}/{compression}"

    def check(self, sources: Sequence[PackSource]) -> None:
        for source in sources:
            if odd := next((e.path for e in source.entries if e.path.startswith("odd")), None):
                raise ResultsPackagingError(f"{odd} cannot be packed.")

    def size_bound(self, sources: Sequence[PackSource]) -> int:
        return sum(len(block) for block in self._blocks(sources)) + 1

    def pack(
        self,
        sources: Sequence[PackSource],
        on_read: Callable[[int], None],
        compression: Compression = Compression.FAST,
    ) -> "FakeStream":
        self.compressions.append(compression)
        return FakeStream(self, sources, on_read)

    def content_id(self, sources: Sequence[PackSource], on_read: Callable[[int], None]) -> str:
        blocks = list(self._blocks(sources))
        on_read(sum(len(block) for block in blocks))
        self.compared += 1
        self.while_comparing()
        return _content_id(blocks)

    def _blocks(self, sources: Sequence[PackSource]) -> Iterator[bytes]:
        for source in sources:
            files = self.contents[source.directory]
            for entry in source.entries:
                if entry.path not in files:
                    raise SourceChangedError(f"{entry.path} vanished.")
                yield f"{source.arcname}/{entry.path}\n".encode() + files[entry.path]

    def blocks(self, sources: Sequence[PackSource]) -> Iterator[bytes]:
        """The archive."""
        for number, block in enumerate(self._blocks(sources)):
            yield block
            if number == 0:
                self.while_packing()


class FakeStream(PackStream):
    """One archive under way."""

    def __init__(
        self, packager: FakePackager, sources: Sequence[PackSource], on_read: Callable[[int], None]
    ) -> None:
        self._packager, self._sources, self._on_read = packager, sources, on_read
        self._data = b""
        self._begun = self._complete = False
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        if self._begun:
            raise RuntimeError("an archive is read once")
        self._begun = True
        return self._blocks()

    def _blocks(self) -> Iterator[bytes]:
        for block in self._packager.blocks(self._sources):
            self._on_read(len(block))
            self._data += block
            yield block
        self._complete = True

    def source_bytes(self) -> int:
        return len(self._data)

    def summary(self) -> PackSummary:
        if not self._complete:
            raise RuntimeError("the archive has not been read to its end")
        return PackSummary(
            content_id=_content_id([self._data]),
            files=sum(len(source.entries) for source in self._sources),
            raw_bytes=sum(e.size for source in self._sources for e in source.entries),
            sha256=hashlib.sha256(self._data).hexdigest(),
            stored_bytes=len(self._data),
        )

    def close(self) -> None:
        self._begun = self.closed = True


def _run_of(directory: str) -> str:
    """The run that a directory of `contents` is, or is a part of."""
    named = FRED_NAMES.named(directory)
    return named.path if named else directory


def _content_id(blocks: Sequence[bytes]) -> str:
    return hashlib.sha256(b"content" + b"".join(blocks)).hexdigest()
