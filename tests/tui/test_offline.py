"""A store that does not answer: what the app says meanwhile, and that it goes on by itself."""

import threading
from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from core.errors import (
    BucketNotFoundError,
    ResultsStorageError,
    StoreConnectionError,
    StoreCredentialsError,
    StoreError,
)
from core.upload.upload_request import UploadRequest
from tests.tui.builders import FLU, Stage, bound, stored, until
from tests.tui.screen_text import lines_of, said_by, table_of, text_of
from tui.widgets.tab_bar import TabBar
from tui.wording.formatting import clock_time

SMALL, SMALLEST = (80, 24), (60, 16)
NO_ANSWER = StoreConnectionError("No connection to S3.", todo="Check the network.")


class Link:
    """The way to the store, which can be cut."""

    def __init__(self) -> None:
        self.cut = True
        self.questions = 0

    def __call__(self) -> None:
        self.questions += 1
        if self.cut:
            raise NO_ANSWER


@pytest.fixture
def link(stage: Stage) -> Link:
    """Cut, for questions and for reading everything."""
    made = Link()
    stage.check = stage.sync = made
    stage.ask_again_in = 0.01
    return made


def is_offline(stage: Stage) -> Callable[[], bool]:
    return lambda: stage.store_watch.outage is not None


def badge(pilot: Pilot[int]) -> str:
    """What the first line says of the store, without its name."""
    bar = pilot.app.screen.query_one(TabBar)
    line = bar.render().plain[: bar.size.width]
    signs = {"○ offline": "offline", "◌": "silent", "●": "online", "✗": "refused"}
    return next((word for sign, word in signs.items() if sign in line), line)


@pytest.mark.parametrize("size", [SMALL, SMALLEST])
async def test_told_at_the_start(stage: Stage, link: Link, size: tuple[int, int]) -> None:
    """Nobody asked for anything of the store: the sign is there, and goes when it answers."""
    travelling = stage.ferry.hold(f"{FLU}/RUN1", done=1, total=2)
    stage.queue.submit(UploadRequest(f"{FLU}/RUN1"))
    stage.queue.start()
    assert travelling.waiting.wait(10)
    async with stage.app().run_test(size=size) as pilot:
        await until(pilot, lambda: badge(pilot) == "offline")
        await until(pilot, lambda: "has not answered since" in text_of(pilot, "#hints"))
        link.cut = False
        await until(pilot, lambda: badge(pilot) == "online")
        await until(pilot, lambda: not pilot.app.screen.query_one("#hints").display)


async def test_not_told_before_it_answers(stage: Stage, link: Link) -> None:
    """The sign of a store that answers waits for the answer."""
    link.cut = False
    asked, may_answer = threading.Event(), threading.Event()

    def answer() -> None:
        asked.set()
        may_answer.wait(30)

    stage.check = answer
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, asked.is_set)
        await pilot.press("3", "1")
        assert badge(pilot) == "silent"
        may_answer.set()
        await until(pilot, lambda: badge(pilot) == "online")


AS_OF = "What is stored is as known at 14:07 (2 h ago)"


@pytest.mark.parametrize("size", [SMALL, SMALLEST])
async def test_how_old_it_is_what_is_said(stage: Stage, link: Link, size: tuple[int, int]) -> None:
    """What is told from the cache has its age beside it until the store answers, then no more."""
    stage.clock.advance(2 * 3600)
    asked, may_fail = threading.Event(), threading.Event()

    def answer() -> None:
        asked.set()
        may_fail.wait(30)
        link()

    stage.check, stage.ask_again_in = answer, 0.01
    async with stage.app().run_test(size=size) as pilot:
        await until(pilot, asked.is_set)
        silent = f"{AS_OF}; the store has not answered yet"
        await until(pilot, lambda: " ".join(text_of(pilot, "#hints").split()) == silent)
        may_fail.set()
        await until(pilot, lambda: text_of(pilot, "#hints").endswith(AS_OF))
        assert "has not answered since" in text_of(pilot, "#hints")
        link.cut = False
        await until(pilot, lambda: not pilot.app.screen.query_one("#hints").display)


async def test_young_enough(stage: Stage, link: Link) -> None:
    """What was read minutes ago is spoken of only when the store is away."""
    asked, may_fail = threading.Event(), threading.Event()

    def answer() -> None:
        asked.set()
        may_fail.wait(30)
        link()

    stage.check = answer
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, asked.is_set)
        await pilot.press("3", "1")
        assert not pilot.app.screen.query_one("#hints").display
        may_fail.set()
        await until(
            pilot, lambda: "What is stored is as known at 14:07 (" in text_of(pilot, "#hints")
        )


@pytest.mark.parametrize("mode", ["1", "2", "3"])
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (BucketNotFoundError("There is no bucket flu.", todo="Check its name."), "refuses"),
        (StoreCredentialsError("There are no credentials.", todo="Log in."), "cannot be used"),
    ],
)
async def test_a_store_that_refuses(
    stage: Stage, link: Link, mode: str, error: StoreError, said: str
) -> None:
    """Another sign than that of one that answers, and why, on every screen, until it is mended."""
    link.cut = False
    error.answered = said == "refuses"

    def refuse() -> None:
        raise error

    stage.check = refuse
    async with stage.app().run_test(size=SMALLEST) as pilot:
        await pilot.press(mode)
        await until(pilot, lambda: badge(pilot) == "refused")
        await until(pilot, lambda: pilot.app.screen.query_one("#hints").display)
        hints = " ".join(text_of(pilot, "#hints").split())
        hints = hints.partition(" What is stored is as known at 14:07 (")[0]
        assert hints == f"✗ The store {said}: {error.what} {error.todo}"
        await pilot.press("2", "R", mode)
        await until(pilot, lambda: badge(pilot) == "online")
        await until(pilot, lambda: not pilot.app.screen.query_one("#hints").display)


