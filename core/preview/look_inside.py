"""Look into a stored archive, also when the store cannot be reached but could be before."""

from collections.abc import Callable
from datetime import datetime

from core.model import Artifact
from core.ports.content import Content
from core.preview.members import MemberTree


class Inside:
    """What an archive holds.

    `remembered_at` is when that was read, if it is not what the store says now; None when it is.
    """

    def __init__(
        self, tree: MemberTree, open_member: Callable[[str], Content], requests: Callable[[], int],
        remembered_at: datetime | None = None,
    ) -> None:
        self.tree = tree
        self.remembered_at = remembered_at
        self._open = open_member
        self._requests = requests

    @property
    def requests(self) -> int:
        """How often the store was asked so far, members included."""
        return self._requests()

    def read(self, name: str) -> Content:
        """A member, by the path of its node; asks for nothing before its blocks are taken.

        Raises ArtifactNotFoundError. Remembered ones ask the store when they are taken.
        """
        return self._open(name)


class LookInside:
    """Blocks; never call it on the UI thread."""

    def __call__(self, artifact: Artifact) -> Inside:
        """By one or two requests; when there is no answer, what `remembered` has.

        Raises StoreError, DownloadError (UnsafeArchiveError for what is no archive).
        """
        raise NotImplementedError

    def remembered(self, artifact: Artifact) -> Inside | None:
        """What was seen of exactly this content before; asks nobody. Never raises."""
        raise NotImplementedError
