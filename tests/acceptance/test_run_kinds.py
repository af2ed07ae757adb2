"""A researcher whose simulator is not FRED says in one table what its runs are."""

import json
import os
import shutil
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.acceptance.conftest import Command
from tests.tui.builders import HeardApp, until
from tests.tui.screen_text import table_of, text_of
from tui.composition.options import Options
from tui.composition.session import Session

SETTINGS = """\
[kinds.md]
pattern = "RUN(\\\\d+)"
rule = "sentinel"
exclude = ["restart.*", "processor*/"]
progress = { file = "log", pattern = "^ *(\\\\d+) ", of = 500 }
curve = { file = "*.tab", x = "t", y = ["heat", "cold"] }
"""
TABLE = "# of a simulator\n# t cold heat step\n"


@pytest.fixture
def run(home: Path, tmp_path: Path) -> Path:
    """A finished one, with what nobody wants to keep."""
    home.mkdir(exist_ok=True)
    (home / "settings.toml").write_text(SETTINGS)
    run = tmp_path / "md/RUN7"
    (run / "processor0").mkdir(parents=True)
    for name in ("restart.a", "processor0/U"):
        (run / name).write_bytes(b"x" * 4096)
    (run / "log").write_text("  100 x\n  500 x\n")
    (run / "DONE").touch()
    return run


def test_what_is_excluded_stays_on_the_disk(runferry: Command, run: Path, tmp_path: Path) -> None:
    """
    Given a kind of runs that excludes restart files
    When a run of it is scanned, stored, and its restart file changes
    Then the scan says how much is left out, the archive has the rest, and nothing is to be stored again.
    """
    scan = runferry("scan", run.parent, "--kind", "md", "--json").records[0]
    assert (scan["state"], scan["files"], scan["bytes_left_out"]) == ("done", 4, 8192)
    assert scan["progress"] == {"done": 500, "planned": 500, "unit": "step"}
    assert "left out: 8.0 KiB" in runferry("scan", run.parent, "--kind", "md").out

    stored = runferry("upload", run, "--kind", "md", "--json").records[0]
    assert (stored["outcome"], stored["files"]) == ("uploaded", 2)
    members = runferry("members", "--job-id", "1", "--run-id", "7", "--json").records
    assert {str(m["name"]).rstrip("/") for m in members} - {"RUN7"} == {"RUN7/DONE", "RUN7/log"}

    (run / "restart.b").write_bytes(b"one more")
    os.utime(run / "restart.b", (1e9, 1e9))
    options = ("--kind", "md", "--quiet", "0", "--until-idle", "--json")
    (seen,) = [
        e for e in runferry("watch", run.parent, *options).records if e.get("state") == "done"
    ]
    assert seen["stored"] is True
    assert runferry("upload", run, "--kind", "md", "--json").records[0]["outcome"] == "unchanged"


def heating(run: Path, *heat: float) -> None:
    """Writes the table of a run."""
    rows = (f"{n / 2} {-n} {value} {n}\n" for n, value in enumerate(heat))
    (run / "all.tab").write_text("".join([TABLE, *rows]))


def test_the_curve_that_is_named(runferry: Command, run: Path, home: Path) -> None:
    """
    Given a kind of runs that names a table, which has a name that tells nothing
    When a run here, and one that is stored, are compared, and then all of their job
    Then it is by the first column that is named, over that one that it is named over.
    """
    (home / "settings.toml").write_text(f'[watch]\nkind = "md"\n{SETTINGS}')
    other = run.parent / "RUN8"
    shutil.copytree(run, other)
    heating(run, 1, 5, 3)
    heating(other, 1, 2, 9)
    runferry("upload", other)

    first, second = (
        record
        for record in runferry("compare", run, "1:8", "--json").records
        if record["kind"] == "run"
    )
    assert (first["variable"], first["peak"], first["peak_day"]) == ("heat", 5, 0.5)
    assert (second["variable"], second["peak"], second["peak_day"]) == ("heat", 9, 1)
    rows = runferry("compare", "--job-id", "1", "--variable", "cold", "--csv").out.splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["0", "0.5", "1"]


