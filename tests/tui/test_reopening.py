"""Another store in the place of the one in use, without ending the app."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from core.errors import EXIT_USAGE, Failure, SettingsError, StateError
from core.events import BoundHow, ResultsRootBound, RootCameBack
from core.upload.upload_request import UploadRequest
from tests.builders import MIB
from tests.tui.builders import FLU, HeardApp, Stage, a_stage, bound, until
from tests.tui.screen_text import said_by, table_of, text_of
from tui.dialog_prompt import DialogMfaPrompt
from tui.reopening import Opened, Reopening
from tui.screens.confirm import ConfirmScreen
from tui.screens.opening import OpeningScreen
from tui.screens.settings import SettingsScreen
from tui.widgets.tab_bar import TabBar

_PATIENCE = 60.0


class ToOther(Reopening):
    """Ends one stage and goes on with another one."""

    def __init__(self, here: Stage, other: Stage) -> None:
        self.here, self.other = here, other
        self.go_on = threading.Event()
        self.go_on.set()
        self.refuses: Exception | None = None
        self.fails: Exception | None = None
        self.failure: Failure | None = None
        self.asked = list[tuple[str, Sequence[str]]]()

    def check(self, profile: str) -> None:
        if self.refuses:
            raise self.refuses

    def reopen(self, profile: str, roots: Sequence[str]) -> Opened:
        self.asked.append((profile, roots))
        assert self.go_on.wait(_PATIENCE)
        self.here.end()
        if self.fails:
            raise self.fails
        services = replace(self.other.services(), profile=profile, store_location=f"s3://{profile}")
        return Opened(services, DialogMfaPrompt(), self.failure)


@pytest.fixture
def to_other(stage: Stage) -> Iterator[ToOther]:
    other = a_stage()
    other.settle()
    yield ToOther(stage, other)
    other.end()


async def use(pilot: Pilot[int], profile: str) -> None:
    await pilot.press("5")
    await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))
    await until(pilot, lambda: table_of(pilot).move_to(f"profiles.{profile}"))
    await until(pilot, lambda: table_of(pilot).cursor_key == f"profiles.{profile}")
    await pilot.press("P")


def tabs(pilot: Pilot[int]) -> str:
    return pilot.app.screen.query_one(TabBar).render().plain


async def test_another_store(stage: Stage, to_other: ToOther) -> None:
    """All screens are of the new one, its news are told, and nobody asks the old one any more."""
    app = HeardApp(stage.services(), reopening=to_other)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        to_other.go_on.clear()
        await use(pilot, "lab")
        await until(pilot, lambda: isinstance(app.screen, OpeningScreen))
        await pilot.press("1")
        await until(pilot, lambda: "The store is being opened" in said_by(pilot))
        to_other.go_on.set()
        await until(pilot, lambda: "The store is s3://lab" in said_by(pilot))
        await until(pilot, lambda: isinstance(app.screen, SettingsScreen))
        await until(pilot, lambda: "profile lab" in tabs(pilot))
        assert to_other.asked == [("lab", [stage.tree.root])]
        await pilot.press("1")
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        assert "profile lab" in tabs(pilot)
        stage.bus.publish(RootCameBack("/old"))
        to_other.other.bus.publish(RootCameBack("/new"))
        to_other.other.bus.publish(ResultsRootBound(FLU, 7, "flu", BoundHow.NEW_JOB, ()))
        await until(pilot, lambda: 'job 7 "flu"' in " ".join(said_by(pilot)))
        assert "/new is back" in said_by(pilot)


async def test_while_something_travels(stage: Stage, to_other: ToOther) -> None:
    """It is asked first; whoever says no keeps everything."""
    stage.ferry.hold(f"{FLU}/RUN1", done=MIB, total=9 * MIB)
    bound(stage).queue.start()
    stage.queue.submit(UploadRequest(f"{FLU}/RUN1"))
    app = HeardApp(stage.services(), reopening=to_other)
    async with app.run_test(size=(120, 36)) as pilot:
        await use(pilot, "lab")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        question = text_of(pilot, "#question")
        assert "1 transfer of local not done yet" in question
        assert "parts that have arrived are kept" in question
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, SettingsScreen))
        assert to_other.asked == []
        await pilot.press("P")
        await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
        await pilot.press("y")
        await until(pilot, lambda: "The store is s3://lab" in said_by(pilot))


async def test_what_cannot_be_used(stage: Stage, to_other: ToOther) -> None:
    """It is refused before anything ends."""
    to_other.refuses = SettingsError("access_key_id refers to LAB_KEY, which is not set.")
    app = HeardApp(stage.services(), reopening=to_other)
    async with app.run_test(size=(120, 36)) as pilot:
        await use(pilot, "lab")
        await until(pilot, lambda: "LAB_KEY, which is not set" in " ".join(said_by(pilot)))
        assert isinstance(app.screen, SettingsScreen)
        assert "profile local" in tabs(pilot)


async def test_back_where_one_was(stage: Stage, to_other: ToOther) -> None:
    """Where the next one cannot be opened the app goes on with what it had, and says why."""
    to_other.failure = Failure("state.db is damaged.")
    app = HeardApp(stage.services(), reopening=to_other)
    async with app.run_test(size=(120, 36)) as pilot:
        await use(pilot, "lab")
        await until(pilot, lambda: "state.db is damaged." in said_by(pilot))
        await until(pilot, lambda: isinstance(app.screen, SettingsScreen))


async def test_nothing_can_be_opened(stage: Stage, to_other: ToOther) -> None:
    """The app ends, with the reason."""
    to_other.fails = StateError("state.db cannot be read.")
    app = HeardApp(stage.services(), reopening=to_other)
    async with app.run_test(size=(120, 36)) as pilot:
        await use(pilot, "lab")
        await until(pilot, lambda: not app.is_running)
    assert app.return_value == EXIT_USAGE


async def test_an_app_of_one_store(stage: Stage) -> None:
    """As the demo is: it says so."""
    async with stage.app().run_test(size=(120, 36)) as pilot:
        await use(pilot, "lab")
        await until(pilot, lambda: "made for one store" in " ".join(said_by(pilot)))
