"""Curves that a run kind names."""

import pytest

from core.curves.read_curves import ReadCurves
from core.curves.readers import READERS
from core.curves.recall_curves import RecallCurves
from core.kinds.built_in_kinds import LAMMPS
from core.kinds.run_kind import Curve
from core.ports.run_files import RunFiles
from tests.acceptance.sim_replay import Recording
from tests.fakes.clock import FixedClock
from tests.fakes.curves_cache import FakeCurvesCache
from tests.fakes.run_files import FakeRunFiles

OUT = b"who,time,S,I,R\na,0,99,1,0\nb,0.5,90,8,2\nc,1,70,25,5\n"
CURVE = Curve("out.csv", "time", ("I", "R"))


def reading(*curves: Curve) -> ReadCurves:
    return ReadCurves(READERS, lambda place: curves)


def drawn(run: RunFiles, name: str, curve: Curve = CURVE) -> tuple[str, list[float], list[float]]:
    series = reading(curve).series(run, name)
    return series.x_name, list(series.x), list(series.values)


def test_named_ones_come_first() -> None:
    """Over the column that is named, by their own names; all else that is known of the run follows."""
    run = FakeRunFiles({"out.csv": OUT, "ave.dat": b"a b\n1 5\n2 3\n3 4\n"})
    assert list(reading(CURVE).variables(run)) == [
        "I", "R", "ave.dat:b", "out.csv:time", "out.csv:S",
    ]  # fmt: skip
    assert drawn(run, "I") == ("time", [0, 0.5, 1], [1, 8, 25])
    assert drawn(run, "out.csv:S")[2] == [99, 90, 70]
    assert {*reading(CURVE).several(run, ["I", "R", "out.csv:S", "nothing"])} == {
        "I", "R", "out.csv:S",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        b"time,I,R\n0,1,0\n1,8,2\n",
        b"\xef\xbb\xbftime;I;R\r\n0;1;0\r\n1;8;2\r\n",
        b"# of fix ave/time\n# time I R\n0 1 0\n1 8 2\n",
        b"#time\tI\tR\n0\t1\t0\n1\t8\t2\n",
        b'"R","time","I"\n0,0,1\n2,1,8\n',
        b"starting at time 0\n   time      I      R\n   0  1  0\n   1  8  2\nended in 1 s\n",
        b"time I R\n0 1 0\n1 x\n1 8 2\n2 9",
        b"time I\n0 1\n\ntime I R\n1 8 2\nOf three words\n",
        b"time,I\n0,1\n1,4\n1,8\n",
    ],
)
def test_tables(text: bytes) -> None:
    """Parted by anything, with comments, within a log; what was written again counts as it is."""
    assert drawn(FakeRunFiles({"out.csv": text}), "I") == ("time", [0, 1], [1, 8])


def test_gone_on_with() -> None:
    """A run that was gone on with from its last checkpoint writes some steps again."""
    run = FakeRunFiles({"out.csv": b"time,I\n0,1\n1,2\n2,3\ntime,I\n1,5\n2,6\n3,7\n"})
    assert drawn(run, "I") == ("time", [0, 1, 2, 3], [1, 5, 6, 7])


def test_dates() -> None:
    """What is no number cannot be counted on: the rows are."""
    run = FakeRunFiles({"out.csv": b"time,I\n2020-03-01,4\n2020-03-02,7\n"})
    assert drawn(run, "I") == ("row", [1, 2], [4, 7])


def test_a_pattern_for_the_file() -> None:
    """Of several files each column is of the first that has it."""
    curve = Curve("**/*_{log,out}.csv", "time", ("I", "R"))
    run = FakeRunFiles(
        {
            "a/2_out.csv": b"time,R\n0,3\n1,4\n",
            "a/10_out.csv": b"time,I,R\n0,1,8\n1,2,9\n",
            "b_out.txt": b"time,I,R\n0,0,0\n1,0,0\n",
            "c_out.csv": b"",
        }
    )
    assert list(reading(curve).variables(run))[:2] == ["I", "R"]
    assert [drawn(run, name, curve)[2] for name in "IR"] == [[1, 2], [3, 4]]


@pytest.mark.parametrize("text", [b"", b"a,b\n1,2\n2,1\n", b"time,b\n1,2\n2,1\n", b"time,I", b"\0"])
def test_not_there(text: bytes) -> None:
    """Then the run is read as any other is."""
    run = FakeRunFiles({"out.csv": text})
    assert list(reading(CURVE).variables(run)) == list(reading().variables(run))


def test_stored_runs_may_be_of_any_kind() -> None:
    """The first table that is there counts."""
    run = FakeRunFiles({"out.csv": OUT})
    other = Curve("ave.dat", "step", ("temp",))
    assert next(iter(reading(other, CURVE).variables(run))) == "I"


def test_lammps() -> None:
    """Its log has a table of each of its runs."""
    assert LAMMPS.curve
    run = FakeRunFiles({**Recording.read("lammps").contents})
    variables = list(reading(LAMMPS.curve).variables(run))
    assert variables[:5] == ["Temp", "Press", "E_pair", "E_mol", "TotEng"]
    assert "ave.dat:c_thermo_temp" in variables
    x_name, x, values = drawn(run, "Temp", LAMMPS.curve)
    assert (x_name, x[0], x[-1], values[0]) == ("Step", 0, 35000, 1.44)
    assert len(x) == len(set(x)) > 100


def test_only_the_beginning_is_looked_at() -> None:
    """Of a long log that has no such table."""
    run = FakeRunFiles({"log": b"step 1\n" * 100_000})
    assert not reading(Curve("log", "time", ("I",))).variables(run)
    assert run.contents["log"].taken < 300_000


def test_other_settings_are_another_reading() -> None:
    """What is remembered of a run is forgotten when its kind names another table."""
    cache, run = FakeCurvesCache(), FakeRunFiles({"out.csv": OUT})

    def recall(*curves: Curve) -> RecallCurves:
        return RecallCurves(reading(*curves), cache, FixedClock())

    assert recall()(run).variables[0] == "out.csv:time"
    assert recall(CURVE)(run).variables[0] == "I"
    assert recall(Curve("out.csv", "time", ("S",)))(run).variables[0] == "S"
