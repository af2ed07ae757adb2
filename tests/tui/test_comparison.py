"""Runs side by side: two to four curve over curve, all runs of a job as an ensemble."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from core.ports.run_files import RunFiles
from core.stored.job_s3_prefix import JobS3Prefix
from tests.builders import a_job
from tests.fakes.run_files import FakeRunFiles
from tests.tui.archives import put, zipped
from tests.tui.builders import FLU, Stage, until
from tests.tui.compared_runs import files_of, tell_curves
from tests.tui.screen_text import drawn_text_of, lines_of, said_by, table_of, text_of
from tui.screens.browse import BrowseScreen
from tui.screens.ensemble import EnsembleScreen
from tui.screens.overlay import OverlayScreen
from tui.screens.run_files import RunFilesScreen
from tui.screens.stored_inside import StoredInsideScreen
from tui.screens.watch import WatchScreen

SMALL, LARGE = (80, 24), (120, 36)


@pytest.fixture
def curves(stage: Stage) -> Stage:
    """Every run of the tree tells something."""
    tell_curves(stage)
    return stage


def rows(pilot: Pilot[int]) -> Sequence[str]:
    return [" ".join(line.replace("▌", "").split()) for line in lines_of(table_of(pilot))]


async def mark(pilot: Pilot[int], *runs: str) -> None:
    for run in runs:
        await until(pilot, lambda run=run: table_of(pilot).move_to(run))
        await until(pilot, lambda run=run: table_of(pilot).cursor_key == run)
        await pilot.press("space")


async def test_two_runs(curves: Stage) -> None:
    """Given two marked runs, when they are compared, then both curves are drawn, each with its sign.

    So are told its peak and size; what they were told differently, and where a file differs first.
    """
    async with curves.app().run_test(size=LARGE) as pilot:
        await mark(pilot, f"{FLU}/RUN1", f"{FLU}/RUN3")
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, OverlayScreen))
        await until(pilot, lambda: "● RUN1" in text_of(pilot, "#compared-legend"))
        legend = text_of(pilot, "#compared-legend").split("\n")
        assert "INF.I" in text_of(pilot, "#compared-head")
        assert "peak 1 201, day 91   180 days" in legend[0]
        assert legend[1].startswith(" ▲ RUN3")
        assert "in 4 files   local" in legend[1]
        await until(pilot, lambda: {"●", "▲"} <= set(drawn_text_of(pilot)))
        assert rows(pilot)[1] == "seed 1 3"
        await pilot.press("f")
        title = "files of RUN1 and RUN3: 1 file alike"
        await until(pilot, lambda: title in rows(pilot))
        assert "LOG differs: enter shows where" in rows(pilot)
        assert table_of(pilot).move_to("LOG")
        await until(pilot, lambda: table_of(pilot).cursor_key == "LOG")
        await pilot.press("enter")
        await until(pilot, lambda: "differs first in line 2" in text_of(pilot, "#compared-lines"))
        assert "RUN3: run 3" in text_of(pilot, "#compared-lines")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, WatchScreen))


async def test_another_variable(curves: Stage) -> None:
    """By . and , as far as there are some."""
    async with curves.app().run_test(size=SMALL) as pilot:
        await mark(pilot, f"{FLU}/RUN1", f"{FLU}/RUN3")
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, OverlayScreen))
        await until(pilot, lambda: "INF.I" in text_of(pilot, "#compared-head"))
        await pilot.press("full_stop")
        await until(pilot, lambda: "INF.newI" in text_of(pilot, "#compared-head"))
        await until(pilot, lambda: "peak 300, day 91" in text_of(pilot, "#compared-legend"))
        await pilot.press("comma")
        await until(pilot, lambda: "peak 1 201, day 91" in text_of(pilot, "#compared-legend"))
        await pilot.press("V")
        await until(pilot, lambda: isinstance(pilot.app.focused, Input))
        await pilot.press(*"newi", "enter")
        await until(pilot, lambda: "peak 300, day 91" in text_of(pilot, "#compared-legend"))


async def test_ensemble(curves: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given runs without marks, when c is pressed, then median and bands of all of them are drawn.

    A run that is unlike is named, enter opens its files, and S saves the days as CSV, saying where.
    """
    monkeypatch.chdir(tmp_path)
    async with curves.app().run_test(size=LARGE) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN3"))
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, EnsembleScreen))
        await until(pilot, lambda: "5 of 5 runs" in text_of(pilot, "#compared-head"))
        await until(pilot, lambda: {"░", "▒", "━"} <= set(drawn_text_of(pilot)))
        assert "peak day   median 93" in text_of(pilot, "#compared-numbers")
        assert "RUN4 (peak 9 000, day 94)" in text_of(pilot, "#compared-numbers")
        assert "parameters that differ: seed" in text_of(pilot, "#compared-about")
        assert rows(pilot)[1] == "RUN1 1 201 91 0 local"
        assert rows(pilot)[4] == "RUN4 9 000 94 0 local peak 9 000, day 94"
        await pilot.press("S")
        await until(pilot, lambda: any(said.startswith("Saved: ") for said in said_by(pilot)))
        await pilot.press("S")
        await until(pilot, lambda: any("INF.I-2.csv" in said for said in said_by(pilot)))
        await mark(pilot, "RUN1", "RUN4")
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, OverlayScreen))
        await until(pilot, lambda: "▲ RUN4" in text_of(pilot, "#compared-legend"))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, EnsembleScreen))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunFilesScreen))
    saved = [name for name in os.listdir(tmp_path) if name.endswith("INF.I-2.csv")]
    assert len(saved) == 1
    assert (
        (tmp_path / saved[0])
        .read_text()
        .startswith("day,runs,low90,low50,median,high50,high90\n1,5,")
    )


