"""From `u` to the queue: what is asked on the way, and where the runs go."""

import pytest
from textual.pilot import Pilot

from core.events import TransferSucceeded
from core.finish.rule import Outcome
from core.transfer_view import TransferState, TransferView
from core.upload.upload_request import UploadRequest
from tests.builders import a_run
from tests.fakes.tree import FakeRunDirectory
from tests.tui.builders import FLU, STALL, Stage, bound, stored, until
from tests.tui.screen_text import lines_of, said_by, table_of, text_of
from tui.screens.confirm import ConfirmScreen
from tui.screens.watch import WatchScreen

SMALL, LARGE = (80, 24), (120, 36)


def sources(stage: Stage) -> list[str]:
    return [view.source for view in stage.queue.views()]


async def asked(pilot: Pilot[int], screen: type) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, screen))


async def ask_about(pilot: Pilot[int], path: str) -> None:
    await until(pilot, lambda: table_of(pilot).move_to(path))
    await pilot.press("u")


@pytest.fixture
def stalled(stage: Stage) -> Stage:
    """RUN10 of the flu has written nothing for an hour."""
    bound(stage)
    stage.clock.advance(STALL)
    stage.watch.rescan()
    stage.watch.tick()
    return stage


async def test_unfinished_run_names_every_failing_check(stage: Stage) -> None:
    """Half a run is queued only when the user insists: the safe answer is the default."""
    bound(stage)
    async with stage.app().run_test(size=SMALL) as pilot:
        await ask_about(pilot, f"{FLU}/RUN10")
        await asked(pilot, ConfirmScreen)
        question = text_of(pilot, "#question").splitlines()
        await pilot.press("enter")
        await asked(pilot, WatchScreen)
        assert sources(stage) == []
        await pilot.press("u")
        await asked(pilot, ConfirmScreen)
        await pilot.press("y")
        await until(pilot, lambda: sources(stage) == [f"{FLU}/RUN10"])
    assert question == [
        "RUN10 is not done. Upload it as it is now?",
        " ✗ log ended: LOG has not ended",
        " ✗ final header: out.csv is not there yet",
    ]


async def test_stalled_run(stalled: Stage) -> None:
    """It is said to be stalled, and uploaded after the same question."""
    async with stalled.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: any("? stalled" in x for x in lines_of(table_of(pilot))))
        await ask_about(pilot, f"{FLU}/RUN10")
        await asked(pilot, ConfirmScreen)
        await pilot.press("y")
        await until(pilot, lambda: sources(stalled) == [f"{FLU}/RUN10"])


async def test_stalled_runs_need_attention(stalled: Stage) -> None:
    """Sorted by state they come before those that are done."""
    async with stalled.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        await pilot.press("o")
        await until(pilot, lambda: "? stalled" in lines_of(table_of(pilot))[4])