async def test_since_it_was_heard_of(stage: Stage, link: Link) -> None:
    """Not since somebody gave up, which is a minute later."""
    began = stage.clock.now()
    with stage.store_waits.asking():
        stage.clock.advance(62)
        stage.store_waits.give_up()
    stage.ask_again_in = 3600.0
    async with stage.app().run_test(size=SMALL) as pilot:
        since = f"has not answered since {clock_time(began)}; transfers wait"
        await until(pilot, lambda: since in text_of(pilot, "#hints"))
    assert link.questions == 1


async def test_not_asked_for_ever(stage: Stage, link: Link) -> None:
    """A store that answers is asked once at the start, and not again."""
    link.cut = False
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: link.questions == 1)
        await pilot.press("3", "1")
        await until(pilot, lambda: badge(pilot) == "online")
    assert link.questions == 1


async def test_browse_what_is_cached(stage: Stage, link: Link) -> None:
    """Rows, a sign and no error; when the store answers it is read without a key."""
    stored(stage)
    stage.catalog.replace(stage.catalog.jobs(), stage.catalog.runs(12), (), stage.clock.now())
    stage.clock.advance(2 * 3600)
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("2")
        await until(pilot, lambda: badge(pilot) == "offline")
        assert "(2 h ago)" in text_of(pilot, "#crumbs")
        assert "has not answered since" in text_of(pilot, "#hints")
        await pilot.press("enter")
        await until(pilot, lambda: "RUN1" in "".join(lines_of(table_of(pilot))))
        await pilot.press("R")
        await until(pilot, lambda: "No connection to S3." in " ".join(said_by(pilot)))
        assert not pilot.app.screen.query_one("#error").display
        link.cut = False
        await until(pilot, lambda: not is_offline(stage)())
        await until(pilot, lambda: badge(pilot) == "online")
        await until(pilot, lambda: not pilot.app.screen.query_one("#hints").display)


async def test_read_for_the_first_time(stage: Stage) -> None:
    """To find out whether the store answers it is read: what was in it appears without a key."""
    stage.catalog.clear()
    may_read = threading.Event()

    def read() -> None:
        assert may_read.wait(30)
        stored(stage)
        stage.catalog.replace(stage.catalog.jobs(), stage.catalog.runs(12), (), stage.clock.now())

    stage.sync = read
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("2")
        await until(pilot, lambda: "syncing …" in text_of(pilot, "#crumbs"))
        await until(pilot, lambda: text_of(pilot, "#empty") == "Reading the store …")
        may_read.set()
        await until(pilot, lambda: " synced 14:08" in text_of(pilot, "#crumbs"))
        await until(pilot, lambda: table_of(pilot).row_count == 1)


async def test_nothing_is_cached(stage: Stage, link: Link) -> None:
    """It says why it is empty, and fills by itself."""
    stage.catalog.clear()
    read: list[bool] = []

    def sync() -> None:
        link()
        read.append(True)

    stage.sync = sync
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("2")
        await until(pilot, lambda: "nothing of it is cached" in text_of(pilot, "#empty"))
        link.cut = False
        await until(pilot, lambda: bool(read))


async def test_uploads_go_on_by_themselves(stage: Stage, link: Link) -> None:
    """What failed says that it will; then it does, without a key."""
    bound(stage)
    run = f"{FLU}/RUN1"
    stage.ferry.fail(run, ResultsStorageError.because(NO_ANSWER, kept="All is kept."))
    stage.queue.start()
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("3")
        stage.queue.submit(UploadRequest(run))
        await until(pilot, lambda: "goes on by itself" in text_of(pilot, "#story"))
        assert "Waiting 1" in text_of(pilot, "#crumbs")
        assert "Failed 0" in text_of(pilot, "#crumbs")
        await until(
            pilot,
            lambda: any(
                "RUN1" in row and "waiting: No connection to S3." in row
                for row in lines_of(table_of(pilot))
            ),
        )
        bar = pilot.app.screen.query_one(TabBar)
        assert "!" not in bar.render().plain
        await pilot.press("1")
        await until(pilot, lambda: "waiting 1" in text_of(pilot, "#strip"))
        assert "failed" not in text_of(pilot, "#strip")
        await pilot.press("3")
        await until(pilot, lambda: "RUN1 goes on when the store" in " ".join(said_by(pilot)))
        del stage.ferry.scripts[run]
        link.cut = False
        await until(pilot, lambda: [v.state.value for v in stage.queue.views()] == ["done"])
        await until(pilot, lambda: "The store answers again" in " ".join(said_by(pilot)))


@pytest.mark.parametrize("mode", ["1", "2", "3"])
async def test_what_the_store_lets_us_wait_for_is_told_everywhere(stage: Stage, mode: str) -> None:
    """Silence counts its seconds, a pause that the store asked for counts down."""
    hints = "#hints"
    async with stage.app().run_test(size=SMALLEST) as pilot:
        await pilot.press(mode)
        with stage.store_waits.asking():
            stage.clock.advance(12)
            silence = "No answer from the store since 12 s, trying again"
            await until(pilot, lambda: silence in text_of(pilot, hints))
            await until(pilot, lambda: badge(pilot) == "silent")
            stage.store_waits.pausing("the store asks to slow down", 8)
            await until(pilot, lambda: "slow down; waiting 8 s" in text_of(pilot, hints))
        await until(pilot, lambda: not pilot.app.screen.query_one(hints).display)
        await until(pilot, lambda: badge(pilot) == "online")
