"""What every cache of curves does, the fake one and the one in SQLite."""

import math
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.ports.curves_cache import CurvesCache, RunCurves
from core.series import Series
from storage.db.catalog_db import SqliteCatalog
from storage.db.curves_cache import SqliteCurvesCache
from tests.builders import NOON
from tests.fakes.curves_cache import FakeCurvesCache

RUN = "/data/OUT/\udce9/RUN4"
DAYS = array("d", range(5))
CASES = Series("INF.I", "Day", DAYS, array("d", [1, 2.5, 1e300, 0, -1]))
R = Series("größe\0\x1b", "", DAYS, array("d", range(5)), complete=False)
CURVES = RunCurves(
    ["INF.I", "größe\0\x1b", "INF.R"], {"INF.I": CASES, "größe\0\x1b": R}, {"seed": "1"}
)
NONE = RunCurves([], {}, None)


@pytest.fixture(params=["fake", "sqlite", "memory"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CurvesCache]:
    if request.param == "fake":
        yield FakeCurvesCache()
        return
    path = tmp_path / "cache.db" if request.param == "sqlite" else "/dev/null/cache.db"
    catalog = SqliteCatalog(str(path))
    yield SqliteCurvesCache(catalog.database)
    catalog.close()


def test_unknown(cache: CurvesCache) -> None:
    """Nothing is known of a run that was never read."""
    assert cache.get(RUN, "one") is None


@pytest.mark.parametrize("curves", [CURVES, NONE])
def test_round_trip(cache: CurvesCache, curves: RunCurves) -> None:
    """They come back as they were, whatever is in names and numbers; nothing is something, too."""
    cache.put(RUN, "one", curves, NOON)
    assert cache.get(RUN, "one") == curves


def test_gaps(cache: CurvesCache) -> None:
    """A gap stays one."""
    gap = Series("INF.I", "Day", array("d", [0, 1]), array("d", [math.nan, 1]))
    cache.put(RUN, "one", RunCurves(["INF.I"], {"INF.I": gap}, None), NOON)
    found = cache.get(RUN, "one")
    assert found
    assert math.isnan(found.curves["INF.I"].values[0])


def test_another_content(cache: CurvesCache) -> None:
    """What one content said is not told of another one at the same place; the last one counts."""
    cache.put(RUN, "one", CURVES, NOON)
    assert cache.get(RUN, "two") is None
    assert cache.get("/elsewhere", "one") is None
    cache.put(RUN, "two", NONE, NOON)
    assert (cache.get(RUN, "one"), cache.get(RUN, "two")) == (None, NONE)
