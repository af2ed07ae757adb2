"""A run is read once."""

from core.errors import CatalogError
from tests.core.compare.runs import fred, recall
from tests.fakes.curves_cache import FakeCurvesCache
from tests.fakes.run_files import FakeRunFiles


def begun(run: FakeRunFiles) -> int:
    return sum(content.begun for content in run.contents.values())


def test_once() -> None:
    """The same content is not read again, by nobody who has the cache; another one is."""
    cache = FakeCurvesCache()
    run = fred("a", [1, 2, 3])
    first = recall(cache)(run)
    read = begun(run)
    assert (recall(cache)(run), begun(run)) == (first, read)
    changed = fred("a", [1, 2, 30, 4])
    assert list(recall(cache)(changed).curves["INF.I"].values) == [1, 2, 30, 4]


def test_another_variable() -> None:
    """The first few are remembered by themselves, any other once somebody asked for it."""
    files = {f"DAILY/INF.X{n}.txt": f"0 {n}\n".encode() for n in range(20)}
    cache, run = FakeCurvesCache(), FakeRunFiles(files)
    first = recall(cache)(run)
    assert (len(first.variables), len(first.curves)) == (20, 8)
    last = first.variables[-1]
    assert recall(cache).remembered(run, last) is None
    assert last in recall(cache)(run, last).curves
    read = begun(run)
    assert last in recall(cache)(run, last).curves
    assert last in (recall(cache).remembered(run, last) or first).curves
    assert begun(run) == read


def test_unknown_variable() -> None:
    """One that the run has not is not looked for again and again."""
    cache, run = FakeCurvesCache(), fred("a", [1])
    recall(cache)(run, "nothing")
    read = begun(run)
    assert "nothing" not in recall(cache)(run, "nothing").curves
    assert begun(run) == read


def test_only_a_few_numbers() -> None:
    """A run of very many days leaves its first curves in the cache, and is told whole."""
    rows = "".join(f"{day} 1\n" for day in range(30_000)).encode()
    cache = FakeCurvesCache()
    run = FakeRunFiles({f"DAILY/INF.{state}.txt": rows for state in ("I", "E", "H")})
    assert len(recall(cache)(run).curves) == 3
    seen = recall(cache).remembered(run)
    assert seen
    assert list(seen.curves) == ["INF.I"]
    assert "INF.E" in recall(cache)(run, "INF.E").curves


def test_no_cache() -> None:
    """One that fails costs time only."""
    cache, run = FakeCurvesCache(), fred("a", [1])
    cache.fail_next("get", CatalogError("no"))
    cache.fail_next("put", CatalogError("no"))
    assert recall(cache)(run).curves
