"""What every cache of members does, the fake one and the one in SQLite."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.ports.members_cache import MembersCache, RememberedMembers
from core.ports.packaging import ArchiveMember
from storage.db.catalog_db import SqliteCatalog
from storage.db.members_cache import SqliteMembersCache
from tests.builders import NOON
from tests.fakes.members_cache import FakeMembersCache

KEY = "jobs/7/2026/11/20/120000/run_4_results.zip"
LOG = ArchiveMember("RUN4/LOG", 1000, 100, 1_700_000_000, 2**32 - 1)
MEMBERS = [LOG, replace(LOG, name="evil\0\x1b\n\udce9 größe", size=2**60, mtime=-1)]


@pytest.fixture(params=["fake", "sqlite", "memory"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MembersCache]:
    if request.param == "fake":
        yield FakeMembersCache()
        return
    path = tmp_path / "cache.db" if request.param == "sqlite" else "/dev/null/cache.db"
    catalog = SqliteCatalog(str(path))
    yield SqliteMembersCache(catalog.database)
    catalog.close()


def test_unknown(cache: MembersCache) -> None:
    """Nothing is known of what was never looked into."""
    assert cache.get(KEY, "one") is None


def test_round_trip(cache: MembersCache) -> None:
    """Members come back as they were, in their order and with any name, with the moment."""
    cache.put(KEY, "one", iter(MEMBERS), NOON)
    assert cache.get(KEY, "one") == RememberedMembers(MEMBERS, NOON)


def test_nothing_in_it(cache: MembersCache) -> None:
    """An archive may be empty."""
    cache.put(KEY, "one", (), NOON)
    assert cache.get(KEY, "one") == RememberedMembers([], NOON)


def test_another_content(cache: MembersCache) -> None:
    """What was seen of one content is not told of another one at the same key."""
    cache.put(KEY, "one", [LOG], NOON)
    assert cache.get(KEY, "two") is None
    assert cache.get("another/key", "one") is None


def test_again(cache: MembersCache) -> None:
    """The last look counts."""
    cache.put(KEY, "one", [LOG], NOON)
    later = NOON + timedelta(days=1)
    cache.put(KEY, "two", MEMBERS, later)
    assert cache.get(KEY, "two") == RememberedMembers(MEMBERS, later)
    assert cache.get(KEY, "one") is None