async def test_the_curve_that_is_named_in_the_app(run: Path, home: Path) -> None:
    """
    Given a kind for one tree that names a table
    When the cursor rests on a run there, and the next curve is asked for
    Then the pane has the first column that is named, and then the second.
    """
    (home / "settings.toml").write_text(f'{SETTINGS}[roots."{run.parent}"]\nkind = "md"\n')
    heating(run, 1, 5, 3)
    with Session(Options()) as session:
        app = HeardApp(session.app_services([str(run.parent)]))
        async with app.run_test(size=(120, 36)) as pilot:
            await until(pilot, lambda: table_of(pilot).cursor_key == str(run))
            await until(pilot, lambda: "heat  peak 5, t 0.5" in text_of(pilot, "#detail"))
            await pilot.press("full_stop")
            await until(pilot, lambda: "cold  peak 0, t 0" in text_of(pilot, "#detail"))


def test_what_was_excluded_is_known(runferry: Command, run: Path, home: Path) -> None:
    """
    Given a stored run of which restart files were excluded
    When its manifest is read, it is lost and adopted again, and the store is checked
    Then the manifest names the patterns, the run is stored as it is, and compared it lacks those files.
    """
    store = ("--kind", "md")
    runferry("upload", run, *store)
    (manifest,) = (home / "store").rglob("run_7_results.v0001.json")
    left_out = json.loads(manifest.read_text())["left_out"]
    assert {line.rpartition(": excluded by ")[2] for line in left_out} == {
        "restart.*",
        "processor*/",
    }
    answer = runferry("compare", run, "1:7", "--json").records
    (files,) = (record for record in answer if record["kind"] == "files")
    assert files["only_first"] == ["processor0/U", "restart.a"]
    assert files["differing"] == []

    manifest.unlink()
    runferry("store", "sync")
    assert runferry("store", "orphans", "adopt").code == 0
    assert runferry("upload", run, *store, "--json").records[0]["outcome"] == "unchanged"
    assert runferry("store", "check", "--read-data", "100%").code == 0


async def test_what_is_excluded_is_shown(run: Path, home: Path) -> None:
    """
    Given a kind that excludes restart files
    When the cursor rests on a run of it
    Then beside its size the pane says how much of it is left out, and warns of nothing.
    """
    (home / "settings.toml").write_text(f'[watch]\nkind = "md"\n{SETTINGS}')
    with Session(Options()) as session:
        app = HeardApp(session.app_services([str(run.parent)]))
        async with app.run_test(size=(120, 36)) as pilot:
            await until(pilot, lambda: "4 files  8.0 KiB  left out: 8.0 KiB" in shown(pilot))
            assert "excluded by" not in shown(pilot)


def shown(pilot: Pilot[int]) -> str:
    """The pane."""
    return text_of(pilot, "#detail")


def test_nothing_is_left(runferry: Command, run: Path) -> None:
    """
    Given a run of which the kind excludes everything
    When it is uploaded
    Then RunFerry says so, and stores nothing.
    """
    for name in ("log", "DONE"):
        (run / name).unlink()
    answer = runferry("upload", run, "--kind", "md")
    assert answer.code != 0
    assert "nothing would be stored: the run kind md excludes restart.*, processor*/" in answer.err
    assert not runferry("jobs", "list", "--json").records


def test_names_of_a_kind_of_runs(runferry: Command, run: Path, home: Path) -> None:
    """
    Given a kind of runs that are called seed_7
    When one is uploaded without saying which run it is
    Then it is run 7.
    """
    (home / "settings.toml").write_text(SETTINGS.replace("RUN(", "seed_("))
    seed = run.rename(run.parent / "seed_7")
    stored = runferry("upload", seed, "--kind", "md")
    assert (stored.code, stored.out[:15]) == (0, "seed_7 is run 7"), stored