async def test_stalling_is_said(stage: Stage) -> None:
    """Nobody has to look at the table for it."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        stage.clock.advance(STALL)
        stage.watch.rescan()
        stage.watch.tick()
        await until(pilot, lambda: len(said_by(pilot)) == 1)
        assert said_by(pilot)[0].startswith("RUN10 has written nothing for long")


async def test_several_unfinished_runs(stage: Stage) -> None:
    """`u` on marks that are all unfinished refuses; `U` asks about all of them."""
    bound(stage)
    stage.tree.runs[f"{FLU}/RUN11"] = FakeRunDirectory(
        outcome=Outcome.RUNNING, reason="LOG is open"
    )
    stage.clock.advance(20)
    stage.watch.tick()
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN10"))
        await pilot.press("space", "space", "u")
        await until(pilot, lambda: len(said_by(pilot)) == 1)
        assert "(1 more are not ready)" in said_by(pilot)[0]
        await pilot.press("U")
        await asked(pilot, ConfirmScreen)
        assert "2 runs are not done" in text_of(pilot, "#question")
        assert "RUN11 is still running: LOG is open" in text_of(pilot, "#question")
        await pilot.press("y")
        await until(pilot, lambda: sources(stage) == [f"{FLU}/RUN10", f"{FLU}/RUN11"])


async def test_upload_anyway_of_finished_runs(stage: Stage) -> None:
    """`U` asks nothing where nothing speaks against it."""
    bound(stage)
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN3"))
        await pilot.press("U")
        await until(pilot, lambda: sources(stage) == [f"{FLU}/RUN3"])


async def test_stored_as_it_is(stage: Stage) -> None:
    """`u` has nothing to do and says so; of a group it takes the others; `U` asks the store again."""
    bound(stage)
    stored(stage)
    async with stage.app().run_test(size=LARGE) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN1"))
        await until(pilot, lambda: "✓ stored" in text_of(pilot, "#detail"))
        await until(pilot, lambda: not pilot.app.screen.active_bindings["u"].enabled)
        await pilot.press("u")
        said = "RUN1 is stored as it is. U asks the store again"
        await until(pilot, lambda: said in said_by(pilot))
        assert sources(stage) == []
        await pilot.press("U")
        await until(pilot, lambda: sources(stage) == [f"{FLU}/RUN1"])
        table_of(pilot).move_to(f"{FLU}/")
        await until(pilot, lambda: pilot.app.screen.active_bindings["u"].enabled)
        await pilot.press("u")
        await asked(pilot, ConfirmScreen)
        question = text_of(pilot, "#question").splitlines()
        assert question[1] == "1 other not ready. 2 others stored as they are."
        await pilot.press("y")
        others = [f"{FLU}/RUN1", f"{FLU}/RUN3", f"{FLU}/RUN4"]
        await until(pilot, lambda: sources(stage) == others)


async def test_long_question_scrolls(stage: Stage) -> None:
    """On the smallest terminal the buttons stay in sight."""
    for number in range(20, 50):
        stage.tree.runs[f"{FLU}/RUN{number}"] = FakeRunDirectory(outcome=Outcome.RUNNING)
    stage.clock.advance(20)
    stage.watch.tick()
    async with stage.app().run_test(size=(60, 16)) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/"))
        await pilot.press("U")
        await asked(pilot, ConfirmScreen)
        await until(pilot, lambda: pilot.app.screen.query_one("#yes").region.height > 0)
        assert pilot.app.screen.query_one("#yes").region.bottom < 16
        await pilot.press("down", "down")
        scroll = pilot.app.screen.query_one("VerticalScroll")
        await until(pilot, lambda: scroll.scroll_offset.y == 2)


async def test_destination_in_the_detail(stage: Stage) -> None:
    """Where a run goes is known before it goes; what is stored counts by run id, not by name."""
    stage.tree.runs["/data/fred-out/vendor/OUT/run_17/RUN11998"] = FakeRunDirectory()
    stage.clock.advance(20)
    stage.watch.tick()
    root = "/data/fred-out/vendor/OUT"
    async with stage.app().run_test(size=LARGE) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{root}/run_17/RUN11998"))
        await until(pilot, lambda: '→ new job "vendor", run 17' in text_of(pilot, "#detail"))
        stage.catalog.put_run(a_run(3, 17))
        stage.journal.bind_root(root, 3)
        done = TransferView(1, 3, 17, f"{root}/run_17/RUN11998", TransferState.DONE)
        stage.bus.publish(TransferSucceeded(done))
        await until(pilot, lambda: "→ job 3, run 17" in text_of(pilot, "#detail"))
        await until(pilot, lambda: "in store: whether as it is now" in text_of(pilot, "#detail"))
        assert any("/RUN11998" in line for line in lines_of(table_of(pilot)))


async def test_bound_by_another_process(stage: Stage) -> None:
    """What answered the question elsewhere is noticed at the latest when an upload goes there."""
    travelling = stage.ferry.hold(f"{FLU}/RUN1", done=1, total=2)
    stage.queue.start()
    async with stage.app().run_test(size=LARGE) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN2"))
        await until(pilot, lambda: "→ new job" in text_of(pilot, "#detail"))
        stage.journal.bind_root(FLU, 4)
        stage.queue.submit(UploadRequest(f"{FLU}/RUN1"))
        assert travelling.waiting.wait(10)
        await until(pilot, lambda: "→ job 4, run 2" in text_of(pilot, "#detail"))
        await until(pilot, lambda: any("job 4" in x for x in lines_of(table_of(pilot))))


async def test_stored_by_what_is_bound(stage: Stage) -> None:
    """A run that appears later is known to go to the same job."""
    stored(stage)
    async with stage.app().run_test(size=LARGE) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        stage.tree.runs[f"{FLU}/RUN12"] = FakeRunDirectory()
        stage.clock.advance(10)
        stage.watch.tick()
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN12"))
        await until(pilot, lambda: "→ job 12, run 12" in text_of(pilot, "#detail"))


async def test_stored_after_the_tree_was_away(stage: Stage) -> None:
    """What could not be read while the tree was away is read when it is back."""
    stored(stage)
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: any("✓ stored" in x for x in lines_of(table_of(pilot))))
        stage.tree.missing = "not mounted"
        stage.clock.advance(10)
        stage.watch.tick()
        stage.bus.publish(
            TransferSucceeded(TransferView(1, 12, 1, f"{FLU}/RUN1", TransferState.DONE))
        )
        await until(pilot, lambda: not any("✓ stored" in x for x in lines_of(table_of(pilot))))
        stage.tree.missing = ""
        stage.clock.advance(10)
        stage.watch.tick()
        await until(pilot, lambda: any("✓ stored" in x for x in lines_of(table_of(pilot))))
