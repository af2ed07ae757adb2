"""Where objects are for programs that know no `s3://`."""

from functools import cached_property

from core.errors import RunFerryError
from core.ports.object_store import Presigner
from core.ports.presigned_url import LinkMethod
from core.stored.job_s3_prefix import JOBS_ROOT


class HttpsUrls:
    """As the client asks for them; what is needed to get one stands in no such URL."""

    def __init__(self, store: Presigner) -> None:
        self._store = store

    def __call__(self, key: str) -> dict[str, str]:
        """`https_url`, for a record of that object; nothing where that has none, as in a local store.

        Nor where nobody can tell, as without credentials.
        """
        return {"https_url": f"{self._base}{key}"} if self._base else {}

    @cached_property
    def _base(self) -> str:
        """Keys of the layout stand in URLs as they are."""
        try:
            link = self._store.presign(JOBS_ROOT, LinkMethod.GET, expires_seconds=1)
        except RunFerryError:
            return ""
        return link.address.removesuffix(JOBS_ROOT) if link.address.startswith("http") else ""
