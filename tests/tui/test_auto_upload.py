"""What is uploaded by itself: announced, counted down, held back, turned on and off."""

import pytest

from core.errors import StateError
from core.events import AutoUploadAnnounced
from core.finish.rule import Outcome
from tests.fakes.tree import FakeRunDirectory
from tests.tui.builders import FLU, MEASLES, Stage, bound, stored, until
from tests.tui.screen_text import drawn_text_of, lines_of, said_by, table_of, text_of
from tui.screens.confirm import ConfirmScreen
from tui.screens.watch import WatchScreen
from tui.widgets.run_picture import RunPicture
from tui.widgets.run_rows import RunRows

SMALL, LARGE = (80, 24), (120, 36)


def sources(stage: Stage) -> list[str]:
    return [view.source for view in stage.queue.views()]


def turn_on(stage: Stage) -> None:
    """As in an earlier session: the countdowns have begun."""
    bound(stage)
    stage.auto_upload.set_on(stage.tree.root, on=True)
    stage.watch.tick()


async def test_hold_and_release(stage: Stage) -> None:
    """`h` holds the run under the cursor, the row and the toast say so; once more releases it."""
    async with stage.app().run_test(size=LARGE) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN3"))
        await pilot.press("h")
        await until(pilot, lambda: "RUN3 is held, h releases; z takes it back" in said_by(pilot))
        await until(pilot, lambda: lines_of(table_of(pilot))[6].endswith("held"))
        await until(pilot, lambda: "held, h releases" in text_of(pilot, "#detail"))
        await pilot.press("h")
        await until(pilot, lambda: "RUN3 is released; z takes it back" in said_by(pilot))
        await until(pilot, lambda: not lines_of(table_of(pilot))[6].endswith("held"))


async def test_hold_marked_runs(stage: Stage) -> None:
    """Those that are not held yet are held as well; only then are all released."""
    stage.auto_upload.hold(f"{FLU}/RUN3")
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN3"))
        await pilot.press("space", "space", "h")
        await until(pilot, lambda: "RUN4 is held, h releases; z takes it back" in said_by(pilot))
        assert table_of(pilot).marks == frozenset()
        assert stage.journal.held() == {f"{FLU}/RUN3", f"{FLU}/RUN4"}
        table_of(pilot).move_to(f"{FLU}/RUN3")
        await pilot.press("space", "space")
        await until(pilot, lambda: table_of(pilot).marks == stage.journal.held())
        await pilot.press("h")
        await until(pilot, lambda: "2 runs are released; z takes it back" in said_by(pilot))
        assert stage.journal.held() == frozenset()


async def test_holding_is_taken_back(stage: Stage) -> None:
    """`z` changes those alone that were changed, and only for some seconds."""
    stage.auto_upload.hold(f"{FLU}/RUN3")
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN3"))
        await pilot.press("space", "space", "h")
        await until(
            pilot, lambda: stage.journal.held() == frozenset({f"{FLU}/RUN3", f"{FLU}/RUN4"})
        )
        await pilot.press("z")
        await until(pilot, lambda: stage.journal.held() == frozenset({f"{FLU}/RUN3"}))
        await until(pilot, lambda: "RUN4 is released" in said_by(pilot))
        table_of(pilot).move_to(f"{FLU}/RUN3")
        await until(pilot, lambda: lines_of(table_of(pilot))[6].endswith("held"))
        await pilot.press("h")
        await until(pilot, lambda: stage.journal.held() == frozenset())
        stage.clock.advance(6)
        await pilot.press("z")
        await until(pilot, lambda: any("nothing to take back" in text for text in said_by(pilot)))
        assert stage.journal.held() == frozenset()


async def test_hold_that_cannot_be_remembered(stage: Stage) -> None:
    """A state that cannot be written is told; the app goes on."""
    stage.journal.fail_next("put_held", StateError("The state cannot be written."))
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN3"))
        await pilot.press("h")
        await until(pilot, lambda: "The state cannot be written." in said_by(pilot))


async def test_countdown(stage: Stage) -> None:
    """Row and detail count; `h` stops it in time; the others are queued."""
    turn_on(stage)
    async with stage.app().run_test(size=LARGE) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN3"))
        await until(pilot, lambda: lines_of(table_of(pilot))[6].endswith("in 10 s"))
        stage.clock.advance(1.5)
        await until(pilot, lambda: lines_of(table_of(pilot))[6].endswith("in 9 s"))
        await until(pilot, lambda: "uploads in 9 s, h holds" in text_of(pilot, "#detail"))
        await pilot.press("h")
        await until(pilot, lambda: lines_of(table_of(pilot))[6].endswith("held"))
        stage.clock.advance(9)
        stage.watch.tick()
        await until(pilot, lambda: len(sources(stage)) == 3)
        assert f"{FLU}/RUN3" not in sources(stage)


