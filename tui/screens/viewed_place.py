"""What the viewer looks into; in the store a ZIP, or one file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.model import Artifact
from core.ports.packaging import ArchiveMember
from core.preview.inside import Inside
from core.preview.members import MemberTree
from tui.parts.previews import Previews
from tui.services import Parts


class ViewedPlace(Protocol):
    """A tree of files, or one file. `look` and `remembered` block, and raise RunFerryError."""

    @property
    def crumbs(self) -> Sequence[str]:
        """The way to it, from the outside in, fit to be printed."""
        ...

    @property
    def file(self) -> str:
        """The path of the one file; empty for a tree."""
        ...

    @property
    def is_local(self) -> bool:
        """Whether it is on this machine, where others may write to it meanwhile."""
        ...

    def copied(self, path: str) -> tuple[str, str]:
        """What is copied for a member, and what that is called."""
        ...

    def remembered(self) -> Inside | None:
        """What was seen before, to be shown until `look` has returned."""
        ...

    def look(self) -> Inside:
        """What is in it now."""
        ...


class StoredPlace(ViewedPlace, Protocol):
    """In the store."""

    @property
    def artifact(self) -> Artifact:
        """All of it."""
        ...


@dataclass(frozen=True)
class StoredArchive:
    """A ZIP in the store."""

    parts: Parts
    artifact: Artifact
    crumbs: Sequence[str]
    file: str = ""
    is_local: bool = False

    def copied(self, path: str) -> tuple[str, str]:
        """The path in the archive."""
        return path, "name"

    def remembered(self) -> Inside | None:
        """Nobody is asked."""
        return self.parts(Previews).look_inside.remembered(self.artifact)

    def look(self) -> Inside:
        """By one or two requests; what is remembered when nobody answers."""
        return self.parts(Previews).look_inside(self.artifact)


@dataclass(frozen=True)
class StoredFile:
    """Any other object in the store."""

    parts: Parts
    artifact: Artifact
    crumbs: Sequence[str]
    is_local: bool = False

    @property
    def file(self) -> str:
        """The last part of its key."""
        return self.artifact.key.rpartition("/")[2]

    def copied(self, path: str) -> tuple[str, str]:
        """The name without the folders."""
        return path, "name"

    def remembered(self) -> None:
        """There is nothing to wait for."""

    def look(self) -> Inside:
        """Without a request."""
        size, stored = self.artifact.size, self.parts(Previews).stored
        tree = MemberTree([ArchiveMember(self.file, size, size, 0, 0)])
        return Inside(tree, lambda _: stored(self.artifact))


def stored_place(parts: Parts, artifact: Artifact, crumbs: Sequence[str]) -> StoredPlace:
    """Opened by what its key says that it is."""
    kind = StoredArchive if artifact.key.endswith(".zip") else StoredFile
    return kind(parts, artifact, crumbs)
