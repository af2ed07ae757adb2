"""Where a viewer's bytes come from: a member of an archive, a stored object, a file of this machine."""

import os.path
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass

from core.download.pieces import FIRST_PIECE, growing_pieces
from core.errors import InvalidArtifactError, SourceChangedError
from core.model import Artifact
from core.ports.content import Content
from core.ports.object_store import ObjectReader
from core.ports.packaging import ArchiveMember, OpenArchive
from core.ports.source_files import SourceFiles
from core.printable import printable

_TRIES = 3


@dataclass(frozen=True)
class MemberContent(Content):
    """One member; `archive` is called when it is read."""

    archive: Callable[[], OpenArchive]
    member: ArchiveMember

    @property
    def name(self) -> str:
        """Without the folders that it is in."""
        return self.member.name.rpartition("/")[2]

    @property
    def size(self) -> int:
        """Unpacked."""
        return self.member.size

    def blocks(self) -> Generator[bytes]:
        """Inflated as they come."""
        yield from self.archive().read(self.member.name)


@dataclass(frozen=True)
class StoredContent(Content):
    """An object as it is in the store when it is begun."""

    store: ObjectReader
    artifact: Artifact

    @property
    def name(self) -> str:
        """The last part of its key."""
        return os.path.basename(self.artifact.key)

    @property
    def size(self) -> int:
        """As the catalog has it."""
        return self.artifact.size

    def blocks(self) -> Generator[bytes]:
        """Piece by piece, all of one version."""
        key = self.artifact.key
        first = self.store.excerpt(key, start=0, length=FIRST_PIECE)
        yield first.data
        for start, length in growing_pieces(len(first.data), first.object.size):
            yield from self.store.read(key, start=start, length=length, if_match=first.object.etag)


@dataclass(frozen=True)
class LocalContent(Content):
    """A file as long as it is when it is begun; somebody may be writing to it meanwhile."""

    files: SourceFiles
    path: str

    @property
    def name(self) -> str:
        """The last part of its path."""
        return os.path.basename(self.path)

    @property
    def size(self) -> int:
        """Now; raises InvalidArtifactError when it is gone."""
        return self.files.bytes_of(self.path).size

    def blocks(self) -> Generator[bytes]:
        """Raises InvalidArtifactError when it is cut while it is read."""
        try:
            first, others = self._begun()
            yield first
            yield from others
        except SourceChangedError:
            raise InvalidArtifactError(
                f"{printable(self.path)} changed while it was read.", todo="Open it again."
            ) from None

    def _begun(self) -> tuple[bytes, Iterator[bytes]]:
        """A file that is being written may change just when it is opened: that is tried again."""
        for _ in range(_TRIES - 1):
            try:
                return self._begin()
            except SourceChangedError:
                continue
        return self._begin()

    def _begin(self) -> tuple[bytes, Iterator[bytes]]:
        found = self.files.bytes_of(self.path)
        blocks = found.read(0, found.size)
        return next(blocks, b""), blocks
