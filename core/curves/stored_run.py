"""Stored results as the files of a run."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from functools import cached_property

from core.errors import ArtifactNotFoundError
from core.kinds.stored_names import is_of_run
from core.model import Artifact
from core.ports.content import Content
from core.ports.packaging import ArchiveMember
from core.ports.run_files import RunFiles
from core.preview.inside import Inside
from core.preview.look_inside import LookInside
from core.preview.members import MemberTree
from core.printable import brief

_SMALL = 1 << 20


class StoredRun(RunFiles):
    """The members of its ZIP, below the RUN directory that they are in.

    What was seen of exactly this content is not fetched again, nor is a small member that was read. Raises StoreError, DownloadError.
    """

    def __init__(self, artifact: Artifact, look_inside: LookInside) -> None:
        """Asks for nothing."""
        self._artifact = artifact
        self._look_inside = look_inside
        self._kept: dict[str, bytes] = {}

    @property
    def place(self) -> str:
        """The key."""
        return self._artifact.key

    def identity(self) -> str:
        """By content, where that is known."""
        artifact = self._artifact
        known = artifact.content_id or artifact.sha256
        return known or f"{artifact.size} bytes of {artifact.stored_at}"

    def files(self) -> Mapping[str, int]:
        """By one or two requests, if it was never looked into."""
        return self._sizes

    def crc(self, path: str) -> int | None:
        """From the directory of the ZIP."""
        member = self._members.get(path)
        return member.crc if member else None

    def read(self, path: str) -> Content:
        """The member."""
        if path not in self._members:
            raise ArtifactNotFoundError(f"There is no member {brief(path)}.")
        content = self._inside.read(self._above + path)
        return _Kept(content, self._kept, path) if 0 <= content.size <= _SMALL else content

    @cached_property
    def _inside(self) -> Inside:
        seen = self._look_inside.remembered(self._artifact)
        return seen or self._look_inside(self._artifact)

    @cached_property
    def _above(self) -> str:
        return _run_directory(self._inside.tree, self._artifact.directory)

    @cached_property
    def _members(self) -> Mapping[str, ArchiveMember]:
        members = self._inside.tree.members()
        return {member.name.removeprefix(self._above): member for member in members}

    @cached_property
    def _sizes(self) -> Mapping[str, int]:
        return {path: member.size for path, member in self._members.items()}


@dataclass(frozen=True)
class _Kept(Content):
    """A small member: whoever looks at its beginning mostly wants the rest of it next."""

    member: Content
    kept: dict[str, bytes]
    path: str

    @property
    def name(self) -> str:
        return self.member.name

    @property
    def size(self) -> int:
        return self.member.size

    def blocks(self) -> Generator[bytes]:
        if self.path not in self.kept:
            self.kept[self.path] = b"".join(self.member.blocks())
        yield self.kept[self.path]


def _run_directory(tree: MemberTree, directory: str) -> str:
    """As "RUN4/", if everything is in it; else ""."""
    top = tree.children()
    return top[0].path if len(top) == 1 and is_of_run(f"{top[0].path}…", directory) else ""
