"""Each kind of store has its adapters; one that has none says so."""

from enum import StrEnum
from pathlib import Path
from typing import cast

import pytest

from core.errors import SettingsError
from core.settings import STORE_TRAITS, Profile, StoreKind
from core.waiting.store_waits import StoreWaits
from core.waiting.unanswered import NoMfaPrompt
from storage.settings.places import Places
from tests.fakes.clock import FixedClock
from tui.composition.by_kind import store_adapters
from tui.composition.options import Pauses
from tui.composition.store_adapters import StoreAdapters, StoreNeeds


class Strange(StrEnum):
    TAPE = "tape"


def needs(profile: Profile, home: Path) -> StoreNeeds:
    places = Places.find({"RUNFERRY_HOME": str(home)})
    waits = StoreWaits(FixedClock())
    return StoreNeeds(profile, places, waits, Pauses(), lambda _: (), NoMfaPrompt())


def adapters_of(kind: StoreKind, home: Path) -> StoreAdapters:
    profile = Profile("lab", kind, bucket="lab-results" if STORE_TRAITS[kind].remote else "")
    return store_adapters(needs(profile, home))


@pytest.mark.parametrize("kind", StoreKind)
def test_every_kind(kind: StoreKind, tmp_path: Path) -> None:
    """A kind that settings accept has a store."""
    store = adapters_of(kind, tmp_path).store()
    assert "lab-results" in store.location or str(tmp_path) in store.location
    store.close()


def test_unknown_kind(tmp_path: Path) -> None:
    """It is never taken for one of the others."""
    profile = Profile("lab", cast("StoreKind", Strange.TAPE))
    with pytest.raises(SettingsError, match="tape"):
        store_adapters(needs(profile, tmp_path))
