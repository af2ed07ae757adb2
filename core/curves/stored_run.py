"""Stored results as the files of a run."""

from collections.abc import Mapping
from functools import cached_property

from core.errors import ArtifactNotFoundError
from core.model import Artifact, is_of_run
from core.ports.content import Content
from core.ports.packaging import ArchiveMember
from core.ports.run_files import RunFiles
from core.preview.look_inside import Inside, LookInside
from core.preview.members import MemberTree
from core.printable import brief


class StoredRun(RunFiles):
    """The members of its ZIP, below the RUN directory that they are in.

    What was seen of exactly this content is not fetched again. Raises StoreError, DownloadError.
    """

    def __init__(self, artifact: Artifact, look_inside: LookInside) -> None:
        """Asks for nothing."""
        self._artifact = artifact
        self._look_inside = look_inside

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
        return self._inside.read(self._above + path)

    @cached_property
    def _inside(self) -> Inside:
        seen = self._look_inside.remembered(self._artifact)
        return seen or self._look_inside(self._artifact)

    @cached_property
    def _above(self) -> str:
        return _run_directory(self._inside.tree)

    @cached_property
    def _members(self) -> Mapping[str, ArchiveMember]:
        members = self._inside.tree.members()
        return {member.name.removeprefix(self._above): member for member in members}

    @cached_property
    def _sizes(self) -> Mapping[str, int]:
        return {path: member.size for path, member in self._members.items()}


def _run_directory(tree: MemberTree) -> str:
    """As "RUN4/", if everything is in it; else ""."""
    top = tree.children()
    return top[0].path if len(top) == 1 and is_of_run(f"{top[0].path}…") else ""