async def test_announced_once(stage: Stage) -> None:
    """Several that begin to count are one toast."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        turn_on(stage)
        await until(pilot, lambda: said_by(pilot) == ["4 runs upload in 10 s, h holds"])


async def test_one_is_announced_by_name(stage: Stage) -> None:
    """With the key that stops it."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        turn_on(stage)
        await until(pilot, lambda: len(said_by(pilot)) == 1)
        run = next(run for run in stage.watch.views() if run.path == f"{FLU}/RUN3")
        stage.bus.publish(AutoUploadAnnounced(run))
        await until(pilot, lambda: said_by(pilot)[1:] == ["RUN3 uploads in 10 s, h holds"])


async def test_turning_it_on_is_confirmed(stage: Stage) -> None:
    """The question says how many runs go now; those that are stored or held do not."""
    stored(stage)
    stage.auto_upload.hold(f"{FLU}/RUN4")
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: any("stored" in line for line in lines_of(table_of(pilot))))
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN3"))
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        question = text_of(pilot, "#question")
        assert "of fred-out" in question
        assert "They go to a new job (measles) and job 12 (simpleflu)." in question
        assert "Now: 1 run that is not stored, after a countdown." in question
        assert "Failed runs are left to you." in question
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, WatchScreen))
        assert stage.journal.auto_uploads() == {}
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await pilot.press("y")
        await until(pilot, lambda: "auto  6 runs" in text_of(pilot, "#crumbs"))
        assert stage.journal.auto_uploads() == {stage.tree.root: False}


@pytest.mark.parametrize("keys", [["c"], ["tab", "tab", "space"]])
async def test_with_those_that_change(stage: Stage, keys: list[str]) -> None:
    """It is chosen in words, and kept."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN3"))
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await until(pilot, lambda: "change once stored: no" in drawn_text_of(pilot))
        await pilot.press(*keys)
        await until(pilot, lambda: "change once stored: yes" in drawn_text_of(pilot))
        await pilot.press("y")
        await until(pilot, lambda: stage.journal.auto_uploads() == {stage.tree.root: True})


async def test_turning_it_off_is_not(stage: Stage) -> None:
    """What stops something is done at once."""
    turn_on(stage)
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/"))
        await until(pilot, lambda: "a turns it off" in text_of(pilot, "#detail"))
        await pilot.press("a")
        await until(pilot, lambda: "Auto-upload of /data/fred-out is off" in said_by(pilot))
        assert "auto" not in text_of(pilot, "#crumbs")


async def test_before_there_is_a_run() -> None:
    """The only root needs no row to be meant."""
    stage = Stage()
    stage.watch.tick()
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "No runs under" in text_of(pilot, "#empty"))
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        await pilot.press("y")
        await until(pilot, lambda: stage.tree.root in stage.journal.auto_uploads())
    stage.end()


async def test_a_failed_run_is_left_to_the_user(stage: Stage) -> None:
    """Neither counted in the question nor counted down."""
    stage.tree.runs = {f"{MEASLES}/RUN1": FakeRunDirectory(outcome=Outcome.FAILED)}
    stage.settle()
    turn_on(stage)
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{MEASLES}/RUN1"))
        await pilot.press("a")
        await until(pilot, lambda: len(said_by(pilot)) > 0)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(pilot.app.screen, ConfirmScreen))
        assert "Now: 0 runs" in text_of(pilot, "#question")


async def test_rows_are_made_anew_only_when_something_changes(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Idle runs cost nothing; a countdown costs one set of rows a second."""
    made: list[RunPicture] = []

    def noted(picture: RunPicture) -> RunRows:
        made.append(picture)
        return RunRows(picture)

    monkeypatch.setattr("tui.widgets.run_table.RunRows", noted)
    bound(stage)
    async with stage.app().run_test(size=LARGE) as pilot:
        screen = pilot.app.screen
        assert isinstance(screen, WatchScreen)
        await until(pilot, lambda: "job 13" in text_of(pilot, "#detail"))
        made.clear()
        screen.look_now()
        assert made == []
        turn_on(stage)
        stage.clock.advance(0.2)
        await until(pilot, lambda: lines_of(table_of(pilot))[6].endswith("in 10 s"))
        made.clear()
        stage.clock.advance(0.5)
        screen.look_now()
        assert made == []
        stage.clock.advance(0.5)
        screen.look_now()
        assert len(made) == 1
