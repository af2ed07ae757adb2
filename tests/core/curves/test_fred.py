"""What is told of a FRED run, at every moment of its life."""

import shutil
import tarfile
from pathlib import Path

import pytest

from core.curves.fred import Fred
from core.curves.local_run import LocalRun
from core.curves.read_curves import ReadCurves
from core.curves.readers import READERS
from core.errors import ArtifactNotFoundError
from storage.packing.plain_files import PlainFiles
from storage.tree.tree_scanner import FileTreeScanner
from tests.fakes.run_files import FakeRunFiles

DATA = Path(__file__).parents[2] / "data"
read_curves = ReadCurves(READERS)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """RUN1 of a real job."""
    path = tmp_path_factory.mktemp("sample")
    with tarfile.open(DATA / "fred-job.tar.gz") as tar:
        tar.extractall(path, filter="data")
    return path / "fred-sample-job/RESULTS/JOB/1/OUT/RUN1"


@pytest.fixture
def directory(sample: Path, tmp_path: Path) -> Path:
    """A copy of it that may be written to."""
    return shutil.copytree(sample, tmp_path / "RUN1")


def look(path: Path) -> LocalRun:
    return LocalRun(str(path), FileTreeScanner(), PlainFiles())


def test_finished(sample: Path) -> None:
    """The infectious come first; what counts the days is no variable, the whole population the last."""
    variables = read_curves.variables(look(sample))
    assert variables[:4] == ["INF.Is", "INF.Ia", "INF.newIs", "INF.newIa"]
    assert variables[-1] == "Popsize"
    assert not {"Day", "Date", "EpiWeek"} & {*variables}
    series = read_curves.series(look(sample), "INF.Is")
    rows = [line.split(",") for line in (sample / "out.csv").read_text().splitlines()]
    values = [float(row[rows[0].index("INF.Is")]) for row in rows[1:]]
    assert (list(series.x), list(series.values)) == ([*range(60)], values)
    assert (series.x_name, series.complete, series.final()) == ("Day", True, (59, values[-1]))


def test_the_same_from_days(directory: Path) -> None:
    """DAILY tells what out.csv tells, in the same order, before that is there and while it is made."""
    whole = look(directory)
    expected = read_curves.several(whole, read_curves.variables(whole))
    before = [*read_curves.variables(whole)]
    header = "Day Date EpiWeek Popsize \n0 2020-01-01 2020.01 45318\n"
    for unfinished in (None, header):
        if unfinished is None:
            (directory / "out.csv").unlink()
        else:
            (directory / "out.csv").write_text(unfinished)
        run = look(directory)
        assert read_curves.variables(run) == before
        assert read_curves.several(run, before) == expected


def test_while_it_simulates(directory: Path) -> None:
    """Health records tell those who were exposed, as out.csv does later, but for the last day."""
    entered = read_curves.series(look(directory), "INF.newE")
    for path in directory.iterdir():
        if path.name not in {"LOG", "health_records.txt"}:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    run = look(directory)
    assert read_curves.variables(run) == ["INF exposures"]
    series = read_curves.series(run, "INF exposures")
    assert (series.x, series.values) == (entered.x[:-1], entered.values[:-1])


def test_nothing_yet() -> None:
    """A run that has written nothing, or no curve, has none; that is no error."""
    for files in ({}, {"LOG": b""}, {"LOG": b"FRED started\n"}, {"health_records.txt": b""}):
        run = FakeRunFiles(files)
        assert not read_curves.variables(run)
        assert not read_curves.several(run, ["INF.I"])
        assert read_curves.parameters(run) is None
        with pytest.raises(ArtifactNotFoundError, match=r"INF\.I"):
            read_curves.series(run, "INF.I")


@pytest.mark.parametrize("path", ["out.csv", "DAILY/INF.I.txt"])
def test_a_line_that_is_written(path: str) -> None:
    """It is no point before its end is there, nor is its number half of one."""
    rows = "0 5\n1 7\n2 1" if path != "out.csv" else "0,x,y,9,5\n1,x,y,9,7\n2,x,y,9,1"
    header = "Day,Date,EpiWeek,Popsize,INF.I\n" if path == "out.csv" else ""
    for text, values in ((rows, [5, 7]), (rows + "2", [5, 7]), (rows + "2\n", [5, 7, 12])):
        run = FakeRunFiles({path: (header + text).encode()})
        assert list(read_curves.series(run, "INF.I").values) == values


def test_order() -> None:
    """However the states are called: what spreads first, what only grows or falls last."""
    names = (
        "Date EpiWeek Popsize S E I R newI newE newR totI FLU.I FLU.newI FLU.totI FLU.S FLU.H FLU.R"
        " FLU.E FLU.RR FLU.Import FLU.newH"
    )
    files = {
        f"DAILY/{name}.txt": b"0 1\n" for name in names.split() if "." in name or name[0] in "DEP"
    }
    found = read_curves.variables(FakeRunFiles(files))
    assert [*found] == [
        "FLU.I", "FLU.newI", "FLU.E", "FLU.H", "FLU.newH", "FLU.RR", "FLU.R", "FLU.S", "FLU.Import",
        "FLU.totI", "E", "Popsize",
    ]  # fmt: skip


def test_no_terminal_is_steered() -> None:
    """A file with such a name is no variable."""
    run = FakeRunFiles({"DAILY/\x1b[2J.txt": b"0 1\n", "DAILY/INF.I.txt": b"0 1\n"})
    assert list(read_curves.variables(run)) == ["INF.I"]


def test_parameters(sample: Path) -> None:
    """LOG repeats them; the seed is that of the run, later lines count, and places are all of them."""
    found = read_curves.parameters(look(sample.with_name("RUN2")))
    assert found is not None
    assert (found["seed"], found["start_date"]) == ("12345601", "2020-Jan-01")
    assert found["enable_health_records"] == "1"
    assert found["include_place"].split()[:2] == ["Household", "Neighborhood"]
    newer = FakeRunFiles({"parameters.txt": b"seed = 7\nINF.R0 = 1.5 \n", "DAILY/INF.I.txt": b""})
    assert read_curves.parameters(newer) == {"seed": "7", "INF.R0": "1.5"}


def test_only_fred() -> None:
    """What another simulator calls LOG or out.csv is not FRED's."""
    for files in ({"LOG": b"started\n"}, {"out.csv": b"t,x\n0,1\n"}):
        assert not Fred().knows(FakeRunFiles(files))
