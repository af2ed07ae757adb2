"""How much room there is where runs are written."""

from textual.pilot import Pilot

from core.ports.volumes import Space
from tests.tui.builders import FLU, Stage, until
from tests.tui.screen_text import table_of, text_of

SMALL, LARGE = (80, 24), (120, 36)
GIB = 1 << 30


async def begun(stage: Stage, pilot: Pilot[int]) -> None:
    """The cursor has rested for long enough."""
    await until(pilot, lambda: table_of(pilot).row_count == 8)
    await pilot.pause()
    stage.clock.advance(1)


async def test_free(stage: Stage) -> None:
    """Above the table, where there is room for it."""
    async with stage.app().run_test(size=LARGE) as pilot:
        await begun(stage, pilot)
        await until(pilot, lambda: "disk free 212 GiB" in text_of(pilot, "#crumbs"))
        await pilot.resize_terminal(*SMALL)
        await until(pilot, lambda: "disk free" not in text_of(pilot, "#crumbs"))
        assert not pilot.app.screen.query_one("#hints").display


async def test_warning_before_it_is_full(stage: Stage) -> None:
    """In good time, in words, in any terminal; and no more once there is room again."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await begun(stage, pilot)
        run = stage.tree.runs[f"{FLU}/RUN10"]
        for asked in range(1, 9):
            await until(pilot, lambda asked=asked: len(stage.volumes.asked) == asked)
            stage.clock.advance(10)
            run.bytes += GIB
            stage.watch.rescan()
            stage.watch.tick()
        # 8 GiB in 80 seconds
        said = "/data/fred-out: 212 GiB free on this disk, full in 36 min at the present growth"
        await until(pilot, lambda: said in text_of(pilot, "#hints"))
        stage.volumes.everywhere = Space(1, 900 * GIB, 1024 * GIB)
        stage.clock.advance(10)
        await until(pilot, lambda: not pilot.app.screen.query_one("#hints").display)


async def test_little_is_left(stage: Stage) -> None:
    """Whatever grows."""
    stage.volumes.everywhere = Space(1, 3 * GIB, 1024 * GIB)
    async with stage.app().run_test(size=SMALL) as pilot:
        await begun(stage, pilot)
        said = "! /data/fred-out: 3.0 GiB free on this disk"
        await until(pilot, lambda: said in text_of(pilot, "#hints"))


async def test_a_disk_that_does_not_answer(stage: Stage) -> None:
    """Nothing is said of it, and nobody waits."""
    stage.volumes.answers.clear()
    async with stage.app().run_test(size=LARGE) as pilot:
        await begun(stage, pilot)
        await until(pilot, lambda: stage.volumes.asked == [stage.tree.root])
        await pilot.press("j", "j")
        await until(pilot, lambda: table_of(pilot).cursor == 3)
        assert "disk free" not in text_of(pilot, "#crumbs")
        stage.volumes.answers.set()
        stage.clock.advance(1)
        await until(pilot, lambda: "disk free 212 GiB" in text_of(pilot, "#crumbs"))
