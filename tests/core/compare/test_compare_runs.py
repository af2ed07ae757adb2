"""A few runs side by side."""

import pytest

from core.compare.compare_runs import CompareRuns
from core.errors import ArtifactNotFoundError
from tests.core.compare.runs import fred, named, recall
from tests.fakes.run_files import FakeRunFiles

compare_runs = CompareRuns(recall())


def log(**parameters: object) -> bytes:
    lines = (f"READ_params: {name} = |{value}|\n" for name, value in parameters.items())
    return b"FRED started\n" + "".join(lines).encode()


def test_side_by_side() -> None:
    """Sizes, days, peaks, last values, and parameters that differ: not those that are the same."""
    first = fred("a", [1, 9, 4], LOG=log(R0=2, seed=1, country="USA"))
    second = fred("b", [1, 2, 12, 3], LOG=log(R0=2, seed=2, country="USA", extra=7))
    found = compare_runs([named(1, first), named(2, second)])
    assert (found.variable, list(found.variables)) == ("INF.I", ["INF.I"])
    assert [(run.files, run.days) for run in found.runs] == [(2, 3), (2, 4)]
    assert [run.bytes for run in found.runs] == [sum(r.files().values()) for r in (first, second)]
    assert [run.curve and run.curve.peak() for run in found.runs] == [(1, 9), (2, 12)]
    assert [run.curve and run.curve.final() for run in found.runs] == [(2, 4), (3, 3)]
    assert found.differing == {"seed": ["1", "2"], "extra": [None, "7"]}


def test_untold_parameters() -> None:
    """A run that tells none says nothing: no parameter differs because of it."""
    found = compare_runs([named(1, fred("a", [1], LOG=log(seed=1))), named(2, fred("b", [1]))])
    assert found.differing == {}
    assert [run.parameters for run in found.runs] == [{"seed": "1"}, None]


def test_other_variables() -> None:
    """What only one of them has can be chosen; the other has no curve of it then."""
    both = [named(1, fred("a", [1, 2])), named(2, fred("b", [3, 4], "INF.newI"))]
    found = compare_runs(both, "INF.newI")
    assert [run.curve is None for run in found.runs] == [True, False]
    assert list(found.variables) == ["INF.I", "INF.newI"]
    with pytest.raises(ArtifactNotFoundError, match="nothing of it"):
        compare_runs(both, "nothing of it")


def test_column_without_its_file() -> None:
    """A column is meant by its name alone."""
    run = FakeRunFiles({"ave.dat": b"step temp\n1 5\n2 3\n3 4\n"})
    assert compare_runs([named(1, run), named(2, run)], "temp").variable == "ave.dat:temp"


def test_no_curve() -> None:
    """Runs of which nothing is known are compared all the same."""
    found = compare_runs([named(1, FakeRunFiles({"x": b"1"})), named(2, FakeRunFiles({}))])
    assert (found.variable, [run.files for run in found.runs]) == ("", [1, 0])
