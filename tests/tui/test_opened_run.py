"""One run, opened: its keys work, or say why not."""

import pytest
from textual.pilot import Pilot

from tests.tui.builders import FLU, MEASLES, Stage, bound, until
from tests.tui.screen_text import said_by, table_of
from tui.screens.confirm import ConfirmScreen
from tui.screens.help import HelpScreen
from tui.screens.run import RunScreen
from tui.screens.watch import WatchScreen

SMALL = (80, 24)


async def opened(pilot: Pilot[int], path: str) -> None:
    """As with the cursor on it."""
    await until(pilot, lambda: table_of(pilot).move_to(path))
    await pilot.press("enter")
    await shows(pilot, RunScreen)


async def shows(pilot: Pilot[int], screen: type) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, screen))


async def test_upload(stage: Stage) -> None:
    """`u` uploads the run that is open, not what is marked, and goes back to the list."""
    bound(stage)
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN1"))
        await pilot.press("space")
        await opened(pilot, f"{FLU}/RUN3")
        await pilot.press("u")
        await until(pilot, lambda: [v.source for v in stage.queue.views()] == [f"{FLU}/RUN3"])
        await shows(pilot, WatchScreen)


async def test_upload_of_a_failed_run_asks(stage: Stage) -> None:
    """As in the list."""
    bound(stage)
    async with stage.app().run_test(size=SMALL) as pilot:
        await opened(pilot, f"{MEASLES}/RUN1")
        await pilot.press("u")
        await shows(pilot, ConfirmScreen)


async def test_hold(stage: Stage) -> None:
    """`h` holds it back."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await opened(pilot, f"{FLU}/RUN3")
        await pilot.press("h")
        await until(pilot, lambda: "RUN3 is held, h releases; z takes it back" in said_by(pilot))


@pytest.mark.parametrize(("key", "mode"), [("1", "watch"), ("2", "browse"), ("3", "transfers")])
async def test_other_screens(stage: Stage, key: str, mode: str) -> None:
    """The numbers lead where they always do; the run is still open afterwards, unless left by `1`."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await opened(pilot, f"{FLU}/RUN3")
        await pilot.press(key)
        await until(pilot, lambda: not isinstance(pilot.app.screen, RunScreen))
        assert pilot.app.current_mode == mode


async def test_help(stage: Stage) -> None:
    """`?` lists the keys of an opened run."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await opened(pilot, f"{FLU}/RUN3")
        await pilot.press("question_mark")
        await shows(pilot, HelpScreen)
        await pilot.press("escape")
        await shows(pilot, RunScreen)


async def test_reasons(stage: Stage) -> None:
    """What does nothing there says so, and the run stays open."""
    stage.tree.runs[f"{FLU}/RUN10"].files = 0
    stage.watch.rescan()
    stage.watch.tick()
    async with stage.app().run_test(size=SMALL) as pilot:
        await opened(pilot, f"{FLU}/RUN10")
        await pilot.press("u")
        await until(pilot, lambda: "RUN10 is empty: there is nothing to upload" in said_by(pilot))
        await pilot.press("p")
        said = "p does nothing in an opened run: esc goes back to the list"
        await until(pilot, lambda: said in said_by(pilot))
        assert isinstance(pilot.app.screen, RunScreen)
