"""What is in the archive of a store, and how near it is to being read."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import ObjectRestoringError
from core.ports.object_store import ObjectReader, Restored, StoredObject
from core.stored.storage_classes import needs_restore


@dataclass(frozen=True)
class Archived:
    """The storage class of an object that has to be restored before it is read.

    `restored` is what the store says of a restore; None when nobody has asked for one.
    """

    storage_class: str
    restored: Restored | None


def archived_below(store: ObjectReader, prefix: str) -> Mapping[str, Archived]:
    """By key. One listing, and one look at each that is archived. Raises StoreError."""
    frozen = [stored for stored in store.list(prefix) if needs_restore(stored.storage_class)]
    looks = (store.head(stored.key) for stored in frozen)
    return {s.key: Archived(s.storage_class, s.restored) for s in filter(_is_frozen, looks) if s}


def restoring(url: str) -> ObjectRestoringError:
    """For an object of which the store says that it is being restored."""
    return ObjectRestoringError(
        f"{url} is being restored from the archive.",
        kept="Nothing was fetched yet.",
        todo="That takes minutes to two days. `runferry jobs uploads list` tells how far it is.",
    )


def _is_frozen(stored: StoredObject | None) -> bool:
    """It may have been replaced since it was listed."""
    return stored is not None and needs_restore(stored.storage_class)
