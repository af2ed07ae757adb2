"""The store, as a user walks through it."""

import threading

from core.errors import CatalogError, StoreAccessDeniedError
from tests.builders import a_job, a_run, an_artifact
from tests.tui.builders import Stage, stored, until
from tests.tui.screen_text import lines_of, said_by, table_of, text_of
from tui.widgets.choices import ChoiceTable

SMALL = (80, 24)


def columns_of(line: str) -> list[str]:
    return line.replace("▌", " ").split()


async def test_never_synced(stage: Stage) -> None:
    """An empty cache says that it is empty, and which key fills it."""
    stage.catalog.clear()
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("2")
        await until(pilot, lambda: "R reads the store" in text_of(pilot, "#empty"))
        assert "never synced" in text_of(pilot, "#crumbs")


async def test_nothing_here(stage: Stage) -> None:
    """An empty place in a store that is known says what is missing there, and how it comes."""
    stage.catalog.put_job(a_job(12, "simpleflu"))
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("2", "enter")
        await until(pilot, lambda: "Nothing is stored of this job" in text_of(pilot, "#empty"))
        assert "u in Watch uploads" in text_of(pilot, "#empty")


async def test_jobs_runs_artifacts(stage: Stage) -> None:
    """Enter goes from jobs to runs to artifacts, esc goes back to the row one came from."""
    stored(stage)
    stage.catalog.put_job(a_job(13, "measles"))
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("2")
        await until(pilot, lambda: table_of(pilot).row_count == 2)
        assert columns_of(lines_of(table_of(pilot))[2])[:3] == ["12", "simpleflu", "2"]
        await pilot.press("j", "enter")
        await until(pilot, lambda: "12 simpleflu" in text_of(pilot, "#crumbs"))
        runs = lines_of(table_of(pilot))[1:4]
        assert [columns_of(line)[:1] for line in runs] == [["RUN1"], ["RUN2"], []]
        await pilot.press("j", "enter")
        await until(pilot, lambda: "RUN2" in text_of(pilot, "#crumbs"))
        assert columns_of(lines_of(table_of(pilot))[1])[:3] == [
            "run_2_results.zip",
            "v1",
            "203",
        ]
        await pilot.press("escape")
        await until(pilot, lambda: table_of(pilot).cursor_key == "2")
        await pilot.press("escape")
        await until(pilot, lambda: table_of(pilot).cursor_key == "12")
        await pilot.press("escape")
        assert pilot.app.is_running


async def test_job_files(stage: Stage) -> None:
    """A job's own artifacts are apart from those of its runs, and come after them."""
    stored(stage)
    stage.catalog.put_artifact(an_artifact("jobs/12/job_config.json", run_id=None))
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("2", "enter")
        await until(pilot, lambda: table_of(pilot).row_count == 3)
        last = lines_of(table_of(pilot))[3]
        assert columns_of(last) == ["job", "files", "1", "file"]
        await pilot.press("G", "enter")
        await until(pilot, lambda: "job files" in text_of(pilot, "#crumbs"))
        assert table_of(pilot).row_count == 1


async def test_sync(stage: Stage) -> None:
    """`R` reads the store on another thread; the rows come, with their age."""
    go_on = threading.Event()

    def sync() -> None:
        assert go_on.wait(10)
        stage.catalog.replace([a_job()], [a_run()], [], stage.clock.now())

    stage.sync = sync
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("2", "R")
        await until(pilot, lambda: "syncing …" in text_of(pilot, "#crumbs"))
        go_on.set()
        await until(pilot, lambda: "synced 14:08 (0 s ago)" in text_of(pilot, "#crumbs"))
        assert table_of(pilot).row_count == 1
        stage.clock.advance(3 * 3600)
        await until(pilot, lambda: "(3 h ago)" in text_of(pilot, "#crumbs"))


async def test_sync_that_fails(stage: Stage) -> None:
    """The error stays until it is dealt with, the rows stay too; `r` tries again."""
    stored(stage)
    answers = [StoreAccessDeniedError("No entry to [s3].", todo="Ask for it."), None]

    def sync() -> None:
        if error := answers.pop(0):
            raise error

    stage.sync = sync
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("2", "R")
        await until(pilot, lambda: "What  No entry to [s3]." in text_of(pilot, "#error"))
        assert "Do    Ask for it." in text_of(pilot, "#error")
        assert table_of(pilot).row_count == 1
        await pilot.press("r")
        await until(pilot, lambda: not answers)
        await until(pilot, lambda: not pilot.app.screen.query_one("#error").display)


async def test_sync_with_a_bug(stage: Stage) -> None:
    """Even what nobody expected ends in the pane, not in a crash."""

    def sync() -> None:
        raise ZeroDivisionError

    stage.sync = sync
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("2", "R")
        await until(pilot, lambda: "Unexpected ZeroDivisionError" in text_of(pilot, "#error"))


async def test_catalog_that_fails(stage: Stage) -> None:
    """A broken cache is said to be broken; the app goes on."""
    stage.catalog.fail_next("job_count", CatalogError("The cache cannot be read."))
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("2")
        await until(pilot, lambda: "The cache cannot be read." in text_of(pilot, "#error"))


async def test_filter(stage: Stage) -> None:
    """What matches is found beyond the page that is shown."""
    for number in range(1, 3001):
        stage.catalog.put_job(a_job(number, f"job[{number}]"))
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("2")
        await until(pilot, lambda: table_of(pilot).row_count == 3000)
        await pilot.press("slash", *"[7]")
        await until(pilot, lambda: text_of(pilot, "#filter-count") == "1 of 3000 ")
        await pilot.press("enter", "enter")
        await until(pilot, lambda: "7 job[7]" in text_of(pilot, "#crumbs"))


async def test_copy_key(stage: Stage) -> None:
    """`y` copies the key of the artifact."""
    stored(stage)
    async with stage.app().run_test(size=SMALL) as pilot:
        await pilot.press("2", "enter", "enter", "y")
        await until(pilot, lambda: isinstance(pilot.app.focused, ChoiceTable))
        await pilot.press("1")
        await until(pilot, lambda: said_by(pilot) == ["Copied key (through the terminal)"])