async def test_stored_runs(stage: Stage) -> None:
    """Given a job with stored runs, when c is pressed on its line, and on two marked runs of it.

    Then they are read out of the store; enter opens the archive of one.
    """
    for number in (1, 2, 3):
        files = {f"RUN{number}/{name}": data for name, data in files_of(number).items()}
        key = JobS3Prefix.from_job(a_job()).run_results(number)
        put(stage, key, zipped(files), run_id=number)
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("2")
        await until(pilot, lambda: table_of(pilot).row_count == 1)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, EnsembleScreen))
        await until(pilot, lambda: "3 of 3 runs" in text_of(pilot, "#compared-head"))
        assert rows(pilot)[1].startswith("RUN1 1 201 91 0 stored v2")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, StoredInsideScreen))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, BrowseScreen))
        await pilot.press("enter")
        await until(pilot, lambda: table_of(pilot).row_count == 3)
        await mark(pilot, "1", "3")
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, OverlayScreen))
        await until(pilot, lambda: "▲ 12:3@v2" in text_of(pilot, "#compared-legend"))


async def test_no_curve(stage: Stage) -> None:
    """Runs that say nothing over time are still compared."""

    def local(path: str) -> RunFiles:
        return FakeRunFiles({"notes.md": path.encode()}, path)

    stage.curves = replace(stage.curves, local=local)
    async with stage.app().run_test(size=SMALL) as pilot:
        await mark(pilot, f"{FLU}/RUN1", f"{FLU}/RUN3")
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, OverlayScreen))
        await until(pilot, lambda: "None of them has a curve" in text_of(pilot, "#compared-head"))
        assert "no such curve" in text_of(pilot, "#compared-legend")


async def test_gone(stage: Stage) -> None:
    """What could not be read is said, and can be tried again."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await mark(pilot, f"{FLU}/RUN1", f"{FLU}/RUN3")
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, OverlayScreen))
        await until(pilot, lambda: "is gone" in text_of(pilot, "#error"))

        def local(path: str) -> RunFiles:
            return FakeRunFiles(files_of(1), path)

        stage.curves = replace(stage.curves, local=local)
        await pilot.press("r")
        await until(pilot, lambda: "● RUN1" in text_of(pilot, "#compared-legend"))
