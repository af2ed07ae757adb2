"""Where a viewer's bytes come from: a member of an archive, a stored object, a file of this machine."""

import os.path
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass

from core.download.pieces import growing_pieces
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
    """One member of an archive whose directory was read."""

    archive: OpenArchive
    member: ArchiveMember

    @property
    def name(self) -> str:
        return self.member.name.rpartition("/")[2]

    @property
    def size(self) -> int:
        return self.member.size

    def blocks(self) -> Generator[bytes]:
        yield from self.archive.read(self.member.name)


@dataclass(frozen=True)
class StoredContent(Content):
    """An object as it is in the store when it is begun; in pieces, so that it can be left early."""

    store: ObjectReader
    artifact: Artifact

    @property
    def name(self) -> str:
        return os.path.basename(self.artifact.key)

    @property
    def size(self) -> int:
        return self.artifact.size

    def blocks(self) -> Generator[bytes]:
        key = self.artifact.key
        (_, first), *_ = growing_pieces(0, 1 << 62, most=1)
        excerpt = self.store.excerpt(key, start=0, length=first)
        yield excerpt.data
        etag, size = excerpt.object.etag, excerpt.object.size
        for start, length in growing_pieces(len(excerpt.data), size):
            yield from self.store.read(key, start=start, length=length, if_match=etag)


@dataclass(frozen=True)
class LocalContent(Content):
    """A file as it is when it is begun; somebody may be writing to it meanwhile."""

    files: SourceFiles
    path: str

    @property
    def name(self) -> str:
        return os.path.basename(self.path)

    @property
    def size(self) -> int:
        return self.files.bytes_of(self.path).size

    def blocks(self) -> Generator[bytes]:
        raise NotImplementedError
