"""The adapters that suit the kind of a profile's store."""

from typing import TYPE_CHECKING

from core.errors import StoreError
from core.printable import printable
from core.settings import Profile, StoreKind
from core.waiting.store_waits import StoreWaits
from tui.composition.pauses import Pauses

if TYPE_CHECKING:
    from core.ports.lifecycle import Lifecycle
    from core.ports.object_store import ObjectStore
    from core.ports.probe import StoreProbe
    from storage.settings.places import Places


def open_store(
    profile: Profile,
    places: "Places",
    waits: StoreWaits | None = None,
    pauses: Pauses | None = None,
) -> "ObjectStore":
    """The store; nothing is asked of it yet. What it waits for then is told to `waits`."""
    if profile.kind is StoreKind.S3:
        from storage.s3.store import S3Store, S3Tuning

        return S3Store(profile, S3Tuning(backoff=(pauses or Pauses()).backoff()), waits)
    from storage.local.store import LocalStore

    return LocalStore(profile.path or places.store, own=not profile.path)


def open_lifecycle(profile: Profile, places: "Places") -> "Lifecycle":
    """The lifecycle rules of the bucket; raises StoreError for a store that has none."""
    if profile.kind is StoreKind.S3:
        from storage.s3.lifecycle import S3Lifecycle

        return S3Lifecycle(profile)
    raise StoreError(
        f"The local store {printable(profile.path or places.store)} has no lifecycle rules; it "
        "frees unfinished uploads by itself.",
        todo="Choose a profile with an S3 bucket.",
    )


def store_probe(profile: Profile, places: "Places") -> "StoreProbe":
    """What finds out what the store guarantees."""
    if profile.kind is StoreKind.S3:
        from storage.s3.probe.store_probe import S3StoreProbe

        return S3StoreProbe(profile)
    from storage.local.probe import LocalStoreProbe

    return LocalStoreProbe(open_store(profile, places))
