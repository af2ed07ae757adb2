import os
import re
from collections import Counter
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from tui.demo.fred_writer import write_results_root, write_run
from tui.demo.plan import DemoPlan

PLAN = DemoPlan(days=12, population=900)

# As FRED PUB.5 writes it for its Influenza library.
HEADER = (
    "Day,Date,EpiWeek,Popsize,INF.newS,INF.S,INF.totS,INF.newE,INF.E,INF.totE,INF.newIs,INF.Is,"
    "INF.totIs,INF.newIa,INF.Ia,INF.totIa,INF.newR,INF.R,INF.totR,INF.newImport,INF.Import,"
    "INF.totImport,INF.RR,StayHome.newStart,StayHome.Start,StayHome.totStart,StayHome.newSymptoms,"
    "StayHome.Symptoms,StayHome.totSymptoms,StayHome.newYes,StayHome.Yes,StayHome.totYes,"
    "StayHome.newNo,StayHome.No,StayHome.totNo,StayHome.RR"
)


def never_stop(_seconds: float) -> bool:
    return False


def complete(run_dir: Path) -> bool:
    """The rule for a finished FRED run, in its own words here."""
    names = os.listdir(run_dir)
    if "out.csv" not in names or any(name.endswith((".csv.tmp", ".header")) for name in names):
        return False
    table = (run_dir / "out.csv").read_text()
    log = (run_dir / "LOG").read_text()
    days = re.search(r"Excluding initialization, (\d+) days took", log)
    return (
        table.startswith("Day,Date,EpiWeek,Popsize")
        and table.endswith("\n")
        and days is not None
        and table.count("\n") - 1 == int(days[1])
        and log.splitlines()[-1].startswith("FRED took ")
        and newest(run_dir) <= (run_dir / "out.csv").stat().st_mtime_ns
    )


def newest(run_dir: Path) -> int:
    return max(path.stat().st_mtime_ns for path in run_dir.rglob("*") if path.is_file())


