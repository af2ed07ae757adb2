"""The adapters of a store that is a directory."""

from core.errors import StoreError
from core.ports.access import AccessPolicies
from core.ports.clock import Clock
from core.ports.examiner import StoreExaminers
from core.ports.lifecycle import Lifecycle
from core.ports.object_store import ObjectStore
from core.ports.probe import StoreProbe
from core.printable import printable
from core.settings import Profile
from storage.local.examiners import LocalExaminers
from storage.local.probe import LocalStoreProbe
from storage.local.store import LocalStore
from storage.settings.places import Places
from tui.composition.store_adapters import StoreAdapters


class LocalAdapters(StoreAdapters):
    """Of the directory that `profile` names, or of RunFerry's own."""

    def __init__(self, profile: Profile, places: Places) -> None:
        self._own = not profile.path
        self._directory = places.directory(profile)

    def store(self) -> ObjectStore:
        """The directory."""
        return LocalStore(self._directory, own=self._own)

    def lifecycle(self) -> Lifecycle:
        """It has none."""
        raise StoreError(
            f"The local store {printable(self._directory)} has no lifecycle rules; it frees "
            "unfinished uploads by itself.",
            todo="Choose a profile with an S3 bucket.",
        )

    def access_policies(self) -> AccessPolicies:
        """It has none."""
        raise StoreError(
            f"The local store {printable(self._directory)} needs no policy: the permissions of the "
            "directory say who may do what.",
            todo="Choose a profile with an S3 bucket.",
        )

    def probe(self) -> StoreProbe:
        """Tries out the directory."""
        return LocalStoreProbe(self.store())

    def examiners(self, clock: Clock) -> StoreExaminers:
        """Of the directory."""
        return LocalExaminers(self._directory)

    def etags_tell_content(self) -> bool:
        """It is made of time and size of the file, which can be put back."""
        return False

    def remark(self) -> str:
        """A directory wants nothing."""
        return ""
