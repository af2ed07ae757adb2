"""What is in an archive, or below a directory: its tree, and its files as contents."""

from collections.abc import Callable
from datetime import datetime

from core.errors import ArtifactNotFoundError
from core.ports.content import Content
from core.ports.packaging import ArchiveMember
from core.preview.members import MemberTree
from core.printable import brief


class Inside:
    """One look at it.

    `remembered_at` is when that was, if it is not what the store says now.
    """

    def __init__(
        self,
        tree: MemberTree,
        content: Callable[[ArchiveMember], Content],
        asked: Callable[[], int] = lambda: 0,
        remembered_at: datetime | None = None,
    ) -> None:
        """`content` is called for a member that is to be read; `asked` counts requests."""
        self.tree = tree
        self.remembered_at = remembered_at
        self._content = content
        self._asked = asked

    @property
    def requests(self) -> int:
        """How often the store was asked so far, for members too."""
        return self._asked()

    def read(self, path: str) -> Content:
        """A member, by the path of its node; nothing is asked for before its blocks are.

        Raises ArtifactNotFoundError.
        """
        member = self.tree.member(path)
        if member is None:
            raise ArtifactNotFoundError(f"There is no member {brief(path)}.")
        return self._content(member)
