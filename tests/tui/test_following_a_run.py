"""One run on three screens: the digits go from its directory to what is stored of it and to its transfer."""

from core.upload.upload_request import UploadRequest
from tests.builders import a_job, a_run
from tests.tui.builders import FLU, MEASLES, Stage, stored, until
from tests.tui.screen_text import said_by, table_of, text_of
from tui.screens.browse import BrowseScreen

SMALL = (80, 24)


async def test_a_run_is_followed(stage: Stage) -> None:
    """Through all three screens.

    Given a stored run, under the cursor in Watch
    When 2 is pressed, and 3, and 1
    Then what is stored of it is listed, its upload is under the cursor, and its directory again.
    """
    stored(stage)
    for run_id in (3, 2):
        stage.queue.submit(UploadRequest(f"{FLU}/RUN{run_id}"))
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN1"))
        await until(pilot, lambda: "→ job 12, run 1" in text_of(pilot, "#detail"))
        await pilot.press("j")
        await until(pilot, lambda: table_of(pilot).cursor_key == f"{FLU}/RUN2")
        await pilot.press("2")
        await until(pilot, lambda: "12 simpleflu › RUN2" in text_of(pilot, "#crumbs"))
        assert table_of(pilot).cursor_key == "jobs/12/run_2_results.zip"
        await pilot.press("3")
        await until(pilot, lambda: pilot.app.current_mode == "transfers")
        transfer = str(stage.queue.views()[1].id)
        await until(pilot, lambda: table_of(pilot).cursor_key == transfer)
        await pilot.press("1")
        await until(pilot, lambda: table_of(pilot).cursor_key == f"{FLU}/RUN2")
        await pilot.press("2", "escape", "k", "1")
        await until(pilot, lambda: table_of(pilot).cursor_key == f"{FLU}/RUN1")
    assert said_by(pilot) == []


async def test_nobody_chose_a_run(stage: Stage) -> None:
    """A cursor that nobody moved is followed nowhere: Browse is as it was left."""
    stored(stage)
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        await pilot.press("2")
        await until(pilot, lambda: isinstance(pilot.app.screen, BrowseScreen))
        await until(pilot, lambda: table_of(pilot).row_count == 1)
        await pilot.press("1", "2")
        await until(pilot, lambda: isinstance(pilot.app.screen, BrowseScreen))
        assert table_of(pilot).id == "jobs"
    assert said_by(pilot) == []


async def test_there_is_no_other_side(stage: Stage) -> None:
    """The key changes the screen, and says why it shows something else."""
    stored(stage)
    stage.catalog.put_job(a_job(40, "of somebody else"))
    stage.catalog.put_run(a_run(40, 7))
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        await pilot.press("g", "j")
        await until(pilot, lambda: table_of(pilot).cursor_key == f"{MEASLES}/RUN1")
        await pilot.press("3")
        await until(pilot, lambda: said_by(pilot) == ["RUN1 has no transfer"])
        await pilot.press("1", "k", "j", "2")
        said = "RUN1 is not in the store, as far as it was read"
        await until(pilot, lambda: said_by(pilot)[1:] == [said])
        assert table_of(pilot).id == "jobs"
        await pilot.press("g", "enter")
        await until(pilot, lambda: "of somebody else" in text_of(pilot, "#crumbs"))
        await pilot.press("1")
        await until(pilot, lambda: pilot.app.current_mode == "watch")
        said = "RUN7 of job 40 is in no tree that is watched"
        await until(pilot, lambda: said_by(pilot)[2:] == [said])
