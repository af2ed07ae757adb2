"""Activity: what happened, found, understood, and acted on."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import StateError, StoreAccessDeniedError
from core.ports.journal.activity import ActivityEntry, ActivityKind, Level
from core.transfer_view import TransferState
from core.upload.upload_request import UploadRequest
from tests.builders import NOON
from tests.tui.builders import FLU, MEASLES, Stage, until
from tests.tui.screen_text import lines_of, said_by, table_of, text_of
from tui.screens.activity import ActivityScreen
from tui.screens.transfers import TransfersScreen
from tui.screens.watch import WatchScreen

SMALL = (80, 24)
DENIED = StoreAccessDeniedError(
    "PutObject was refused (AccessDenied, HTTP 403, request 7H2K).",
    kept="6 of 31 parts.",
    todo="Check the permissions of this profile.",
)
DELETED = ActivityEntry(
    ActivityKind.DELETION, Level.SUCCESS, "job 3", "deleted: 2 artifacts", NOON, NOON, "d"
)


@pytest.fixture
def failed(stage: Stage) -> Stage:
    """An upload that was refused, and a deletion of two days before."""
    stage.bus.subscribe(stage.activity.take)
    before = stage.clock.now() - timedelta(days=2)
    stage.activity_log.add([replace(DELETED, first_at=before, last_at=before)])
    stage.ferry.fail(f"{MEASLES}/RUN1", DENIED)
    stage.queue.submit(UploadRequest(f"{MEASLES}/RUN1"))
    stage.queue.start()
    assert stage.queue.wait_idle(10)
    for _ in range(1000):
        if len(stage.activity_log.after(0)) == 4:
            return stage
        threading.Event().wait(0.01)
    pytest.fail("what happened was not written down")


def an_error(number: int = 1, **changes: object) -> ActivityEntry:
    """An upload of RUN1 of the measles that was refused."""
    entry = ActivityEntry(
        ActivityKind.UPLOAD, Level.ERROR, "measles · RUN1 results", DENIED.what, NOON, NOON,
        f"e{number}", kept=DENIED.kept, todo=DENIED.todo, cause="StoreAccessDeniedError",
        path=f"{MEASLES}/RUN1",
    )  # fmt: skip
    return replace(entry, **changes)  # pyright: ignore[reportArgumentType] - of any field


def of_runs(*names: str) -> Sequence[ActivityEntry]:
    """Runs of the flu that ended, one after the other."""
    return [
        ActivityEntry(
            ActivityKind.RUN, Level.SUCCESS, f"simpleflu · {name}", "done: all checks hold",
            NOON, NOON, name, path=f"{FLU}/{name}",
        )
        for name in names
    ]  # fmt: skip


def reports(directory: Path) -> Sequence[Path]:
    return [*directory.glob("runferry-activity-*.txt")]


async def test_nothing_yet(stage: Stage) -> None:
    """Says what will be here."""
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: "Nothing has happened" in text_of(pilot, "#empty"))


async def test_error(failed: Stage) -> None:
    """The newest is on top; an error says what happened, what it means, what was kept, what to do."""
    async with failed.app().run_test(size=SMALL) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: any("refused" in line for line in lines_of(table_of(pilot))))
        lines = lines_of(table_of(pilot))
        assert "✗ measles · RUN1 results" in lines[1]
        assert any("11-18    ✓ job 3" in line for line in lines)
        await until(pilot, lambda: "Means" in text_of(pilot, "#happening"))
        pane = text_of(pilot, "#happening")
        for words in ("PutObject was refused", "may not do this", "6 of 31 parts", "Check the"):
            assert words in pane
        assert "1 error" in text_of(pilot, "#crumbs")


async def test_retry(failed: Stage) -> None:
    """`r` on what failed queues it again; on what is done by now it says why not."""
    async with failed.app().run_test(size=SMALL) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: "r retry" in text_of(pilot, "#happening"))
        failed.ferry.scripts.clear()
        await pilot.press("r")
        await until(pilot, lambda: failed.queue.views()[0].state is TransferState.DONE)
        await until(pilot, lambda: table_of(pilot).row_count == 5)
        await pilot.press("g")
        await until(pilot, lambda: "uploaded" in text_of(pilot, "#happening"))
        await pilot.press("r")
        await until(pilot, lambda: "It did not fail: there is nothing to retry" in said_by(pilot))


async def test_chosen(stage: Stage) -> None:
    """By kind, by time, by run and by text, as typed; esc shows all again."""
    late = replace(an_error(), last_at=stage.clock.now())
    old = replace(DELETED, last_at=stage.clock.now() - timedelta(days=8))
    stage.activity_log.add([old, late, *of_runs("RUN1", "RUN10")])
    async with stage.app().run_test(size=SMALL) as pilot:

        def shown() -> list[str]:
            return [line for line in lines_of(table_of(pilot))[1:] if line]

        await pilot.press("4")
        await until(pilot, lambda: len(shown()) == 4)
        await pilot.press("K")
        await until(pilot, lambda: len(shown()) == 1 and "refused" in shown()[0])
        assert "error, any time" in text_of(pilot, "#crumbs")
        await pilot.press("escape", "W", "W", "W")
        await until(pilot, lambda: len(shown()) == 3)
        assert "all kinds, last 7 days" in text_of(pilot, "#crumbs")
        await pilot.press("escape", "slash", *"run:RUN1")
        await until(pilot, lambda: len(shown()) == 2)
        await pilot.press(*" kind:run since:9d !nonsense")
        await until(pilot, lambda: len(shown()) == 1 and "simpleflu · RUN1 " in shown()[0])
        await pilot.press(*" none")
        await until(pilot, lambda: "Nothing of that happened" in text_of(pilot, "#empty"))
        await pilot.press("escape")
        await until(pilot, lambda: len(shown()) == 4)


async def test_again(stage: Stage) -> None:
    """What happens again while one looks comes to the front, with its count; the cursor stays."""
    stage.activity_log.add([an_error(), *of_runs("RUN1")])
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: table_of(pilot).row_count == 2)
        stage.activity_log.add([an_error(), an_error()])
        await until(pilot, lambda: lines_of(table_of(pilot))[1].endswith("3x"))
        assert table_of(pilot).row_count == 2
        await until(pilot, lambda: "simpleflu · RUN1" in text_of(pilot, "#happening"))


async def test_places(failed: Stage) -> None:
    """`enter` opens the run, `3` the transfer of what is under the cursor; `4` comes back to it."""
    failed.activity_log.add(of_runs("RUN1", "RUN2"))
    async with failed.app().run_test(size=SMALL) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: table_of(pilot).row_count >= 4)
        error = next(e for e in failed.activity_log.after(0) if e.level is Level.ERROR)
        await until(pilot, lambda: table_of(pilot).move_to(str(error.id)))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, WatchScreen))
        await until(pilot, lambda: table_of(pilot).cursor_key == f"{MEASLES}/RUN1")
        await pilot.press("3")
        await until(pilot, lambda: isinstance(pilot.app.screen, TransfersScreen))
        await pilot.press("4")
        await until(pilot, lambda: isinstance(pilot.app.screen, ActivityScreen))
        await until(pilot, lambda: "measles · RUN1" in text_of(pilot, "#happening"))
        await pilot.press("1")
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN3"))
        await pilot.press("j", "k", "4")
        await until(pilot, lambda: any("RUN3" in said for said in said_by(pilot)))


async def test_no_transfer(stage: Stage) -> None:
    """What is in no queue cannot be retried, and what is about nothing here not be opened."""
    stage.activity_log.add([an_error(path="/elsewhere/RUN1")])
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: "Means" in text_of(pilot, "#happening"))
        await pilot.press("r", "enter")
        await until(pilot, lambda: any("not in the queue any more" in s for s in said_by(pilot)))
        await until(pilot, lambda: any("It is about no run" in s for s in said_by(pilot)))
    assert stage.queue.views() == ()


async def test_copy(failed: Stage, copied: list[str]) -> None:
    """All of it, in the words of the pane."""
    async with failed.app().run_test(size=SMALL) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: "Means" in text_of(pilot, "#happening"))
        await pilot.press("y")
        await until(pilot, lambda: bool(copied))
    assert "What: PutObject was refused" in copied[0]
    assert "Kept: 6 of 31 parts." in copied[0]


async def test_report(failed: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page with what else happened to the run, saved where RunFerry was started."""
    monkeypatch.chdir(tmp_path)
    async with failed.app().run_test(size=SMALL) as pilot:
        await pilot.press("4")
        await until(pilot, lambda: "Means" in text_of(pilot, "#happening"))
        await pilot.press("S")
        await until(pilot, lambda: any("Saved: " in said for said in said_by(pilot)))
    text = "".join(saved.read_text() for saved in reports(tmp_path))
    for words in ("Means: The store knows", "Do: Check the", "upload started"):
        assert words in text


async def test_failure_of_the_app(stage: Stage) -> None:
    """What the app could not do stays to be read when its toast is gone."""
    stage.journal.fail_next("put_transfer", StateError("The disk is full."))
    stage.journal.bind_root(FLU, 12)
    async with stage.app().run_test(size=SMALL) as pilot:
        await until(pilot, lambda: table_of(pilot).move_to(f"{FLU}/RUN1"))
        await pilot.press("u", "4")
        await until(pilot, lambda: "The disk is full." in text_of(pilot, "#happening"))
