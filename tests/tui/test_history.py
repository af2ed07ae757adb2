"""Back to where one was, and forth again."""

from tests.builders import a_job, a_run
from tests.tui.builders import FLU, Stage, until
from tests.tui.screen_text import said_by, table_of, text_of
from tui.app import RunFerryApp
from tui.history import History, Spot
from tui.screens.run import RunScreen
from tui.screens.run_files import RunFilesScreen
from tui.screens.watch import WatchScreen


def test_places() -> None:
    """Each once in a row; what was gone back from is forgotten where one goes elsewhere."""
    history, (a, b, c) = History(), map(Spot, "abc")
    for spot in (a, a, b):
        history.note(spot)
    assert (history.go(-1), history.go(-1), history.go(1)) == (a, None, b)
    history.go(-1)
    history.note(c)
    assert (history.can_go(1), history.go(-1)) == (False, a)


async def test_back_and_forth(stage: Stage) -> None:
    """Screens, an opened run, its files, a job of the store: each as it was opened."""
    stage.catalog.put_job(a_job(12, "flu"))
    stage.catalog.put_run(a_run(12, 4))
    async with stage.app().run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, RunFerryApp)
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN10"))
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: "This is where you began" in said_by(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await until(pilot, lambda: not app.why_not("history", (-1,)))
        await pilot.press("f")
        await until(pilot, lambda: isinstance(app.screen, RunFilesScreen))
        await pilot.press("2")
        await until(pilot, lambda: app.current_mode == "browse")
        await until(pilot, lambda: table_of(pilot).row_count == 1)
        await pilot.press("enter")
        await until(pilot, lambda: "12 flu" in text_of(pilot, "#crumbs"))
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: "12 flu" not in text_of(pilot, "#crumbs"))
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: isinstance(app.screen, RunFilesScreen))
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: isinstance(app.screen, WatchScreen))
        for _ in range(4):
            await pilot.press("right_square_bracket")
        await until(pilot, lambda: app.current_mode == "browse")
        await until(pilot, lambda: "12 flu" in text_of(pilot, "#crumbs"))
