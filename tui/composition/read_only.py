"""What every kind of store is made of, where nothing may be changed in it."""

from core.errors import StoreError, read_only_error
from core.ports.access import AccessPolicies
from core.ports.clock import Clock
from core.ports.examiner import StoreExaminers
from core.ports.lifecycle import Lifecycle
from core.ports.object_store import ObjectStore
from core.ports.probe import StoreProbe
from storage.read_only import ReadOnlyStore
from tui.composition.store_adapters import StoreAdapters


class ReadOnlyStoreAdapters(StoreAdapters):
    """Those of `adapters` that only read; what tries a store by writing into it raises StoreError."""

    def __init__(self, adapters: StoreAdapters) -> None:
        self._adapters = adapters

    def store(self) -> ObjectStore:
        """It can be read."""
        return ReadOnlyStore(self._adapters.store())

    def lifecycle(self) -> Lifecycle:
        """Raises StoreError."""
        raise read_only_error(StoreError)

    def access_policies(self) -> AccessPolicies:
        """The same."""
        return self._adapters.access_policies()

    def probe(self) -> StoreProbe:
        """Raises StoreError."""
        raise read_only_error(StoreError)

    def examiners(self, clock: Clock) -> StoreExaminers:
        """Raises StoreError."""
        raise read_only_error(StoreError)

    def etags_tell_content(self) -> bool:
        """The same."""
        return self._adapters.etags_tell_content()

    def remark(self) -> str:
        """The same."""
        return self._adapters.remark()
