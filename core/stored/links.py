"""Links to artifacts, for people and programs without credentials."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.errors import SettingsError
from core.model import Artifact, ArtifactKind
from core.ports.clock import Clock
from core.ports.object_store import Presigner
from core.ports.presigned_url import LONGEST_LINK_SECONDS, LinkMethod, PresignedUrl

LINK_SECONDS = 3600
"""How long a link is good for when nobody says."""


@dataclass(frozen=True)
class Link:
    """`url` does `method` to the object at `key` until `expires_at`, whoever has it.

    `beside` is that of the artifact. It ends earlier when it was made with credentials that do; without a moment it never does.
    """

    job_id: int
    kind: ArtifactKind
    run_id: int | None
    key: str
    method: LinkMethod
    url: PresignedUrl
    expires_at: datetime | None
    beside: str = ""


class LinkMaker:
    """Signs links; nothing is asked of the store, and none of them is kept anywhere."""

    def __init__(self, store: Presigner, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def __call__(
        self,
        job_id: int,
        kind: ArtifactKind,
        run_id: int | None,
        key: str,
        method: LinkMethod,
        expires_seconds: int,
    ) -> Link:
        """Raises SettingsError for a life span that S3 does not accept, StoreError."""
        url, end = self._signed(key, method, expires_seconds)
        return Link(job_id, kind, run_id, key, method, url, end)

    def to(self, artifact: Artifact, expires_seconds: int) -> Link:
        """To fetch exactly this one, be it an older version. Raises as calling does."""
        place = artifact.job_id, artifact.kind, artifact.run_id, artifact.key
        link = self(*place, LinkMethod.GET, expires_seconds)
        return replace(link, beside=artifact.beside)

    def _signed(
        self, key: str, method: LinkMethod, seconds: int
    ) -> tuple[PresignedUrl, datetime | None]:
        """With the end, if there is one."""
        if not 1 <= seconds <= LONGEST_LINK_SECONDS:
            raise SettingsError("S3 accepts links for one second to 7 days.")
        end = self._clock.now() + timedelta(seconds=seconds)
        url = self._store.presign(key, method, expires_seconds=seconds)
        return url, _end_of(url, end)


def _end_of(url: PresignedUrl, end: datetime) -> datetime | None:
    """That of the credentials when it is known to be earlier; None for what does not end."""
    return min(end, url.credentials_end or end) if url.expires else None
