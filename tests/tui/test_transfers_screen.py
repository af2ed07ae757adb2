"""The queue, as a user drives it."""

import pytest

from core.errors import ResultsStorageError, StoreAccessDeniedError, StoreConnectionError
from core.transfer_view import Phase, TransferState
from core.upload.upload_request import UploadRequest
from tests.builders import MIB
from tests.tui.builders import FLU, MEASLES, Stage, until
from tests.tui.screen_text import lines_of, said_by, table_of, text_of
from tui.screens.confirm import ConfirmScreen
from tui.widgets.tab_bar import TabBar

SMALL = (80, 24)
MB = 1_000_000
DENIED = StoreAccessDeniedError(
    "PutObject was refused (AccessDenied).",
    kept="6 of 31 parts.",
    todo="Check the permissions of this profile.",
)


def states(stage: Stage) -> list[TransferState]:
    return [view.state for view in stage.queue.views()]


@pytest.fixture
def failed(stage: Stage) -> Stage:
    """A queue with an upload that was refused."""
    stage.ferry.fail(f"{MEASLES}/RUN1", DENIED)
    stage.queue.submit(UploadRequest(f"{MEASLES}/RUN1"))
    stage.queue.start()
    assert stage.queue.wait_idle(10)
    return stage


async def test_nothing_yet(stage: Stage) -> None:
    """Says where uploads come from."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: "No transfers" in text_of(pilot, "#empty"))


async def test_progress(stage: Stage) -> None:
    """Percent, phase, rate and time left of what travels; what waits says so."""
    script = stage.ferry.hold(f"{FLU}/RUN1", done=25 * MIB, total=100 * MIB)
    other = stage.ferry.hold(f"{FLU}/RUN2", done=0, total=10, phase=Phase.VERIFYING)
    for number in (1, 2, 3):
        stage.queue.submit(UploadRequest(f"{FLU}/RUN{number}"))
    stage.queue.start()
    assert script.waiting.wait(10)
    assert other.waiting.wait(10)
    async with stage.app().run_test(size=(120, 36)) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: table_of(pilot).row_count == 3)
        stage.clock.advance(5)
        await until(pilot, lambda: "0 B/s" in lines_of(table_of(pilot))[1])
        lines = lines_of(table_of(pilot))
        assert "▲ simpleflu · RUN1 results" in lines[1]
        assert "25%" in lines[1]
        assert "25 MiB" in lines[1]
        assert "verifying" in lines[2]
        assert "waiting" in lines[3]
        assert "Active 2  │  Waiting 1  │  Failed 0" in text_of(pilot, "#crumbs")


async def test_failure_stays(failed: Stage) -> None:
    """What happened, what was kept, what to do; and a counter in the tab, on every screen."""
    async with failed.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "!1" in str(pilot.app.screen.query_one(TabBar).render()))
        await pilot.press("3")
        await until(pilot, lambda: "What" in text_of(pilot, "#story"))
        story = text_of(pilot, "#story")
        assert "PutObject was refused" in lines_of(table_of(pilot))[1]
    assert "What  PutObject was refused (AccessDenied)." in story
    assert "Kept  6 of 31 parts." in story
    assert "Do    Check the permissions of this profile." in story


@pytest.mark.parametrize(
    ("paused", "limit", "shown"),
    [
        (0, 0, " Active 1 │ Waiting 2 │ Failed 1 │ Done 0"),
        (1, 0, " Active 1 │ Waiting 1 │ Failed 1 │ Paused 1 │ Done 0"),
        (1, 20_000_000, " limit 20 MB/s  ▲ 1  · 1  ✗ 1  ‖ 1  ✓ 0"),
    ],
)
async def test_smallest_terminal(failed: Stage, paused: int, limit: int, shown: str) -> None:
    """No count and no time left is cut, whatever there is to count."""
    script = failed.ferry.hold(f"{FLU}/RUN1", done=25 * MIB, total=100 * MIB)
    failed.queue.set_parallel(1)
    failed.queue.set_limit(limit)
    ids = [failed.queue.submit(UploadRequest(f"{FLU}/RUN{n}")).id for n in (1, 2, 3)]
    assert script.waiting.wait(10)
    for transfer in ids[-paused:] if paused else ():
        assert failed.queue.pause(transfer)
    async with failed.app().run_test(size=(60, 16)) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: text_of(pilot, "#crumbs") == shown)
        assert len(shown) <= 60
        await until(pilot, lambda: lines_of(table_of(pilot))[0].endswith(" ETA"))


async def test_retry(failed: Stage) -> None:
    """`r` sends it once more, and the error goes."""
    async with failed.app().run_test(size=SMALL) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: table_of(pilot).row_count == 1)
        failed.ferry.scripts.clear()
        await pilot.press("r")
        await until(pilot, lambda: states(failed) == [TransferState.DONE])
        await until(pilot, lambda: "✓ job 12 · RUN1 results" in lines_of(table_of(pilot))[1])


async def test_retry_all(failed: Stage) -> None:
    """`R` sends all that failed once more, and says how many."""
    failed.ferry.fail(f"{FLU}/RUN1", DENIED)  # else it goes on by itself
    failed.queue.submit(UploadRequest(f"{FLU}/RUN1"))
    assert failed.queue.wait_idle(10)
    async with failed.app().run_test(size=SMALL) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: table_of(pilot).row_count == 2)
        failed.ferry.scripts.clear()
        await pilot.press("R")
        await until(pilot, lambda: "Queued 2 transfers again" in said_by(pilot))
        await until(pilot, lambda: states(failed) == [TransferState.DONE] * 2)


async def test_cancel(stage: Stage) -> None:
    """`x` stops what waits; a second time there is nothing to cancel."""
    stage.queue.submit(UploadRequest(f"{FLU}/RUN1"))
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: table_of(pilot).row_count == 1)
        await pilot.press("x")
        await until(pilot, lambda: "cancelled" in lines_of(table_of(pilot))[1])
        await pilot.press("x")
        await until(pilot, lambda: len(said_by(pilot)) == 1)
        assert said_by(pilot) == ["simpleflu · RUN1 results is cancelled: nothing to cancel"]


async def test_pause(stage: Stage) -> None:
    """`s` stops what travels and keeps it; the same key lets it go on."""
    script = stage.ferry.hold(f"{FLU}/RUN1", done=40, total=100)
    stage.queue.submit(UploadRequest(f"{FLU}/RUN1"))
    stage.queue.start()
    assert script.waiting.wait(10)
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: table_of(pilot).row_count == 1)
        await pilot.press("s")
        await until(pilot, lambda: stage.journal.transfers()[0].state == "paused")
        script.go_on.set()
        await until(pilot, lambda: states(stage) == [TransferState.PAUSED])
        await until(pilot, lambda: "‖ simpleflu · RUN1 results" in lines_of(table_of(pilot))[1])
        await until(pilot, lambda: "Paused 1" in text_of(pilot, "#crumbs"))
        assert "Done 0" in text_of(pilot, "#crumbs")
        assert "s go on   x cancel" in text_of(pilot, "#story")
        stage.ferry.scripts.clear()
        await pilot.press("s")
        await until(pilot, lambda: "✓ job 12 · RUN1 results" in lines_of(table_of(pilot))[1])
        await pilot.press("s")
        refusal = "job 12 · RUN1 results is done: nothing to pause"
        await until(pilot, lambda: refusal in said_by(pilot))


async def test_refused_and_tried_again(stage: Stage) -> None:
    """It differs from what was never tried: the reason is in its row, and its next try counts down."""
    refusal = StoreConnectionError("S3 failed during UploadPart (HTTP 500).")
    refusal.answered = True
    stage.ferry.fail(f"{FLU}/RUN1", ResultsStorageError.because(refusal, kept=""))
    stage.queue.submit(UploadRequest(f"{FLU}/RUN1"))
    stage.queue.start()
    async with stage.app().run_test(size=(120, 36)) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: table_of(pilot).row_count == 1)
        row = "waiting 30 s: S3 failed during UploadPart (HTTP 500)."
        await until(pilot, lambda: row in lines_of(table_of(pilot))[1])
        stage.clock.advance(18)
        await until(pilot, lambda: "waiting 12 s: S3" in lines_of(table_of(pilot))[1])
        await until(pilot, lambda: "Do    It is tried again in 12 s." in text_of(pilot, "#story"))
        assert "r now" in text_of(pilot, "#story")
        stage.ferry.scripts.clear()
        await pilot.press("r")
        await until(pilot, lambda: states(stage) == [TransferState.DONE])


async def test_cancelling_what_was_paused_twice_asks(stage: Stage) -> None:
    """What an earlier try has sent counts, although this one has sent nothing; so does the way round."""
    script = stage.ferry.hold(f"{FLU}/RUN1", done=20 * MIB, total=100 * MIB)
    script.accepted = 16 * MIB
    stage.queue.submit(UploadRequest(f"{FLU}/RUN1"))
    stage.queue.start()
    assert script.waiting.wait(10)
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: table_of(pilot).row_count == 1)
        for sent in (20 * MIB, 0):
            await pilot.press("s")
            await until(pilot, lambda: stage.journal.transfers()[0].state == "paused")
            script.go_on.set()
            await until(pilot, lambda: states(stage) == [TransferState.PAUSED])
            assert stage.queue.views()[0].sent == sent
            await until(pilot, lambda: "16 MiB kept in the store" in text_of(pilot, "#story"))
            if sent:
                script = stage.ferry.hold(f"{FLU}/RUN1", done=0, total=100 * MIB)
                await pilot.press("s")
                await until(pilot, script.waiting.is_set)
        await pilot.press("x")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        question = text_of(pilot, "#question")
        assert "16 MiB that were sent are freed" in question
        assert "Paused it keeps them; s goes on there." in question
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, ConfirmScreen))
        assert states(stage) == [TransferState.PAUSED]


async def test_limit(stage: Stage) -> None:
    """`b` goes through some limits and back to none; the first one is confirmed."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("3")
        assert "limit" not in text_of(pilot, "#crumbs")
        await pilot.press("b")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        assert "together to 100 MB/s?" in text_of(pilot, "#question")
        await pilot.press("escape", "b")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        assert stage.queue.limit == 0
        await pilot.press("y")
        for limit in (100, 20, 5, 1):
            await until(pilot, lambda limit=limit: stage.queue.limit == limit * MB)
            shown = f"limit {limit} MB/s"
            await until(pilot, lambda shown=shown: shown in text_of(pilot, "#crumbs"))
            await pilot.press("b")
        await until(pilot, lambda: stage.queue.limit == 0)
        await until(pilot, lambda: "limit" not in text_of(pilot, "#crumbs"))
        await until(pilot, lambda: "No limit" in said_by(pilot))


