"""A researcher compares runs: by hand, and all of a job at once."""

import csv
import io
import shutil
from pathlib import Path

import pytest

from tests.acceptance.conftest import Command
from tests.servers.fault_server import FaultServer
from tests.servers.moto_server import MotoServer
from tui.composition.options import Pauses

RESULTS = r"run_\d+_results\.zip"


def column(run: Path, name: str) -> list[float]:
    """Out of `out.csv`, as Python's own reader has it."""
    with (run / "out.csv").open() as file:
        return [float(row[name]) for row in csv.DictReader(file)]


def test_side_by_side(runferry: Command, fred_out: Path, store: list[str]) -> None:
    """
    Given a run in its directory, and another one that is stored
    When they are compared
    Then sizes, days, peaks, last values and the seed are told of each, and which files differ.
    """
    runferry("upload", fred_out / "RUN2", *store)

    answer = runferry("compare", fred_out / "RUN1", "1:2", *store)

    assert answer.code == 0
    lines = {line[:24].strip(): line[24:].split("  ") for line in answer.out.splitlines()}
    values = [column(fred_out / run, "INF.Is") for run in ("RUN1", "RUN2")]
    heads, peaks, seeds = (
        [c.strip() for c in lines[name] if c] for name in ("", "INF.Is: peak", "seed")
    )
    assert heads == ["RUN1", "1:2@v1"]
    tops = [f"{int(max(v)):,}".replace(",", " ") + f", day {v.index(max(v))}" for v in values]
    assert peaks == tops
    assert seeds == ["123456", "12345601"]
    assert "only in RUN1: health_records.txt" in answer.out

    records = runferry("compare", fred_out / "RUN1", "1:2@v1", "--json", *store).records
    runs = [record for record in records if record["kind"] == "run"]
    assert [(r["run"], r["days"], r["peak"]) for r in runs] == [
        ("RUN1", 60, max(values[0])),
        ("1:2@v1", 60, max(values[1])),
    ]
    assert [r["bytes"] for r in runs] == [
        sum(p.stat().st_size for p in (fred_out / run).rglob("*") if p.is_file())
        for run in ("RUN1", "RUN2")
    ]
    (seed,) = (record for record in records if record["kind"] == "parameter")
    assert (seed["name"], seed["values"]) == ("seed", ["123456", "12345601"])
    (files,) = (record for record in records if record["kind"] == "files")
    assert files["only_first"] == ["health_records.txt"]
    assert "out.csv" in files["differing"]


def test_first_difference(runferry: Command, fred_out: Path) -> None:
    """
    Given two versions of a run, of which a line of a file differs
    When that file is asked for
    Then the number of the line is told, and what stands in each.
    """
    runferry("upload", fred_out / "RUN1")
    text = (fred_out / "RUN1/INF.csv").read_text().splitlines(keepends=True)
    text[40] = "something else\n"
    (fred_out / "RUN1/INF.csv").write_text("".join(text))
    runferry("upload", fred_out / "RUN1")

    answer = runferry("compare", "1:1@v1", "1:1", "--file", "INF.csv")

    assert (answer.code, answer.out.splitlines()[0]) == (0, "INF.csv differs first in line 41:")
    assert "1:1@v2: something else" in answer.out
    (record,) = runferry("compare", "1:1@v1", "1:1", "--file", "INF.csv", "--json").records
    assert (record["line"], record["lines"][1]) == (41, "something else")
    same = runferry("compare", "1:1@v1", "1:1@v2", "--file", "LOG").out
    assert same == "LOG has the same lines in 1:1@v1 and 1:1@v2.\n"


def test_ensemble(runferry: Command, fred_out: Path, store: list[str]) -> None:
    """
    Given a job with two stored runs, of which one is gone from the disk, and one that is only here
    When the job is compared as CSV
    Then each day has its median and its bands over all three, each counted once.
    """
    runferry("upload", fred_out / "RUN1", *store)
    runferry("upload", fred_out / "RUN2", *store)
    values = [column(fred_out / f"RUN{n}", "INF.newE") for n in (1, 2, 3)]
    shutil.rmtree(fred_out / "RUN2")

    answer = runferry("compare", "--job-id", "1", "--variable", "INF.newE", "--csv", *store)

    assert answer.code == 0
    rows = [*csv.DictReader(io.StringIO(answer.out))]
    assert [*rows[0]] == ["day", "runs", "low90", "low50", "median", "high50", "high90"]
    assert [float(row["day"]) for row in rows] == [*range(60)]
    assert {row["runs"] for row in rows} == {"3"}
    assert [float(row["median"]) for row in rows] == [
        sorted(day)[1] for day in zip(*values, strict=True)
    ]
    table = runferry("compare", "--job-id", "1", *store).out.splitlines()
    assert [line.split("  ")[-1] for line in table[:3]] == [
        "stored v1, local",
        "stored v1",
        "local",
    ]
    assert table[3] == "INF.Is: 3 of 3 runs"
    records = runferry("compare", "--job-id", "1", "--json", *store).records
    assert [r["run"] for r in records if r["kind"] == "run"] == ["RUN1", "RUN2", "RUN3"]
    assert len([r for r in records if r["kind"] == "day"]) == 60


