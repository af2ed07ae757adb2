"""The files of a run on this machine, as they are being written."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.curves.local_run import LocalRun
from storage.packing.plain_files import PlainFiles
from storage.tree.tree_scanner import FileTreeScanner
from tests.builders import MIB
from tests.tui.archives import run_files
from tests.tui.builders import FLU, Stage, until
from tests.tui.screen_text import lines_of, table_of, text_of
from tui.screens.run import RunScreen
from tui.screens.run_files import RunFilesScreen
from tui.screens.watch import WatchScreen
from tui.widgets.member_table import MemberTable
from tui.widgets.text_view import TextView

SMALL, LARGE = (80, 24), (120, 36)


@pytest.fixture
def run(stage: Stage, tmp_path: Path) -> Path:
    """What is in RUN3 of the flu."""
    for name, data in run_files().items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def local(path: str) -> LocalRun:
        return LocalRun(path.replace(FLU, str(tmp_path)), FileTreeScanner(), PlainFiles())

    stage.curves = replace(stage.curves, local=local)
    return tmp_path / "RUN3"


def members(pilot: Pilot[int]) -> MemberTable:
    return pilot.app.screen.query_one(MemberTable)


def tree(pilot: Pilot[int]) -> list[str]:
    lines = [line.replace("▌", " ") for line in lines_of(members(pilot))[1:]]
    return [line[3:26].rstrip() for line in lines if line.strip()]


def text(pilot: Pilot[int]) -> list[str]:
    return lines_of(pilot.app.screen.query_one(TextView))


async def open_files(pilot: Pilot[int], *keys: str) -> None:
    """Of RUN3, by these keys."""
    await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN3"))
    await pilot.press(*keys)
    await until(pilot, lambda: isinstance(pilot.app.screen, RunFilesScreen))


async def open_file(pilot: Pilot[int], name: str) -> None:
    await open_files(pilot, "f")
    await until(pilot, lambda: members(pilot).move_to(name))
    await until(pilot, lambda: members(pilot).cursor_key == name)
    await pilot.press("enter")
    await until(pilot, lambda: name in text_of(pilot, "#member-head"))


async def test_files_of_a_run(stage: Stage, run: Path) -> None:
    """From the list and from an opened run; esc leads back to where one came from."""
    async with stage.app().run_test(size=LARGE) as pilot:
        await open_files(pilot, "f")
        await until(pilot, lambda: tree(pilot)[:3] == ["▸ DAILY/", "▸ WEEKLY/", "  LOG"])
        assert "simpleflu/OUT › RUN3" in text_of(pilot, "#crumbs")
        await until(pilot, lambda: "9 files, 2 folders" in text_of(pilot, "#member-said"))
        await until(pilot, lambda: members(pilot).move_to("out.csv"))
        await pilot.press("enter")
        peak = "INF.S   peak 45 318, day 1"
        await until(pilot, lambda: peak in text_of(pilot, "#member-peak"))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, WatchScreen))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))
        await open_by_enter(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))


async def open_by_enter(pilot: Pilot[int]) -> None:
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, RunFilesScreen))
    await until(pilot, lambda: members(pilot).row_count > 0)


async def test_a_file_that_grows(stage: Stage, run: Path) -> None:
    """How much more there is by now; R reads it again, and one stays where one is."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await open_file(pilot, "LOG")
        await pilot.press("G")
        await until(pilot, lambda: text(pilot)[-1].split()[:3] == ["399", "day", "399"])
        with (run / "LOG").open("a") as log:
            log.write("the end is near\n" * 64)
        said = "1.0 KiB more since it was read: R reads again"
        await until(pilot, lambda: said in text_of(pilot, "#member-status"))
        first = text(pilot)[0]
        await pilot.press("R")
        await until(pilot, lambda: "more since" not in text_of(pilot, "#member-status"))
        await until(pilot, lambda: text(pilot)[0] == first)
        await pilot.press("G")
        await until(pilot, lambda: text(pilot)[-1].endswith("463  the end is near"))


async def test_a_file_that_goes(stage: Stage, run: Path) -> None:
    """What was read of it stays, and that it is gone is said; so is it when it is begun again."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await open_file(pilot, "LOG")
        (run / "LOG").unlink()
        await until(pilot, lambda: "The file is gone" in text_of(pilot, "#member-status"))
        assert text(pilot)[0].split()[1:3] == ["day", "1"]
        await pilot.press("R")
        said = "LOG cannot be read: No such file or directory."
        await until(pilot, lambda: said in " ".join(text_of(pilot, "#member-said").split()))
        (run / "LOG").write_text("day 1 again\n")
        await pilot.press("r")
        await until(pilot, lambda: "day 1 again" in text(pilot)[0])


async def test_a_run_that_grows(stage: Stage, run: Path) -> None:
    """The tree says that there are other files by now; R shows them, folded as it was."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await open_files(pilot, "f")
        await until(pilot, lambda: members(pilot).row_count == 8)
        await until(pilot, lambda: members(pilot).move_to("WEEKLY/"))
        await pilot.press("right")
        await until(pilot, lambda: "    INF.I.txt" in tree(pilot))
        assert "changed" not in text_of(pilot, "#crumbs")
        (run / "WEEKLY/INF.R.txt").write_text("0 0\n")
        stage.tree.runs[f"{FLU}/RUN3"] = replace(stage.tree.runs[f"{FLU}/RUN3"], bytes=900 * MIB)
        stage.watch.rescan()
        stage.watch.tick()
        await until(pilot, lambda: "changed since it was read" in text_of(pilot, "#crumbs"))
        await pilot.press("R")
        await until(pilot, lambda: "    INF.R.txt" in tree(pilot))
        await until(pilot, lambda: "changed" not in text_of(pilot, "#crumbs"))
        assert members(pilot).cursor_key == "WEEKLY/"


async def test_a_run_that_is_gone(stage: Stage, run: Path) -> None:
    """It is said, and can be tried again."""
    shutil.move(run, run.with_name("away"))
    async with stage.app().run_test(size=SMALL) as pilot:
        await open_files(pilot, "f")
        await until(pilot, lambda: "is gone" in text_of(pilot, "#error"))
        shutil.move(run.with_name("away"), run)
        await pilot.press("r")
        await until(pilot, lambda: members(pilot).row_count == 8)
