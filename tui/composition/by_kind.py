"""The adapters that suit the kind of a profile's store. A new kind is one more function here."""

from collections.abc import Callable, Mapping

from core.errors import SettingsError
from core.settings import StoreKind
from tui.composition.store_adapters import StoreAdapters, StoreNeeds


def store_adapters(needs: StoreNeeds) -> StoreAdapters:
    """Those of the profile. Raises SettingsError for a kind that nobody knows."""
    kind = needs.profile.kind
    make = _BY_KIND.get(kind)
    if make is None:
        raise SettingsError(f"No adapter knows stores of the kind {kind!r}.")
    return make(needs)


def _s3(needs: StoreNeeds) -> StoreAdapters:
    from tui.composition.s3_adapters import S3Adapters

    return S3Adapters(needs)


def _local(needs: StoreNeeds) -> StoreAdapters:
    from tui.composition.local_adapters import LocalAdapters

    return LocalAdapters(needs.profile, needs.places)


_BY_KIND: Mapping[StoreKind, Callable[[StoreNeeds], StoreAdapters]] = {
    StoreKind.S3: _s3,
    StoreKind.LOCAL: _local,
}
