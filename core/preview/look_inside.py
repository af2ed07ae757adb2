"""Look into a stored archive, also when the store cannot be reached but could be before."""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import cache

from core.download.read_members import ReadMembers
from core.errors import ArtifactNotFoundError, CatalogError, StoreError
from core.model import Artifact
from core.ports.clock import Clock
from core.ports.content import Content
from core.ports.members_cache import MembersCache, RememberedMembers
from core.ports.packaging import OpenArchive
from core.preview.contents import MemberContent
from core.preview.members import MemberTree
from core.printable import brief

_log = logging.getLogger(__name__)


class Inside:
    """What an archive holds.

    `remembered_at` is when that was read, if it is not what the store says now.
    """

    def __init__(
        self,
        tree: MemberTree,
        archive: Callable[[], OpenArchive],
        asked: Callable[[], int],
        remembered_at: datetime | None = None,
    ) -> None:
        """`archive` is called when a member is read; `asked` counts requests."""
        self.tree = tree
        self.remembered_at = remembered_at
        self._archive = archive
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
        return MemberContent(self._archive, member)


class LookInside:
    """Reads the directory of an archive, and remembers it. Callable from any thread; blocks."""

    def __init__(self, read_members: ReadMembers, cache: MembersCache, clock: Clock) -> None:
        self._read_members = read_members
        self._cache = cache
        self._clock = clock

    def __call__(self, artifact: Artifact) -> Inside:
        """By one or two requests; when nobody answers, what `remembered` has.

        Raises StoreError, DownloadError (UnsafeArchiveError for what is no archive).
        """
        try:
            looked = self._read_members.look(artifact)
        except StoreError as error:
            return self._instead(artifact, error)
        tree = MemberTree(looked.archive.members())
        self._remember(artifact, tree)
        return Inside(tree, lambda: looked.archive, lambda: looked.stored.requests)

    def remembered(self, artifact: Artifact) -> Inside | None:
        """What was seen of exactly this content before; nobody is asked until a member is read."""
        seen = self._seen(artifact)
        if seen is None:
            return None
        look = cache(lambda: self._read_members.look(artifact))

        def asked() -> int:
            return look().stored.requests if look.cache_info().currsize else 0

        return Inside(MemberTree(seen.members), lambda: look().archive, asked, seen.at)

    def _instead(self, artifact: Artifact, error: StoreError) -> Inside:
        seen = self.remembered(artifact) if error.unreachable else None
        if seen is None:
            raise error
        return seen

    def _seen(self, artifact: Artifact) -> RememberedMembers | None:
        """A cache that cannot be read is as if nothing was in it."""
        try:
            return self._cache.get(artifact.key, _identity(artifact))
        except CatalogError:
            _log.warning("members of an archive are not remembered", exc_info=True)
            return None

    def _remember(self, artifact: Artifact, tree: MemberTree) -> None:
        try:
            self._cache.put(artifact.key, _identity(artifact), tree.members(), self._clock.now())
        except CatalogError:
            _log.warning("members of an archive will not be remembered", exc_info=True)


def _identity(artifact: Artifact) -> str:
    """What another content at the same key would not have."""
    return artifact.sha256 or f"{artifact.size} bytes of {artifact.stored_at}"
