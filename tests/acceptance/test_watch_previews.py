"""A researcher looks at a simulation while it runs."""

import csv
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.acceptance.fred_replay import Replay, Steps
from tests.tui.builders import HeardApp, until
from tests.tui.screen_text import drawn_text_of, table_of, text_of
from tui.composition.options import Options
from tui.composition.session import Session
from tui.screens.run import RunScreen
from tui.wording.figures import figure


@pytest.fixture
def job(samples: Path, tmp_path: Path) -> Replay:
    """FRED at work on RUN1 of the sample job."""
    return Replay(samples / "fred-sample-job/RESULTS/JOB/1", tmp_path / "JOB/1")


def until_step(steps: Steps, wanted: str) -> None:
    """FRED writes on, up to there."""
    assert wanted in steps


def last_line(path: Path) -> str:
    """What it ends with, as it is shown."""
    return path.read_text().rstrip().splitlines()[-1].expandtabs().split("  ")[0].strip()


def peak(path: Path, variable: str) -> str:
    """As it is said of a column of out.csv."""
    with path.open(newline="") as lines:
        rows = [(float(row[variable]), int(row["Day"])) for row in csv.DictReader(lines)]
    top = max(value for value, _ in rows)
    return f"peak {figure(top)}, day {next(day for value, day in rows if value == top)}"


async def shown(pilot: Pilot[int], selector: str, text: str) -> None:
    await until(pilot, lambda: text in text_of(pilot, selector))


async def test_a_run_as_it_grows(job: Replay, home: Path) -> None:
    """
    Given FRED at work on a run, and the cursor on it
    When it writes its log, then its tables
    Then the pane follows without a key: the last line of the log, what is being written, the curve
        with its peak; and the opened run shows the same, down to its files.
    """
    run = job.job / "OUT/RUN1"
    steps = job.run("RUN1")
    until_step(steps, "append OUT/RUN1/LOG")
    with Session(Options()) as session:
        app = HeardApp(session.app_services([str(job.job)]))
        async with app.run_test(size=(120, 36)) as pilot:
            await until(pilot, lambda: table_of(pilot).cursor_key == str(run))
            await shown(pilot, "#detail", last_line(run / "LOG")[:40])
            until_step(steps, "append OUT/RUN1/LOG")
            await shown(pilot, "#detail", last_line(run / "LOG")[:40])
            await shown(pilot, "#detail", "LOG  being written")
            await until(pilot, lambda: "disk free" in text_of(pilot, "#crumbs"))
            for _ in steps:
                pass
            await shown(pilot, "#detail", peak(run / "out.csv", "INF.Is"))
            await shown(pilot, "#detail", "INF.Is  peak")
            await until(pilot, lambda: "⣀" in drawn_text_of(pilot))
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))
            await shown(pilot, "#whole-run", "DAILY/INF.Is.txt")
            await pilot.press("full_stop")
            await until(pilot, lambda: "INF.Is  peak" not in text_of(pilot, "#whole-run"))
