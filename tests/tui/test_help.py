"""Help and palette know the keys because they are made from them."""

import threading
from collections.abc import Sequence
from dataclasses import replace

import pytest
from textual.binding import Binding
from textual.command import CommandPalette
from textual.pilot import Pilot
from textual.widgets import OptionList

from core.jobs.list_jobs import ListJobs
from core.model import Job
from tests.builders import a_job
from tests.fakes.catalog import FakeCatalog
from tests.fakes.tree import FakeRunDirectory
from tests.tui.builders import FLU, Stage, palette, until
from tests.tui.screen_text import table_of, text_of
from tui.app import RunFerryApp
from tui.screens.browse import BrowseScreen
from tui.screens.help import HelpScreen
from tui.screens.transfers import TransfersScreen
from tui.screens.watch import WatchScreen
from tui.widgets.keys import GROUPS
from tui.widgets.panes import TextPane
from tui.widgets.row_table import RowTable

SMALL = (80, 24)


async def help_text(stage: Stage, mode_key: str) -> str:
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        await pilot.press(mode_key, "question_mark")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        text = "\n".join(pane.text for pane in pilot.app.screen.query(TextPane))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, HelpScreen))
    return text


async def test_watch_help(stage: Stage) -> None:
    """Keys of the screen, of the table and of the app, and what the signs mean."""
    text = await help_text(stage, "1")
    for part in ("u U        upload", "↑ ↓ k j    row", "  watch, browse, ", "◐ running"):
        assert part in text


async def test_help_on_the_smallest_terminal(stage: Stage) -> None:
    """One column in one box, as wide as the terminal, that scrolls to its end."""
    async with stage.app().run_test(size=(60, 16)) as pilot:
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        panes = pilot.app.screen.query("#help TextPane")
        await until(pilot, lambda: all(pane.region.width > 50 for pane in panes))
        box = pilot.app.screen.query_one("#help")
        assert box.region.size == (60, 16)
        assert [at for at in pilot.app.screen.query("*") if at.max_scroll_y] == [box]
        await pilot.press("end")
        await until(pilot, lambda: panes.last().region.bottom < 16)


async def test_transfers_help(stage: Stage) -> None:
    """Another screen, other keys."""
    text = await help_text(stage, "3")
    assert "C          forget what is done" in text
    assert "upload marked" not in text


def test_every_key_is_in_the_help() -> None:
    """A binding without a group or words would be missing from help and palette."""
    for owner in (RunFerryApp, WatchScreen, BrowseScreen, TransfersScreen, RowTable):
        for binding in Binding.make_bindings(owner.BINDINGS):
            assert binding.group in GROUPS, binding
            assert binding.description, binding


async def test_palette_runs_actions(stage: Stage) -> None:
    """An action chosen by its words does what its key does."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        await palette(pilot, "filter as")
        await until(pilot, lambda: options_of(pilot) == 1)
        await pilot.press("enter")
        await until(pilot, lambda: bool(pilot.app.screen.query("#filter").first().display))


async def test_palette_goes_to_a_run(stage: Stage) -> None:
    """A run is found by folder and name from any screen."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        await pilot.press("3")
        await palette(pilot, "run10")
        await until(pilot, lambda: options_of(pilot) == 1)
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.current_mode == "watch")
        await until(pilot, lambda: table_of(pilot).cursor_key == f"{FLU}/RUN10")


async def test_palette_goes_to_a_job(stage: Stage) -> None:
    """A job is found by its name, whatever characters that has."""
    stage.catalog.put_job(a_job(41, "[/]zebra"))
    async with stage.app().run_test(size=SMALL) as pilot:
        await palette(pilot, "zebra")
        await until(pilot, lambda: options_of(pilot) == 1)
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.current_mode == "browse")
        await until(pilot, lambda: "41 [/]zebra" in text_of(pilot, "#crumbs"))


def options_of(pilot: Pilot[int]) -> int:
    """How many lines the palette offers."""
    return sum(found.option_count for found in pilot.app.screen.query(OptionList))


async def test_palette_shows_names_as_they_are(stage: Stage) -> None:
    """Brackets in a path are no markup."""
    stage.tree.runs["/data/fred-out/odd[red]/RUN77"] = FakeRunDirectory()
    stage.clock.advance(20)
    stage.watch.tick()
    async with stage.app().run_test(size=SMALL) as pilot:
        await palette(pilot, "run77")
        await until(pilot, lambda: options_of(pilot) == 1)
        option = pilot.app.screen.query_one(OptionList).get_option_at_index(0)
        assert "odd[red]/RUN77" in str(option.prompt)


class SlowJobs(ListJobs):
    """Answers when it may."""

    def __init__(self, catalog: FakeCatalog) -> None:
        super().__init__(catalog)
        self.may_answer = threading.Event()

    def like(self, words: Sequence[str], *, limit: int) -> Sequence[Job]:
        self.may_answer.wait(30)
        return super().like(words, limit=limit)


@pytest.mark.parametrize(("words", "found"), [("zzz", 0), ("filter as", 1)])
async def test_enter_in_the_palette_waits_for_what_is_found(
    stage: Stage, words: str, found: int
) -> None:
    """Until then the list is that of the text before, and the first line of that means something else."""
    jobs = SlowJobs(stage.catalog)
    app = RunFerryApp(replace(stage.services(), list_jobs=jobs))
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        await palette(pilot, "")
        await until(pilot, lambda: options_of(pilot) > 1)
        before = options_of(pilot)
        await pilot.press(*words, "enter")
        assert options_of(pilot) == before
        jobs.may_answer.set()
        if found:
            await until(pilot, lambda: not isinstance(app.screen, CommandPalette))
            await until(pilot, lambda: bool(app.screen.query("#filter").first().display))
        else:
            await until(pilot, lambda: options_of(pilot) != before)
            assert isinstance(app.screen, CommandPalette)


async def test_help_is_filtered(stage: Stage) -> None:
    """By key or words, over all of it; esc shows all again, and then closes."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        await pilot.press("slash", *"auto-upload")
        shown = pilot.app.screen.query("#help TextPane").results(TextPane)
        panes = [*shown]
        await until(
            pilot, lambda: panes[1].text.split("\n") == ["HERE", "a          auto-upload on or off"]
        )
        assert panes[0].text == ""
        await pilot.press("escape")
        await until(pilot, lambda: "MOVING" in panes[0].text)
        await pilot.press("slash", *"stalled", "enter")
        await until(pilot, lambda: panes[0].text == "SIGNS\n? stalled   silent, not done")
        await pilot.press("slash", *"zz")
        await until(pilot, lambda: "Nothing here matches" in panes[0].text)
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, WatchScreen))