def tree(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def columns(table: Path) -> dict[str, list[str]]:
    rows = [line.split(",") for line in table.read_text().splitlines()]
    return {name: [row[i] for row in rows[1:]] for i, name in enumerate(rows[0])}


def health_records(run_dir: Path) -> list[str]:
    return (run_dir / "health_records.txt").read_text().splitlines()


class Observer:
    """A pause that looks at the run instead of waiting, and never stops it."""

    def __init__(self, run_dir: Path) -> None:
        self._run_dir = run_dir
        self.seconds: list[float] = []
        self.complete: list[bool] = []
        self.listings: list[set[str]] = []
        self.log_sizes: list[int] = []
        self.record_sizes: list[int] = []
        self.log_ends: list[bool] = []
        self.out_headers: list[str] = []

    def __call__(self, seconds: float) -> bool:
        run_dir = self._run_dir
        log = (run_dir / "LOG").read_text()
        self.seconds.append(seconds)
        self.complete.append(complete(run_dir))
        self.listings.append({str(p.relative_to(run_dir)) for p in run_dir.rglob("*")})
        self.log_sizes.append(len(log))
        self.record_sizes.append((run_dir / "health_records.txt").stat().st_size)
        self.log_ends.append("\nFRED took " in log)
        if (run_dir / "out.csv").exists():
            self.out_headers.append((run_dir / "out.csv").read_text().split("\n", 1)[0])
        return False

    def first(self, name: str) -> int:
        return next(i for i, names in enumerate(self.listings) if name in names)


@pytest.fixture
def observed(tmp_path: Path) -> Observer:
    observer = Observer(tmp_path / "RUN1")
    write_run(tmp_path, 1, PLAN, observer)
    return observer


def test_finished_only_with_the_last_write(tmp_path: Path, observed: Observer):
    """The finish rule holds after the very last change and at no moment before."""
    assert complete(tmp_path / "RUN1")
    assert observed.complete[-1]
    assert not any(observed.complete[:-1])


def test_log_and_records_grow(observed: Observer):
    """Both files grow while the days are simulated, and then stay as they are."""
    simulated = observed.log_ends.index(True)
    assert simulated == PLAN.days + 1
    sizes = observed.log_sizes[: simulated + 1]
    assert sizes == sorted(set(sizes))
    assert len(set(observed.record_sizes[1:simulated])) > PLAN.days / 2
    assert len(set(observed.log_sizes[simulated:])) == 1
    assert len(set(observed.record_sizes[simulated:])) == 1


def test_order_of_results(observed: Observer):
    """LOG ends first; then the tables of the conditions, the calendar, out.csv."""
    moments = [
        observed.log_ends.index(True),
        observed.first("DAILY/INF.newS.txt"),
        observed.first("INF.csv"),
        observed.first("DAILY/StayHome.RR.txt"),
        observed.first("StayHome.csv"),
        observed.first("DAILY/Date.txt"),
        observed.first("out.csv.tmp"),
    ]
    assert moments == sorted(set(moments))


def test_tables_are_made_in_many_passes(observed: Observer):
    """FRED renames a temporary file for every column: 20, 14 and 6 times here."""
    passes: Counter[str] = Counter()
    for before, after in zip(observed.listings, observed.listings[1:], strict=False):
        passes.update(name for name in after - before if name.endswith(".csv.tmp"))
    assert passes == {"INF.csv.tmp": 20, "StayHome.csv.tmp": 14, "out.csv.tmp": 6}


def test_headers_are_short_lived(observed: Observer):
    """X.header exists for a while and is gone in the end."""
    seen = set[str]().union(*observed.listings)
    headers = {"INF.header", "StayHome.header", "out.header"}
    assert {name for name in seen if name.endswith(".header")} == headers
    assert not headers & observed.listings[-1]


def test_out_csv_has_spaces_first(observed: Observer):
    """out.csv is there early without a header, then with spaces; only the last one has commas."""
    assert observed.out_headers[0] == "0 2020-01-01"
    assert [header for header in observed.out_headers if header.startswith("Day Date EpiWeek ")]
    assert observed.out_headers.index(HEADER) == len(observed.out_headers) - 1


def test_pace(observed: Observer):
    """The pauses add up to the planned seconds, with at least ten changes a second."""
    assert abs(sum(observed.seconds) / PLAN.seconds_per_run - 1) < 0.05
    assert max(observed.seconds) < PLAN.seconds_per_run / 10


def test_files_are_freds(tmp_path: Path):
    """The names are those of a real run with LOG and health records."""
    write_run(tmp_path, 1, PLAN, never_stop)
    states = {"INF": "S E Is Ia R Import", "StayHome": "Start Symptoms Yes No"}
    daily = {
        f"DAILY/{condition}.{kind}{state}.txt"
        for condition, names in states.items()
        for state in names.split()
        for kind in ("", "new", "tot")
    }
    daily |= {f"DAILY/{name}.txt" for name in ("INF.RR", "StayHome.RR")}
    daily |= {f"DAILY/{name}.txt" for name in ("Date", "EpiWeek", "Popsize")}
    tables = {"INF.csv", "StayHome.csv", "out.csv"}
    assert set(tree(tmp_path / "RUN1")) == daily | tables | {"LOG", "health_records.txt"}


def test_tables_agree(tmp_path: Path):
    """Each column of out.csv is its DAILY file; INF.csv has `Day` and a space before the commas."""
    write_run(tmp_path, 1, PLAN, never_stop)
    run_dir = tmp_path / "RUN1"
    for name, values in columns(run_dir / "out.csv").items():
        expected = [f"{day} {value}" for day, value in enumerate(values)]
        if name != "Day":
            assert (run_dir / "DAILY" / f"{name}.txt").read_text().splitlines() == expected
    influenza = (run_dir / "INF.csv").read_text().splitlines()
    assert influenza[0].startswith("Day INF.newS,INF.S,INF.totS,INF.newE,")
    assert influenza[1].startswith("0 900,890,900,10,10,10,0,")


def test_records_agree_with_counts(tmp_path: Path):
    """Health records tell of as many exposures, symptoms and returns as the tables count."""
    write_run(tmp_path, 1, PLAN, never_stop)
    table = columns(tmp_path / "RUN1" / "out.csv")
    records = (tmp_path / "RUN1" / "health_records.txt").read_text()
    assert records.count(" EXPOSED to INF at ") == sum(map(int, table["INF.newE"][1:]))
    assert records.count(" IMPORTED EXPOSURE to INF\n") == int(table["INF.newE"][0])
    assert records.count(" to StayHome.Symptoms\n") == int(table["INF.totIs"][-1])
    returned = int(table["StayHome.totYes"][-1]) - int(table["StayHome.Yes"][-1])
    assert records.count(" state StayHome.Yes to StayHome.No\n") == returned


def test_records_are_in_freds_words(tmp_path: Path):
    """Every line matches one of the four forms of FRED."""
    write_run(tmp_path, 1, PLAN, never_stop)
    when = r"HEALTH RECORD: 2020-01-\d\d (1[0-2]|[1-9])[ap]m day \d+ person \d+ "
    place = r"(H-\d+|[SW]-\d{9}|N-\d{4}-\d{4})"
    forms = [
        r"age \d+ is an IMPORTED EXPOSURE to INF",
        rf"age \d+ is EXPOSED to INF at {place} from person \d+ age \d+",
        r"ENTERING state INF\.Is MODIFIES state StayHome\.No to StayHome\.Symptoms",
        r"ENTERING state INF\.R MODIFIES state StayHome\.Yes to StayHome\.No",
    ]
    used: set[int] = set()
    for line in health_records(tmp_path / "RUN1"):
        matching = {i for i, form in enumerate(forms) if re.fullmatch(when + form, line)}
        assert matching, line
        used |= matching
    assert used == {0, 1, 2, 3}


def test_records_are_in_order(tmp_path: Path):
    """Lines follow the clock, which says 12am at midnight and 12pm at noon."""
    write_run(tmp_path, 1, PLAN, never_stop)
    stamps = [" ".join(line.split()[2:4]) for line in health_records(tmp_path / "RUN1")]
    times = [datetime.strptime(stamp, "%Y-%m-%d %I%p") for stamp in stamps]  # noqa: DTZ007 - order only
    assert times == sorted(times)
    assert len({time.hour for time in times}) == 24


def test_size_is_worth_a_progress_bar(tmp_path: Path):
    """A run of the default plan has between one and four megabytes."""
    write_run(tmp_path, 1, DemoPlan(), never_stop)
    assert 1_000_000 < sum(map(len, tree(tmp_path).values())) < 4_000_000


def test_same_plan_same_bytes(tmp_path: Path):
    """Where and how fast a run is written leaves no trace in it."""
    for name, pace in (("a", 3.0), ("b", 60.0)):
        plan = replace(PLAN, seconds_per_run=pace)
        write_results_root(tmp_path / name, plan)
        write_run(tmp_path / name, 2, plan, never_stop)
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


def test_runs_differ(tmp_path: Path):
    """Each has a seed of its own, and other results."""
    for run in (1, 2, 3):
        write_run(tmp_path, run, PLAN, never_stop)
    tables = {path.read_bytes() for path in tmp_path.rglob("out.csv")}
    assert len(tables) == 3


def test_stop(tmp_path: Path):
    """After the pause that says stop nothing is written, and the run is not finished."""
    before: dict[str, bytes] = {}

    def stop_on_fifth_day(_seconds: float) -> bool:
        if "\nday 4 finished" not in (tmp_path / "RUN1" / "LOG").read_text():
            return False
        before.update(tree(tmp_path))
        return True

    write_run(tmp_path, 1, PLAN, stop_on_fifth_day)
    assert tree(tmp_path) == before
    assert set(before) == {"RUN1/LOG", "RUN1/health_records.txt"}
    assert "\nday 5 " not in before["RUN1/LOG"].decode()


def test_second_run_in_the_same_place(tmp_path: Path):
    """Old results stay, LOG starts anew: unfinished until the last write again."""
    write_run(tmp_path, 1, PLAN, never_stop)
    (tmp_path / "errors.txt").write_text("of an earlier run\n")
    observer = Observer(tmp_path / "RUN1")
    write_run(tmp_path, 1, PLAN, observer)
    assert "out.csv" in observer.listings[0]
    assert not observer.log_ends[0]
    assert not any(observer.complete[:-1])
    assert observer.complete[-1]
    assert not (tmp_path / "errors.txt").exists()


def test_weeks_cross_the_year(tmp_path: Path):
    """Epidemiological weeks begin on Sunday; 2020 had 53 of them."""
    write_run(tmp_path, 1, DemoPlan(days=371, population=50), never_stop)
    weeks = columns(tmp_path / "RUN1" / "out.csv")["EpiWeek"]
    assert weeks[-12:] == ["2020.52"] * 2 + ["2020.53"] * 7 + ["2021.01"] * 3


def test_results_root(tmp_path: Path):
    """Beside the runs are the command line and a copy of the model, as `run_fred` leaves them."""
    write_results_root(tmp_path / "OUT", DemoPlan(runs=7, days=31))
    root = tmp_path / "OUT"
    assert (root / "COMMAND_LINE").read_text() == "run_fred -p demo.fred -d OUT -s 1 -n 7\n"
    model = (root / "demo.fred").read_text().splitlines()
    assert "start_date = 2020-Jan-01" in model
    assert "end_date = 2020-Jan-31" in model


@pytest.mark.parametrize("field", ["runs", "days", "concurrent", "population"])
def test_plans_without_content_are_refused(field: str):
    """A plan with nothing to do names the value that is wrong."""
    with pytest.raises(ValueError, match=f"DemoPlan.{field} must be at least 1"):
        replace(PLAN, **{field: 0})


def test_negative_pace_is_refused():
    """Time does not run backwards."""
    with pytest.raises(ValueError, match="seconds_per_run"):
        DemoPlan(seconds_per_run=-1.0)
