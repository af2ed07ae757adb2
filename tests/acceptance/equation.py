"""The catalog is a cache: what it holds is what one holds that is made from the store alone."""

import os
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from itertools import pairwise
from pathlib import Path

import pytest

from core.errors import RunFerryError
from core.ports.object_store import ObjectStore
from core.stored.refresh_catalog import RefreshCatalog
from storage.db.catalog_db import SqliteCatalog
from storage.machine.system import SystemClock
from tests.catalog_dump import dump
from tui.composition.options import Options
from tui.composition.session import Session

Stores = set[tuple[str, str]]
"""(profile, bucket) of command lines."""


def store_of(arguments: Sequence[str]) -> tuple[str, str]:
    """Which store a command line names."""
    named = dict(pairwise(arguments))
    return named.get("--profile", ""), named.get("--bucket", "")


def check_caches(stores: Stores, rebuilt: Path, endpoint: str | None) -> None:
    """Syncs the cache of each store, then compares it with a rebuilt one.

    A server is asked at `endpoint`: whatever the test had in between is gone. A test that leaves
    settings or a store behind that cannot be used has no cache to compare.
    """
    for number, (profile, bucket) in enumerate(sorted(stores)):
        with suppress(RunFerryError), Session(Options(profile, bucket)) as session:
            cache = session.places.cache_db(session.settings.profile)
            remote = session.settings.profile.kind.value == "s3"
            if not os.path.exists(cache) or (remote and not endpoint):
                continue
            with pytest.MonkeyPatch.context() as environment:
                if remote and endpoint:
                    environment.setenv("AWS_ENDPOINT_URL_S3", endpoint)
                synced, anew = _dumps(cache, str(rebuilt / f"rebuilt-{number}.db"), session.store)
                if synced != anew:  # what was recorded in the second of a reading outlives it
                    _wait_for_another_second()
                    synced, anew = _dumps(cache, str(rebuilt / f"again-{number}.db"), session.store)
            assert synced == anew


def _wait_for_another_second() -> None:
    this = int(time.time())
    while int(time.time()) == this:
        time.sleep(0.01)


def _dumps(cache: str, anew: str, store: ObjectStore) -> list[str]:
    with ExitStack() as opened:
        dumps: list[str] = []
        for path in (cache, anew):
            catalog = SqliteCatalog(path)
            opened.callback(catalog.close)
            RefreshCatalog(catalog, store, SystemClock())()
            dumps.append(dump(catalog))
        return dumps
