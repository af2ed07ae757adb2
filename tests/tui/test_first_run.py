"""The card of the first run: its steps, by keys and by mouse."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input

from core.configure.first_choices import FirstChoices
from tests.tui.beginning import SIMS
from tests.tui.builders import HeardApp, Stage, until
from tests.tui.screen_text import drawn_text_of, said_by, text_of
from tui.dialog_prompt import DialogMfaPrompt
from tui.reopening import Opened, Reopening
from tui.screens.first_run import FirstRunScreen
from tui.screens.watch import WatchScreen
from tui.widgets.key_bar import KeyBar

SMALL = (80, 24)
RESULTS = "/home/ada/FRED/RESULTS"


class Again(Reopening):
    """Goes on with the same stage."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.asked = list[tuple[str, Sequence[str]]]()

    def check(self, profile: str) -> None:
        """All is well."""

    def reopen(self, profile: str, roots: Sequence[str]) -> Opened:
        self.asked.append((profile, roots))
        return Opened(self._stage.services(), DialogMfaPrompt())


@pytest.fixture
def again(stage: Stage) -> Again:
    return Again(stage)


@pytest.fixture
def app(stage: Stage, again: Again) -> HeardApp:
    return HeardApp(stage.services(), reopening=again, first_run=True)


def at(pilot: Pilot[int], step: int) -> Callable[[], bool]:
    def is_there() -> bool:
        box = pilot.app.screen.query("#first-run")
        return bool(box) and f"{step} of 3" in str(box.first().border_title)

    return is_there


def path_of(pilot: Pilot[int]) -> str:
    return pilot.app.screen.query_one("#first-path", Input).value


async def proposed(pilot: Pilot[int]) -> None:
    """All suggestions are there, and the best one was looked into."""
    await until(pilot, lambda: isinstance(pilot.app.screen, FirstRunScreen))
    await until(pilot, lambda: "3 runs of the kind fred" in text_of(pilot, "#folder-says"))


async def on_step(pilot: Pilot[int], step: int) -> None:
    """By enter, with what is proposed."""
    await proposed(pilot)
    await pilot.press("enter")
    await until(pilot, at(pilot, 2))
    if step == 3:
        await pilot.press("enter")
        await until(pilot, lambda: "All is as" in text_of(pilot, "#first-store-says"))
        await pilot.press("enter")
        await until(pilot, at(pilot, 3))


async def click_key(pilot: Pilot[int], label: str) -> None:
    bar = pilot.app.screen.query_one(KeyBar)
    await pilot.click(KeyBar, offset=(bar.render().plain.index(label), 0))


def at_once(app: HeardApp, *keys: str) -> None:
    """As a terminal hands over what was typed while the app was busy."""
    for key in keys:
        app.post_message(Key(key, key if len(key) == 1 else None))


async def test_before_anything_begins(stage: Stage, again: Again) -> None:
    """Nothing is watched or asked while the card is open; without it all is as usual."""
    started = list[bool]()
    services = replace(stage.services(), start=lambda: started.append(True))
    app = HeardApp(services, reopening=again, first_run=True)
    async with app.run_test(size=SMALL) as pilot:
        await proposed(pilot)
        assert started == []
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, WatchScreen))
        await until(pilot, lambda: bool(started))
    assert (started, again.asked, stage.beginning.begun) == ([True], [], [])


async def test_what_is_proposed(app: HeardApp) -> None:
    """The usual kind of runs, and most of them; what is typed is looked into at once."""
    async with app.run_test(size=SMALL) as pilot:
        await proposed(pilot)
        assert path_of(pilot) == RESULTS
        assert "RUN1, RUN2, RUN3 in JOB/1/OUT" in text_of(pilot, "#folder-says")
        assert "Not taken for runs is run7" in text_of(pilot, "#folder-says")
        for typed, told in (
            (SIMS, "2 runs of the kind any: seed_1, seed_2"),
            ("/data/big", "at least 1 run of the kind fred"),
            ("/data/none", "No runs yet"),
            ("/gone", "/gone cannot be read"),
        ):
            app.screen.query_one("#first-path", Input).value = typed
            await until(pilot, lambda told=told: told in text_of(pilot, "#folder-says"))
        await pilot.press("enter")
        assert at(pilot, 1)()


async def test_faster_than_the_looks(stage: Stage, app: HeardApp, again: Again) -> None:
    """Who types and presses enter at once gets what was typed, not what was proposed."""
    async with app.run_test(size=SMALL) as pilot:
        await proposed(pilot)
        await pilot.press("ctrl+u")
        at_once(app, *SIMS, "enter")
        await until(pilot, at(pilot, 2))
        await pilot.press("down")
        at_once(app, *"lab", "enter")
        await until(pilot, lambda: "All is as" in text_of(pilot, "#first-store-says"))
        await pilot.press("enter")
        await until(pilot, at(pilot, 3))
        await pilot.press("enter")
        await until(pilot, lambda: bool(again.asked))
    fields = {"kind": "s3", "bucket": "lab"}
    assert stage.beginning.begun == [FirstChoices(SIMS, "any", "lab", fields)]
    assert again.asked == [("lab", [SIMS])]


