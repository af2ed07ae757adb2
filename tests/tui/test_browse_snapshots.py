"""Pictures of Browse: empty, populated, refused; one list, and three side by side."""

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from core.errors import StoreAccessDeniedError
from core.model import Run
from tests.builders import a_job, an_artifact
from tests.tui.builders import Stage, stored, until
from tests.tui.screen_text import lines_of, table_of, text_of
from tests.tui.test_snapshots import LARGE, SMALL, SnapCompare, answering
from tui.widgets.tab_bar import TabBar

SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["small", "large"])


@pytest.fixture
def full(stage: Stage) -> Stage:
    """A job with runs in several states, one of them in two versions; two other jobs."""
    stored(stage)
    for job_id, name in ((13, "measles, ward level"), (9, "baseline")):
        job = replace(a_job(job_id, name), owner="ada", host="lab-1", tags=("ward", "2026"))
        stage.catalog.put_job(job)
    stage.catalog.put_run(Run(12, 3))
    key, aside = "jobs/12/run_1_results.zip", "jobs/12/versions/run_1_results.v0001.zip"
    stage.catalog.put_artifact(an_artifact(aside, run_id=1))
    newest = replace(an_artifact(key, run_id=1), version=2, size=7_777_777, sha256="cd" * 32)
    newest = replace(newest, content_id="ef" * 32, host="node-3", app_version="1.0")
    stage.catalog.put_artifact(newest)
    stage.catalog.put_artifact(an_artifact("jobs/12/job_config.json", run_id=None))
    return stage


@SIZES
def test_runs(full: Stage, size: tuple[int, int], snap_compare: SnapCompare) -> None:
    """The runs of a job, two of them marked; where there is room, jobs, artifacts and details with them."""

    async def before(pilot: Pilot[int]) -> None:
        await pilot.press("2")
        await until(pilot, lambda: table_of(pilot).row_count == 3 and table_of(pilot).has_focus)
        await pilot.press("j", "enter")
        await until(pilot, lambda: table_of(pilot).row_count == 4 and table_of(pilot).has_focus)
        await until(pilot, lambda: "synced 14:08" in text_of(pilot, "#crumbs"))
        await pilot.press("space", "space", "k", "k")
        await until(pilot, lambda: table_of(pilot).cursor_key == "1")
        await until(pilot, lambda: "2 marked" in text_of(pilot, "#crumbs"))
        if size == LARGE:
            await until(pilot, lambda: "v1        203 MiB" in text_of(pilot, "#about"))

    assert snap_compare(answering(full), terminal_size=size, run_before=before)


@SIZES
def test_versions(full: Stage, size: tuple[int, int], snap_compare: SnapCompare) -> None:
    """What is stored of a run: the newest version first."""

    async def before(pilot: Pilot[int]) -> None:
        await pilot.press("2")
        await until(pilot, lambda: table_of(pilot).row_count == 3 and table_of(pilot).has_focus)
        await pilot.press("j", "enter")
        await until(pilot, lambda: table_of(pilot).row_count == 4 and table_of(pilot).has_focus)
        await pilot.press("enter")
        await until(pilot, lambda: table_of(pilot).row_count == 2 and table_of(pilot).has_focus)
        await until(pilot, lambda: "v2 latest" in lines_of(table_of(pilot))[1])
        await until(pilot, lambda: "synced 14:08" in text_of(pilot, "#crumbs"))
        if size == LARGE:
            await until(pilot, lambda: "the latest of 2" in text_of(pilot, "#about"))

    assert snap_compare(answering(full), terminal_size=size, run_before=before)


@SIZES
def test_never_read(stage: Stage, size: tuple[int, int], snap_compare: SnapCompare) -> None:
    """Nothing is known yet: what to do."""
    stage.catalog.clear()

    async def before(pilot: Pilot[int]) -> None:
        await pilot.press("2")
        await until(pilot, lambda: "R reads the store" in text_of(pilot, "#empty"))
        await until(pilot, lambda: "stale" in pilot.app.screen.query_one(TabBar).render().plain)

    assert snap_compare(answering(stage), terminal_size=size, run_before=before)


@SIZES
def test_refused(full: Stage, size: tuple[int, int], snap_compare: SnapCompare) -> None:
    """Why the store was not read, and what to do; what was known stays."""

    def sync() -> None:
        raise StoreAccessDeniedError(
            "ListObjectsV2 was refused: AccessDenied (HTTP 403, request 7H2K).",
            todo="Ask for s3:ListBucket, then retry.",
        )

    full.sync = sync

    async def before(pilot: Pilot[int]) -> None:
        await pilot.press("2")
        await until(pilot, lambda: table_of(pilot).row_count == 3 and table_of(pilot).has_focus)
        await pilot.press("R")
        await until(pilot, lambda: "ListObjectsV2 was refused" in text_of(pilot, "#error"))
        await until(pilot, lambda: "as known at" in text_of(pilot, "#crumbs"))
        if size == LARGE:
            await until(pilot, lambda: "0 artifacts" in text_of(pilot, "#about"))

    assert snap_compare(answering(full), terminal_size=size, run_before=before)
