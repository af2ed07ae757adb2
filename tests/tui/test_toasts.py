"""Where toasts are drawn."""

import pytest

from core.errors import StoreConnectionError
from tests.tui.builders import Stage, until
from tests.tui.screen_text import drawn_text_of, drawn_toasts_of, said_by
from tui.screens.confirm import ConfirmScreen
from tui.widgets.key_bar import KeyBar


def no_answer() -> None:
    raise StoreConnectionError("No connection to S3.")


@pytest.mark.parametrize("key", ["1", "2", "3"])
@pytest.mark.parametrize("offline", [False, True])
async def test_status_lines_stay_free(stage: Stage, key: str, offline: bool) -> None:
    """Neither keys nor what travels nor what is not as usual is covered while something is said."""
    if offline:
        stage.check = no_answer
    async with stage.app().run_test(size=(80, 24), notifications=True) as pilot:
        await until(pilot, lambda: (stage.store_watch.outage is not None) is offline)
        await pilot.press(key)
        screen = pilot.app.screen
        hints = screen.query_one("#hints")
        await until(pilot, lambda: hints.display is offline)
        if offline:  # news of that would take the place of what is said now
            await until(pilot, lambda: any("does not answer" in t for t in said_by(pilot)))
        screen.notify("Said", timeout=60)
        await until(pilot, lambda: "Said" in drawn_toasts_of(pilot))
        keys = screen.query_one(KeyBar)
        status = [keys, *screen.query("#strip"), *([hints] if offline else [])]

        def is_free() -> bool:
            top = min(shown.region.y for shown in status)
            return all(0 < toast.region.bottom <= top for toast in screen.query("Toast"))

        await until(pilot, is_free)


async def test_smallest_terminal(stage: Stage) -> None:
    """What is too long for one line is wrapped: its end can be read."""
    said = "The store does not answer: " + "no connection to S3 " * 3
    async with stage.app().run_test(size=(60, 16), notifications=True) as pilot:
        pilot.app.screen.notify(said, timeout=60)
        await until(pilot, lambda: said in drawn_toasts_of(pilot))
        (toast,) = pilot.app.screen.query("Toast")
        await until(pilot, lambda: toast.region.right <= 60 and toast.region.height == 2)


async def test_said_once(stage: Stage) -> None:
    """What was said before a question is drawn once while it stands, above all status lines."""
    said = "The store does not answer"
    stage.check = no_answer
    async with stage.app().run_test(size=(80, 24), notifications=True) as pilot:
        hints = pilot.app.screen.query_one("#hints")
        await until(pilot, lambda: hints.display)
        await until(pilot, lambda: drawn_text_of(pilot).count(said) == 1)
        pilot.app.notify("Below", timeout=3600)
        await until(pilot, lambda: "Below" in drawn_text_of(pilot))
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        toasts = pilot.app.screen.query("Toast")
        await until(pilot, lambda: any(0 < t.region.bottom <= hints.region.y for t in toasts))
        await until(pilot, lambda: drawn_text_of(pilot).count(said) == 1)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, ConfirmScreen))
        await until(pilot, lambda: drawn_text_of(pilot).count(said) == 1)
