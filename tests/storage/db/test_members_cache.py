"""Directories of archives in the database of the catalog."""

import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.ports.packaging import ArchiveMember
from storage.db.catalog_db import SqliteCatalog
from storage.db.members_cache import SqliteMembersCache
from tests.builders import NOON, a_job


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[SqliteCatalog]:
    opened = SqliteCatalog(str(tmp_path / "cache.db"))
    yield opened
    opened.close()


def members(count: int) -> list[ArchiveMember]:
    return [ArchiveMember(f"RUN4/{n}", n, n, n, n * 7919 % 2**32) for n in range(count)]


def test_kept(catalog: SqliteCatalog, tmp_path: Path) -> None:
    """It is there at the next start, and when the catalog was read anew from the store."""
    SqliteMembersCache(catalog.database).put("key", "one", members(3), NOON)
    catalog.replace([a_job()], (), (), NOON, anew=True)
    catalog.close()
    again = SqliteCatalog(str(tmp_path / "cache.db"))
    found = SqliteMembersCache(again.database).get("key", "one")
    again.close()
    assert found
    assert list(found.members) == members(3)


def test_oldest_go(catalog: SqliteCatalog) -> None:
    """When it gets too much, what was looked into longest ago is forgotten."""
    cache = SqliteMembersCache(catalog.database, most_bytes=20_000)
    for number in range(10):
        moment = NOON + timedelta(minutes=number)
        cache.put(f"key {number}", "one", members(500), moment)
    known = [bool(cache.get(f"key {number}", "one")) for number in range(10)]
    assert 1 <= sum(known) < 10
    assert known == sorted(known)


def test_too_large(catalog: SqliteCatalog) -> None:
    """What does not fit is not remembered, and that is no error."""
    cache = SqliteMembersCache(catalog.database, most_bytes=100)
    cache.put("key", "one", members(500), NOON)
    assert cache.get("key", "one") is None


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"nothing",
        zlib.compress(b"nothing"),
        zlib.compress(b"[1]"),
        zlib.compress(b'[["a"],["b"],[1],[1],[1]]'),
        zlib.compress(b"[[7],[1],[1],[1],[1]]"),
        zlib.compress(b'[["a","b"],[1],[1],[1],[1]]'),
        "text",
        7,
    ],
)
def test_damaged(catalog: SqliteCatalog, damage: object) -> None:
    """A row that somebody damaged is as if it was not there."""
    cache = SqliteMembersCache(catalog.database)
    cache.put("key", "one", members(3), NOON)
    with catalog.database.writing() as session:
        session.sql("UPDATE members SET members = ?", (damage,))
    assert cache.get("key", "one") is None
