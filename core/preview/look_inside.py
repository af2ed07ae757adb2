"""Look into a stored archive, also when the store cannot be reached but could be before."""

import logging
from functools import cache, partial

from core.download.read_members import ReadMembers
from core.errors import CatalogError, StoreError
from core.model import Artifact
from core.ports.clock import Clock
from core.ports.members_cache import MembersCache, RememberedMembers
from core.preview.contents import MemberContent
from core.preview.inside import Inside
from core.preview.members import MemberTree

_log = logging.getLogger(__name__)


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
        content = partial(MemberContent, lambda: looked.archive)
        return Inside(tree, content, lambda: looked.stored.requests)

    def remembered(self, artifact: Artifact) -> Inside | None:
        """What was seen of exactly this content before; nobody is asked until a member is read."""
        seen = self._seen(artifact)
        if seen is None:
            return None
        look = cache(lambda: self._read_members.look(artifact))

        def asked() -> int:
            return look().stored.requests if look.cache_info().currsize else 0

        content = partial(MemberContent, lambda: look().archive)
        return Inside(MemberTree(seen.members), content, asked, seen.at)

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
