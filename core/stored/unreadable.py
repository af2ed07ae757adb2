"""What is in the way, and may not be read: nobody can tell whose it is, so it stays."""

from core.errors import ConflictError, RunFerryError, StoreAccessDeniedError
from core.ports.object_store import ObjectReader, StoredObject


def in_the_way(store: ObjectReader, key: str, denied: StoreAccessDeniedError) -> RunFerryError:
    """What to raise when `key` was `denied`: that something is there is told by a listing alone.

    Where there is nothing, or no listing either, it is `denied` itself.
    """
    if not _is_there(store, key):
        return denied
    return ConflictError(
        f"{store.url(key)} is there already, and may not be read: nobody can tell whether it is the "
        "same.",
        kept="Nothing was overwritten; your files are untouched.",
        todo=denied.todo,
    )


def listed(store: ObjectReader, key: str) -> StoredObject | None:
    """What a listing tells of the object, which has no metadata then. Raises StoreError."""
    return next((stored for stored in store.list(key) if stored.key == key), None)


def _is_there(store: ObjectReader, key: str) -> bool:
    try:
        return listed(store, key) is not None
    except StoreAccessDeniedError:
        return False
