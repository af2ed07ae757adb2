"""What a user is told of a transfer that goes on where it was, under a limit."""

import pytest

from core.upload.upload_request import UploadRequest
from tests.builders import MIB, ROOT
from tests.tui.builders import FLU, a_stage, bound, until
from tests.tui.screen_text import lines_of, table_of, text_of
from tui.widgets.tab_bar import TabBar


@pytest.mark.parametrize(
    ("size", "name"),
    [
        ((200, 50), "▲ sensitivity-to-everything-else · RUN1 results "),
        ((80, 24), "▲ …hing-else · RUN1 results "),
        ((60, 16), "▲ …g-else · RUN1 results "),
    ],
)
async def test_numbers_of_an_upload_that_goes_on(size: tuple[int, int], name: str) -> None:
    """
    Given a limit of 3 MB/s, and an upload of 40 MiB of which 16 MiB are in the store already
    When it is looked at in a wide, a usual and a small terminal
    Then it tells what it compares, what it keeps, how fast the rest travels and how long everything
    takes, and what the last step waits for; the limit is in sight, as it was written.
    """
    stage = bound(a_stage())
    run = f"{ROOT}/sensitivity-to-everything-else/OUT/RUN1"
    script = stage.ferry.hold(run, done=0, total=40 * MIB)
    stage.queue.set_limit(3_000_000)
    stage.queue.set_parallel(1)
    stage.queue.submit(UploadRequest(run, size=40 * MIB))
    stage.queue.submit(UploadRequest(f"{FLU}/RUN2", size=30 * MIB))
    stage.queue.start()
    assert script.waiting.wait(10)
    progress = script.progress
    assert progress
    progress.expect_kept(16 * MIB)
    progress.set_packed(40 * MIB, 40 * MIB)
    progress.add_kept(10 * MIB)
    try:
        async with stage.app().run_test(size=size) as pilot:
            await pilot.press("3")
            await until(pilot, lambda: "comparing, 16 MiB kept" in text_of(pilot, "#story"))
            progress.add_kept(6 * MIB)
            progress.add_sent(0)
            await until(pilot, lambda: "sending, 16 MiB kept" in text_of(pilot, "#story"))
            await until(pilot, lambda: "40%" in lines_of(table_of(pilot))[1])
            stage.clock.advance(4)
            progress.add_sent(12 * MIB)
            await until(pilot, lambda: "3.0 MiB/s" in lines_of(table_of(pilot))[1])
            row = lines_of(table_of(pilot))[1]
            assert name in row
            assert " 70%" in row
            assert "0m04s" in row
            await until(pilot, lambda: "ETA 0m14s" in text_of(pilot, "#strip"))
            assert "· job 12 · RUN2 results" in lines_of(table_of(pilot))[2]
            assert len(lines_of(table_of(pilot))) > 3
            assert "limit 3 MB/s" in pilot.app.screen.query_one(TabBar).render().plain
            progress.begin_last()
            progress.add_sent(12 * MIB)
            await until(pilot, lambda: "finishing, 16 MiB kept:" in text_of(pilot, "#story"))
    finally:
        stage.end()
