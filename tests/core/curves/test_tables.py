"""Curves of simulators that nobody here knows."""

import pytest

from core.curves.read_curves import ReadCurves
from core.curves.readers import READERS
from tests.fakes.run_files import FakeRunFiles

read_curves = ReadCurves(READERS)
OUT = "step,weeks,flat,going,temp\n" + "".join(
    f"{n},{n // 7},5,{n * 2},{(n * 7) % 5}\n" for n in range(1, 20)
)


def test_worth_showing_first() -> None:
    """What rises and falls comes before what only rises, and what never changes is the last."""
    run = FakeRunFiles({"out.csv": OUT.encode(), "z/other.tsv": b"a\tb\n1\t5\n2\t3\n3\t4\n"})
    assert list(read_curves.variables(run)) == [
        "out.csv:temp", "out.csv:weeks", "out.csv:going", "out.csv:flat", "z/other.tsv:b",
    ]  # fmt: skip
    series = read_curves.series(run, "out.csv:temp")
    assert (series.x_name, series.x[0], series.values[0], len(series.x)) == ("step", 1, 2, 19)
    assert run.contents["z/other.tsv"].begun == 1  # to tell its variables


def test_comments_before_names() -> None:
    """As LAMMPS writes: the last of the comments has the names."""
    rows = "# Time-averaged data for fix temp\n# TimeStep c_temp\n500 0.75\n1000 0.7\n1500 0.72\n"
    run = FakeRunFiles({"ave.dat": rows.encode()})
    assert list(read_curves.variables(run)) == ["ave.dat:c_temp"]
    series = read_curves.series(run, "ave.dat:c_temp")
    assert (list(series.x), series.peak()) == ([500, 1000, 1500], (500, 0.75))


def test_a_row_that_is_written() -> None:
    """It is no point yet."""
    run = FakeRunFiles({"out.csv": b"day,x\n1,5\n2,3\n3,1"})
    assert list(read_curves.series(run, "out.csv:x").values) == [5, 3]


def test_nothing_to_draw() -> None:
    """Words, pictures and empty files have no curve."""
    run = FakeRunFiles(
        {"a.csv": b"name,place\nx,y\n", "b.csv": b"", "c.dat": bytes(range(256)) * 9}
    )
    assert not read_curves.variables(run)
    assert not read_curves.variables(FakeRunFiles({"log.txt": b"1 2\n2 3\n"}))


def test_too_large() -> None:
    """Only the beginning is read, and the series says so."""
    rows = b"".join(b"%d,%d,%s\n" % (n, n % 97, b"w" * 100_000) for n in range(700))
    run = FakeRunFiles({"out.csv": b"day,x,words\n" + rows})
    series = read_curves.series(run, "out.csv:x")
    assert run.contents["out.csv"].taken < run.contents["out.csv"].size
    assert (len(series.x), series.complete) == (671, False)


def test_configuration() -> None:
    """A JSON file that is called one tells the parameters, those within others too."""
    config = b'{"model": {"beta": 0.3, "names": ["a", "b"]}, "days": 180, "title": "x\\u001b"}'
    run = FakeRunFiles({"out.csv": OUT.encode(), "run_config.json": config, "other.json": b"{}"})
    assert read_curves.parameters(run) == {
        "model.beta": "0.3", "model.names": '["a", "b"]', "days": "180", "title": "x\\x1b",
    }  # fmt: skip


@pytest.mark.parametrize("data", [b"[1]", b"{", b"7", b"[" * 100_000, b"\xff\xfe"])
def test_no_configuration(data: bytes) -> None:
    """What is no JSON object tells none."""
    run = FakeRunFiles({"out.csv": OUT.encode(), "config.json": data})
    assert read_curves.parameters(run) is None