async def test_a_store_that_does_not_do(stage: Stage, app: HeardApp) -> None:
    """The cause is told; one may correct it, or go on as it is; of something else typed it says nothing."""
    stage.beginning.refuses = "PutObject was refused: AccessDenied AKIAIOSFODNN7EXAMPLE."
    async with app.run_test(size=SMALL) as pilot:
        await on_step(pilot, 2)
        await pilot.press("down", *"lab", "down", "right", "right", "enter")
        await until(pilot, lambda: "1 thing not as it" in text_of(pilot, "#first-store-says"))
        report = text_of(pilot, "#first-report")
        assert "✓ list" in report
        assert "✗ put" in report
        assert "AccessDenied" in report
        assert "AKIA" not in report
        assert stage.beginning.examined[-1].fields["aws_profile"] == "lab-west"
        assert "^n Go on as it is" in app.screen.query_one(KeyBar).render().plain
        await pilot.press("up", "x")
        await until(pilot, lambda: "^n" not in app.screen.query_one(KeyBar).render().plain)
        assert "Keys are never asked for" in text_of(pilot, "#first-store-says")
        await pilot.press("ctrl+n")
        await pilot.press("enter")
        await until(pilot, lambda: "1 thing not as it" in text_of(pilot, "#first-store-says"))
        await pilot.press("ctrl+n")
        await until(pilot, at(pilot, 3))
    assert stage.beginning.begun == []


async def test_by_mouse(stage: Stage, app: HeardApp, again: Again) -> None:
    """A suggestion, the words of a choice, each key of the footer; yes turns auto-upload on."""
    async with app.run_test(size=SMALL) as pilot:
        await proposed(pilot)
        await pilot.click("#suggestions", offset=(12, 2))
        await until(pilot, lambda: path_of(pilot) == SIMS)
        await until(pilot, lambda: "of the kind any" in text_of(pilot, "#folder-says"))
        await click_key(pilot, "enter")
        await until(pilot, at(pilot, 2))
        await pilot.click("#first-s3")
        await until(pilot, lambda: "(•) a bucket" in drawn_text_of(pilot))
        await pilot.click("#first-local")
        await until(pilot, lambda: "(•) a directory" in drawn_text_of(pilot))
        await click_key(pilot, "enter")
        await until(pilot, lambda: "All is as" in text_of(pilot, "#first-store-says"))
        await click_key(pilot, "enter")
        await until(pilot, at(pilot, 3))
        await click_key(pilot, "esc")
        await until(pilot, at(pilot, 2))
        await click_key(pilot, "enter")
        await until(pilot, at(pilot, 3))
        await until(pilot, lambda: "2 of 3 runs, 1.6 GiB" in text_of(pilot, "#first-upload-says"))
        await click_key(pilot, "y Yes")
        await until(pilot, lambda: "done: yes" in drawn_text_of(pilot))
        await click_key(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, WatchScreen))
        await until(pilot, lambda: stage.auto_upload.is_on(SIMS))
    assert again.asked == [("local", [SIMS])]


async def test_what_cannot_be_written(stage: Stage, app: HeardApp, again: Again) -> None:
    """It is said, and can be tried again."""
    stage.beginning.unwritable = "settings.toml cannot be written: No space left on device."
    async with app.run_test(size=SMALL) as pilot:
        await on_step(pilot, 3)
        await pilot.press("enter")
        await until(pilot, lambda: "No space left" in text_of(pilot, "#first-says"))
        assert again.asked == []
        stage.beginning.unwritable = ""
        await pilot.press("enter")
        await until(pilot, lambda: bool(again.asked))
        await until(pilot, lambda: "The store is ~/store" in said_by(pilot))
    assert stage.beginning.begun == [FirstChoices(RESULTS)]


async def test_typing_while_it_is_looked_around(stage: Stage, app: HeardApp) -> None:
    """A suggestion that comes later puts nothing in the place of what is typed."""
    stage.beginning.may_suggest.clear()
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(app.screen.query("#first-path")))
        field = app.screen.query_one("#first-path", Input)
        with field.prevent(Input.Changed):
            field.value = SIMS  # as typed, and not told yet
        stage.beginning.may_suggest.set()
        await until(pilot, lambda: "RESULTS" in drawn_text_of(pilot))
        assert field.value == SIMS
