"""How many toasts there are, what they say, and where."""

from textual.geometry import Region, Size
from textual.widgets import Input

from core.errors import Failure
from core.ports.journal.activity import ActivityKind
from tests.tui.builders import Stage, until
from tests.tui.screen_text import drawn_toasts_of, table_of
from tui.screens.confirm import ConfirmScreen
from tui.toasts import at_top, what_is_read, with_news
from tui.widgets.tab_bar import TabBar

SCREEN = Size(80, 24)


def said(*texts: str) -> list[str]:
    """What is up when all of it was said."""
    up = list[str]()
    for text in texts:
        told, gone = with_news(up, text)
        up = [*(each for number, each in enumerate(up) if number not in gone), told]
    return up


def test_again() -> None:
    """What is said again is up once, with a number, and the newest."""
    assert said("a", "b") == ["a", "b"]
    assert said("a", "b", "a") == ["b", "a (2x)"]
    assert said("a", "b", "a", "a", "b") == ["a (3x)", "b (2x)"]


def test_few() -> None:
    """Three at the most, the oldest gives way."""
    assert said("a", "b", "c", "d", "e") == ["c", "d", "e"]


def test_out_of_the_way() -> None:
    """They go to the top only for what is below, and not onto it."""
    assert not at_top(Region(), SCREEN, 2, 2, 2)
    assert not at_top(Region(0, 5, 80, 1), SCREEN, 2, 2, 2)
    assert at_top(Region(0, 20, 80, 1), SCREEN, 2, 2, 2)
    assert not at_top(Region(0, 0, 80, 24), SCREEN, 2, 2, 2)
    assert not at_top(Region(0, 20, 5, 1), SCREEN, 2, 2, 2)  # at the left, where none is


async def test_row_under_the_cursor(stage: Stage) -> None:
    """It can be read while something is said; so can a question, and what is typed."""
    async with stage.app().run_test(size=(70, 16), notifications=True) as pilot:
        screen = pilot.app.screen
        await until(pilot, lambda: table_of(pilot).row_count > 5)

        def is_free() -> bool:
            shown = [toast.region for toast in pilot.app.screen.query("Toast")]
            read = what_is_read(pilot.app.screen)
            return bool(shown and read) and not any(toast.overlaps(read) for toast in shown)

        for keys in ("g", "G", "g"):
            await pilot.press(keys)
            for text in ("one", "two", "three", "four"):
                screen.notify(text, timeout=60)
            await until(pilot, is_free)
            await until(pilot, lambda: len(drawn_toasts_of(pilot)) == 3)
            assert drawn_toasts_of(pilot)[-1].startswith("four")
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(pilot.app.focused, Input))
        await until(pilot, is_free)
        await pilot.press("escape")
        await pilot.resize_terminal(80, 24)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await until(pilot, is_free)


async def test_errors_are_counted(stage: Stage) -> None:
    """Given errors while one looks elsewhere, then the tab of Activity says how many, until it is opened."""
    async with stage.app().run_test(size=(80, 24)) as pilot:
        tabs = pilot.app.screen.query_one(TabBar)
        for number in range(2):
            stage.activity.failed(ActivityKind.COMMAND, f"the app {number}", Failure("No."))
        await until(pilot, lambda: "4 Activity !2 " in tabs.render().plain)
        await pilot.press("4")
        await until(pilot, lambda: pilot.app.current_mode == "activity")
        shown = pilot.app.screen.query_one(TabBar)
        await until(pilot, lambda: "4 Activity  5" in shown.render().plain)
        await pilot.press("1")
        await until(pilot, lambda: "4 Activity  5" in tabs.render().plain)