async def test_limit_of_the_settings(stage: Stage) -> None:
    """From one that is not among them `b` goes to the next smaller one."""
    stage.queue.set_limit(7 * MB)
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: "limit 7 MB/s" in text_of(pilot, "#crumbs"))
        await pilot.press("b")
        await until(pilot, lambda: stage.queue.limit == 5 * MB)


@pytest.mark.parametrize(
    ("size", "limit", "shown"),
    [
        ((120, 36), 3 * MB, "limit 3 MB/s"),
        (SMALL, 3 * MB, "limit 3 MB/s"),
        ((60, 16), 3 * MB, "limit 3 MB/s"),
        ((60, 16), 20 * MB, "limit 20 MB/s"),
        ((44, 16), 1_234_567, "≤1.234567"),
    ],
)
@pytest.mark.parametrize("mode", ["1", "2", "3"])
async def test_a_limit_is_seen_everywhere(
    failed: Stage, mode: str, size: tuple[int, int], limit: int, shown: str
) -> None:
    """On every screen, beside the counters and whether the store answers."""
    failed.queue.set_limit(limit)
    async with failed.app().run_test(size=size) as pilot:
        await pilot.press(mode)
        bar = pilot.app.screen.query_one(TabBar)
        await until(pilot, lambda: shown in bar.render().plain)
        await until(pilot, lambda: "●" in bar.render().plain)
        line = bar.render().plain
        assert "!1" in line
        assert len(line) <= size[0]


