"""Runs that consist of several directories are read as each of them is."""

import pytest

from core.curves.read_curves import ReadCurves
from core.curves.readers import READERS
from core.kinds.run_kind import Curve
from core.ports.run_files import RunFiles
from tests.fakes.run_files import FakeRunFiles

DAY = b"0 %d\n1 %d\n"
FRED = {
    "RUN1/DAILY/INF.Is.txt": DAY % (1, 2),
    "RUN1/DAILY/INF.R.txt": DAY % (0, 1),
    "RUN1/LOG": b"FRED 1\n",
    "RUN10/DAILY/INF.Is.txt": DAY % (3, 4),
    "RUN10/DAILY/INF.R.txt": DAY % (0, 3),
    "RUN2/LOG": b"FRED 1\n",
}
READ = ReadCurves(READERS)


def values(run: RunFiles, variable: str, read: ReadCurves = READ) -> tuple[str, list[float]]:
    series = read.series(run, variable)
    return series.name, [*series.values]


def test_each_has_its_own() -> None:
    """What is worth most of one part after the other; of one that has nothing yet, nothing."""
    run = FakeRunFiles(FRED)
    assert READ.variables(run) == [
        *("RUN1/INF.Is", "RUN10/INF.Is"),
        *("RUN1/INF.R", "RUN10/INF.R"),
    ]
    assert values(run, "RUN1/INF.Is") == ("RUN1/INF.Is", [1, 2])
    assert values(run, "RUN10/INF.Is") == ("RUN10/INF.Is", [3, 4])
    assert READ.several(run, ["RUN2/INF.Is", "RUN1/nothing", "INF.Is"]) == {}


def test_what_they_were_told() -> None:
    """What is the same in all of them is said once."""
    files = {
        f"RUN{n}/parameters.txt": b"days = 60\nseed = %d\n" % seed for n, seed in ((1, 7), (2, 9))
    }
    run = FakeRunFiles({**files, "RUN1/LOG": b"FRED 1\n", "RUN2/LOG": b"FRED 1\n"})
    alone = FakeRunFiles({"parameters.txt": files["RUN1/parameters.txt"], "LOG": b"FRED 1\n"})
    assert READ.parameters(alone) == {"days": "60", "seed": "7"}
    assert READ.parameters(run) == {"days": "60", "RUN1/seed": "7", "RUN2/seed": "9"}


def test_by_the_table_of_the_kind() -> None:
    """It is looked for in each part."""
    read = ReadCurves(READERS, lambda place: [Curve("t.csv", "t", ("heat",))])
    run = FakeRunFiles({f"RUN{n}/t.csv": b"t,heat\n0,%d\n1,5\n" % n for n in (1, 2)})
    assert read.variables(run)[:2] == ["RUN1/heat", "RUN2/heat"]
    assert values(run, "RUN2/heat", read) == ("RUN2/heat", [2, 5])


@pytest.mark.parametrize("beside", ["LOG", "DAILY/x"])
def test_folders_of_one_directory(beside: str) -> None:
    """A run of one directory has folders, too."""
    files = {
        "DAILY/INF.Is.txt": DAY % (1, 2),
        "out/ave.csv": b"t,a\n0,1\n1,2\n",
        beside: b"FRED 1\n",
    }
    assert READ.variables(FakeRunFiles(files)) == ["INF.Is"]