def test_outlier(runferry: Command, fred_out: Path) -> None:
    """
    Given a job of five runs, of which one died out early
    When the job is compared
    Then that run is named, with the day.
    """
    for number in (4, 5):
        shutil.copytree(fred_out / "RUN1", fred_out / f"RUN{number}")
    odd = fred_out / "RUN5/out.csv"
    header, *rows = odd.read_text().splitlines()
    at = header.split(",").index("INF.Is")
    cells = [row.split(",") for row in rows]
    for row in cells[12:]:
        row[at] = "0"
    odd.write_text("\n".join([header, *map(",".join, cells), ""]))
    runferry("upload", fred_out)

    answer = runferry("compare", "--job-id", "1")

    assert "outliers: RUN5 (died out on day 12)" in answer.out
    kinds = [
        r for r in runferry("compare", "--job-id", "1", "--json").records if r["kind"] == "outlier"
    ]
    assert kinds == [
        {"kind": "outlier", "run": "RUN5", "oddity": "died out", "value": 0, "day": 12}
    ]


def test_offline(
    runferry: Command,
    fred_out: Path,
    s3_bucket: str,
    moto_server: MotoServer,
    monkeypatch: pytest.MonkeyPatch,
    no_pauses: Pauses,
) -> None:
    """
    Given stored runs that were compared before
    When they are compared once more, and then without a store
    Then no byte of them is fetched again, and they are compared offline all the same.
    """
    store = ["--bucket", f"s3://{s3_bucket}"]
    ways = (["--job-id", "1"], ["1:1", "1:2"])
    with FaultServer(moto_server.url) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", server.url)
        runferry("upload", fred_out, *store)
        shutil.rmtree(fred_out)
        server.seen.clear()
        before = [runferry("compare", *way, *store).out for way in ways]
        assert server.count("GET", RESULTS) <= 3 * 3  # directory, curves and parameters of each
        server.seen.clear()
        assert [runferry("compare", *way, *store).out for way in ways] == before
        assert server.count("GET", RESULTS) == 0
    assert "3 of 3 runs" in before[0]

    offline = [runferry("compare", *way, *store) for way in ways]

    assert [(answer.code, answer.out) for answer in offline] == [(0, text) for text in before]
    assert all("This is what was stored on" in answer.err for answer in offline)


def test_what_cannot_be_compared(runferry: Command, fred_out: Path, tmp_path: Path) -> None:
    """
    Given one stored run
    When something else is asked for than two to four runs, or one job
    Then the message says what is wrong, and nothing is printed.
    """
    runferry("upload", fred_out / "RUN1")
    run = fred_out / "RUN1"
    for arguments, code, words in (
        ([], 2, "two to four runs, or a job"),
        ([run], 2, "these are 1 run"),
        ([fred_out, fred_out], 2, "these are 6 runs"),
        ([run, "1:1", "--job-id", "1"], 2, "two to four runs, or a job"),
        ([run, "1:1", "--csv"], 2, "--csv is for the days of a job"),
        (["--job-id", "1", "--csv", "--json"], 2, "Either --csv or --json"),
        (["--job-id", "1", "--file", "LOG"], 2, "--file is for runs"),
        ([run, "1:0"], 2, "run id '0' is not valid"),
        ([run, "1:2"], 1, "Nothing is stored of run 2 of job 1"),
        ([run, "1:1@v7"], 1, "in version 7"),
        ([run, tmp_path / "nowhere"], 2, "cannot be read"),
        ([run, "1:1", "--variable", "INF.no"], 1, "a variable INF.no"),
        ([run, "1:1", "--file", "nothing.txt"], 1, "nothing.txt"),
        (["--job-id", "9"], 1, "Job 9 does not exist"),
    ):
        answer = runferry("compare", *arguments)
        assert (answer.code, answer.out, words in answer.err) == (code, "", True), answer


def test_nothing_known(runferry: Command, fred_out: Path) -> None:
    """
    Given runs of which no file tells parameters or curves
    When they are compared
    Then their sizes are, and the rest is said to be unknown.
    """
    for number in (7, 8):
        (fred_out / f"RUN{number}").mkdir()
        (fred_out / f"RUN{number}/notes.md").write_text("words\n" * number)
    answer = runferry("compare", fred_out / "RUN7", fred_out / "RUN8")
    assert answer.code == 0
    assert "No parameters are known of RUN7, RUN8." in answer.err
    assert "No curve of any of them is known." in answer.err
    assert "1 differ: notes.md" in answer.out