async def test_cancelled_is_not_done(stage: Stage) -> None:
    """What was given up is counted apart, here and in the line of the watch."""
    for number in (1, 2, 3):
        stage.queue.submit(UploadRequest(f"{FLU}/RUN{number}"))
    for number in (1, 2):
        assert stage.queue.cancel(number)
    stage.queue.start()
    assert stage.queue.wait_idle(10)
    async with stage.app().run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: "done 1 │ cancelled 2" in text_of(pilot, "#strip"))
        await pilot.press("3")
        await until(pilot, lambda: "Done 1  │  Cancelled 2" in text_of(pilot, "#crumbs"))


async def test_time_left_of_everything(stage: Stage) -> None:
    """What waits counts as well; of how many the size is unknown is said."""
    script = stage.ferry.hold(f"{FLU}/RUN1", done=25 * MIB, total=100 * MIB)
    stage.queue.set_parallel(1)
    stage.queue.submit(UploadRequest(f"{FLU}/RUN1"))
    stage.queue.submit(UploadRequest(f"{FLU}/RUN2", size=200 * MIB))
    stage.queue.start()
    assert script.waiting.wait(10)
    async with stage.app().run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: "25%" in text_of(pilot, "#strip"))
        stage.clock.advance(5)
        script.read(25 * MIB)
        await until(pilot, lambda: "50%  ETA 0m50s" in text_of(pilot, "#strip"))
        assert "unknown" not in text_of(pilot, "#strip")
        stage.queue.submit(UploadRequest(f"{FLU}/RUN3"))
        await until(pilot, lambda: "ETA 0m50s + 1 unknown" in text_of(pilot, "#strip"))


