"""Curves of runs in the database of the catalog."""

import json
import zlib
from array import array
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.ports.curves_cache import RunCurves
from core.series import Series
from storage.db.catalog_db import SqliteCatalog
from storage.db.curves_cache import SqliteCurvesCache
from tests.builders import NOON, a_job


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[SqliteCatalog]:
    opened = SqliteCatalog(str(tmp_path / "cache.db"))
    yield opened
    opened.close()


def curves(days: int, count: int = 8) -> RunCurves:
    """As of an epidemic of so many days."""
    x = array("d", range(days))
    names = [f"INF.{number}" for number in range(count)]
    rises = [array("d", ((day * 7919) % (50 + n) for day in range(days))) for n in range(count)]
    made = {name: Series(name, "Day", x, y) for name, y in zip(names, rises, strict=True)}
    return RunCurves(names, made, {"seed": "1"})


def bytes_of(catalog: SqliteCatalog) -> int:
    with catalog.database.reading() as session:
        return session.sql("SELECT sum(length(curves)) AS bytes FROM curves")[0]["bytes"]


def test_kept(catalog: SqliteCatalog, tmp_path: Path) -> None:
    """They are there at the next start, and when the catalog was read anew from the store."""
    SqliteCurvesCache(catalog.database).put("key", "one", curves(10), NOON)
    catalog.replace([a_job()], (), (), NOON, anew=True)
    catalog.close()
    again = SqliteCatalog(str(tmp_path / "cache.db"))
    found = SqliteCurvesCache(again.database).get("key", "one")
    again.close()
    assert found == curves(10)


def test_small(catalog: SqliteCatalog) -> None:
    """Half a year takes a few KiB: the days are kept once."""
    SqliteCurvesCache(catalog.database).put("key", "one", curves(180), NOON)
    assert bytes_of(catalog) < 8 << 10


def test_oldest_go(catalog: SqliteCatalog) -> None:
    """When it gets too much, what was read longest ago is forgotten."""
    cache = SqliteCurvesCache(catalog.database, most_bytes=5000)
    for number in range(10):
        cache.put(f"key {number}", "one", curves(180), NOON + timedelta(minutes=number))
    known = [bool(cache.get(f"key {number}", "one")) for number in range(10)]
    assert 1 <= sum(known) < 10
    assert known == sorted(known)


WORDS = {"variables": ["a"], "parameters": None, "curves": [], "lengths": []}


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        "text",
        7,
        b"no zlib",
        zlib.compress(b"no json"),
        zlib.compress(b"[]"),
        *(
            zlib.compress(json.dumps(WORDS | wrong).encode() + b"\n12345678")
            for wrong in (
                {"variables": [1]},
                {"variables": None},
                {"parameters": {"a": 1}},
                {"parameters": 7},
                {"curves": [["a", "Day", 0, 1, True]]},
                {"curves": [["a", "Day", 0, 0, 1]], "lengths": [8]},
                {"curves": [["a", "Day", 0, 1, True]], "lengths": [8, 8]},
                {"curves": ["a"], "lengths": [8]},
                {"lengths": [7]},
                {"lengths": ["x"]},
            )
        ),
    ],
)
def test_damaged(catalog: SqliteCatalog, damage: object) -> None:
    """What is none of ours is as if it was not there."""
    cache = SqliteCurvesCache(catalog.database)
    cache.put("key", "one", curves(3), NOON)
    with catalog.database.writing() as session:
        session.sql("UPDATE curves SET curves = ?", [damage])
    assert cache.get("key", "one") is None