@pytest.mark.parametrize("mode", ["1", "3"])
async def test_three_rows_beside_an_open_detail(stage: Stage, mode: str) -> None:
    """Also where there is little room for both."""
    for number in (1, 2, 3):
        stage.queue.submit(UploadRequest(f"{FLU}/RUN{number}"))
    async with stage.app().run_test(size=(60, 16)) as pilot:
        await pilot.press(mode, *("p" if mode == "1" else ""))
        await until(pilot, lambda: table_of(pilot).row_count >= 3)
        await until(pilot, lambda: table_of(pilot).size.height >= 4)


async def test_parallel(stage: Stage) -> None:
    """`+` and `-` change how many travel at a time, one at least."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("3", "plus")
        await until(pilot, lambda: stage.queue.parallel == 3)
        for expected in (2, 1, 1):
            await pilot.press("minus")
            await until(pilot, lambda expected=expected: stage.queue.parallel == expected)
        await until(pilot, lambda: "1 transfer at a time" in said_by(pilot))


async def test_give_up_what_failed(failed: Stage) -> None:
    """`x` ends a failed one for good: it can be cleared then."""
    async with failed.app().run_test(size=SMALL) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: table_of(pilot).row_count == 1)
        await pilot.press("x")
        await until(pilot, lambda: states(failed) == [TransferState.CANCELLED])


async def test_clear(failed: Stage) -> None:
    """`C` forgets what is done; what failed stays."""
    failed.queue.submit(UploadRequest(f"{FLU}/RUN1"))
    assert failed.queue.wait_idle(10)
    async with failed.app().run_test(size=SMALL) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: table_of(pilot).row_count == 2)
        await pilot.press("C")
        await until(pilot, lambda: table_of(pilot).row_count == 1)
        await until(
            pilot, lambda: "1 transfer cleared; z takes it back" in text_of(pilot, "#hints")
        )
        await pilot.press("1")
        await until(pilot, lambda: pilot.app.current_mode == "watch")
        assert len(states(failed)) == 2
        failed.clock.advance(6)
        await until(pilot, lambda: states(failed) == [TransferState.FAILED])


async def test_clearing_is_taken_back(failed: Stage) -> None:
    """`z` shows it again for some seconds; what is done meanwhile is not forgotten with the others."""
    failed.queue.submit(UploadRequest(f"{FLU}/RUN1"))
    assert failed.queue.wait_idle(10)
    async with failed.app().run_test(size=SMALL) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: table_of(pilot).row_count == 2)
        await pilot.press("z")
        await until(pilot, lambda: any("nothing to take back" in text for text in said_by(pilot)))
        await pilot.press("C")
        await until(pilot, lambda: table_of(pilot).row_count == 1)
        await pilot.press("z")
        await until(pilot, lambda: table_of(pilot).row_count == 2)
        failed.clock.advance(6)
        await pilot.press("C")
        await until(pilot, lambda: table_of(pilot).row_count == 1)
        failed.queue.submit(UploadRequest(f"{FLU}/RUN3"))
        assert failed.queue.wait_idle(10)
        failed.clock.advance(6)
        await until(pilot, lambda: states(failed) == [TransferState.FAILED, TransferState.DONE])
        await until(pilot, lambda: "Cleared 1 transfer" in said_by(pilot))


async def test_journal_that_fails(failed: Stage) -> None:
    """A disk error while clearing is told; the app goes on."""
    failed.queue.submit(UploadRequest(f"{FLU}/RUN1"))
    assert failed.queue.wait_idle(10)
    failed.journal.fail_next("remove_transfer", StoreConnectionError("The disk is full."))
    async with failed.app().run_test(size=SMALL) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: table_of(pilot).row_count == 2)
        await pilot.press("C")
        await until(pilot, lambda: table_of(pilot).row_count == 1)
        failed.clock.advance(6)
        await until(pilot, lambda: any("disk is full" in text for text in said_by(pilot)))


async def test_filter(failed: Stage) -> None:
    """Transfers by path or state."""
    failed.queue.submit(UploadRequest(f"{FLU}/RUN1"))
    assert failed.queue.wait_idle(10)
    async with failed.app().run_test(size=SMALL) as pilot:
        await pilot.press("3", "slash", *"failed")
        await until(pilot, lambda: text_of(pilot, "#filter-count") == "1 of 2 ")


async def test_hostile_error(stage: Stage) -> None:
    """Markup and control characters of a server's message are shown, never obeyed."""
    stage.ferry.fail(f"{FLU}/RUN1", StoreAccessDeniedError("no [/] \x1b[2J [red]entry"))
    stage.queue.submit(UploadRequest(f"{FLU}/RUN1"))
    async with stage.app().run_test(size=SMALL) as pilot:
        stage.queue.start()
        await pilot.press("3")
        await until(pilot, lambda: "[red]entry" in lines_of(table_of(pilot))[1])
        assert "\x1b" not in pilot.app.export_screenshot()
        assert said_by(pilot) == []  # it is in Activity, and stays


async def test_copy_in_parts(stage: Stage) -> None:
    """It has a bar, and is not said to be read or sent."""
    stage.ferry.hold(f"{FLU}/RUN1", done=40, total=100, phase=Phase.COPYING)
    stage.queue.submit(UploadRequest(f"{FLU}/RUN1"))
    stage.queue.start()
    async with stage.app().run_test(size=(120, 30)) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: " 40%" in lines_of(table_of(pilot))[1])
        await until(pilot, lambda: "40 B of 100 B copied" in text_of(pilot, "#story"))


async def test_odd_path(stage: Stage) -> None:
    """It is told exactly which one it is."""
    stage.queue.submit(UploadRequest("/data/ctl\x1b[31mred\r\nbad\udcff/OUT/RUN1"))
    async with stage.app().run_test(size=(120, 30)) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: r"/ctl\x1b[31mred\r\nbad\xff/" in text_of(pilot, "#story"))


async def test_tabs_are_clickable(stage: Stage) -> None:
    """A click on a tab shows its screen."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.click(TabBar, offset=(30, 0))
        await until(pilot, lambda: pilot.app.current_mode == "transfers")
        await pilot.click(TabBar, offset=(14, 0))
        await until(pilot, lambda: pilot.app.current_mode == "watch")
