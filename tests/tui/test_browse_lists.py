"""Browsing as people browse: three lists side by side or one by one, sorted, filtered, clicked through."""

from dataclasses import replace

import pytest
from textual.pilot import Pilot

from core.model import Run
from core.ports.journal.bindings import StoredSource
from core.ports.journal.proofs import Proof, ProofKind
from tests.builders import NOON, a_job, an_artifact
from tests.tui.builders import FLU, Stage, stored, until
from tests.tui.screen_text import lines_of, table_of, text_of
from tui.screens.browse import BrowseScreen
from tui.widgets.crumbs import Crumbs
from tui.widgets.row_table import RowTable

SMALL, LARGE = (80, 24), (120, 36)
RESULTS = "jobs/12/run_1_results.zip"


@pytest.fixture
def full(stage: Stage) -> Stage:
    """Job 12 with two stored runs and one that waits, and a newer job without runs."""
    stored(stage)
    stage.catalog.put_job(replace(a_job(13, "measles"), owner="ada", tags=("ward",)))
    stage.catalog.put_run(Run(12, 3))
    stage.catalog.put_artifact(an_artifact("jobs/12/job_config.json", run_id=None))
    return stage


def rows_of(pilot: Pilot[int], table: str) -> list[str]:
    """The first words of the rows of a list that is shown."""
    found = pilot.app.screen.query_one(f"#{table}", RowTable)
    lines = (line.replace("▌", " ").split() for line in lines_of(found)[1:])
    return [line[0] for line in lines if line]


def level(pilot: Pilot[int]) -> str:
    return table_of(pilot).id or ""


async def browse(pilot: Pilot[int], rows: int = 2) -> None:
    await pilot.press("2")
    await until(pilot, lambda: isinstance(pilot.app.screen, BrowseScreen))
    await until(pilot, lambda: table_of(pilot).row_count == rows and table_of(pilot).has_focus)


async def test_three_lists(full: Stage) -> None:
    """Beside and below.

    Given a wide terminal
    When the cursor goes over jobs and runs
    Then their runs and artifacts are beside them, and what is known of the row is below.
    """
    async with full.app().run_test(size=LARGE) as pilot:
        await browse(pilot)
        await until(pilot, lambda: "by ada" in text_of(pilot, "#about"))
        assert rows_of(pilot, "runs")[:3] == ["Nothing", "u"]
        await pilot.press("down")
        await until(pilot, lambda: rows_of(pilot, "runs") == ["RUN1", "RUN2", "RUN3", "job"])
        assert rows_of(pilot, "artifacts") == ["run_1_results.zip"]
        await until(pilot, lambda: "2 done, 1 not started" in text_of(pilot, "#about"))
        assert "3 artifacts, 609 MiB as stored" in text_of(pilot, "#about")
        await pilot.press("right", "down", "down")
        await until(pilot, lambda: "not started" in text_of(pilot, "#about"))
        assert rows_of(pilot, "artifacts")[:1] == ["Nothing"]
        await pilot.press("down")
        await until(pilot, lambda: rows_of(pilot, "artifacts") == ["job_config.json"])
        await pilot.press("g", "enter")
        await until(pilot, lambda: level(pilot) == "artifacts")
        await until(pilot, lambda: "sha-256   abab" in text_of(pilot, "#about"))
        await pilot.press("escape", "left")
        await until(pilot, lambda: level(pilot) == "jobs")
        assert table_of(pilot).cursor_key == "12"


async def test_tab_and_mouse(full: Stage) -> None:
    """Tab and a click give the keys to another list; one that holds nothing gets none."""
    async with full.app().run_test(size=LARGE) as pilot:
        await browse(pilot)
        await pilot.press("down")
        await until(pilot, lambda: "RUN1" in rows_of(pilot, "runs"))
        await pilot.press("tab")
        await until(pilot, lambda: level(pilot) == "runs")
        await pilot.click("#artifacts", offset=(5, 1))
        await until(pilot, lambda: level(pilot) == "artifacts")
        await pilot.click("#jobs", offset=(5, 1))
        await until(pilot, lambda: level(pilot) == "jobs")
        await until(pilot, lambda: rows_of(pilot, "runs")[:1] == ["Nothing"])
        await pilot.press("tab", "tab")
        await until(pilot, lambda: level(pilot) != "artifacts")


async def test_resizing_keeps_the_place(full: Stage) -> None:
    """From three lists to one and back: the same list has the keys, the cursor is on the same row."""
    async with full.app().run_test(size=LARGE) as pilot:
        await browse(pilot)
        await pilot.press("down", "right", "down")
        await until(pilot, lambda: table_of(pilot).cursor_key == "2")
        await pilot.resize_terminal(*SMALL)
        await until(pilot, lambda: not pilot.app.screen.query_one("#jobs").display)
        assert (level(pilot), table_of(pilot).cursor_key) == ("runs", "2")
        await pilot.press("enter")
        await until(pilot, lambda: "RUN2" in text_of(pilot, "#crumbs"))
        await pilot.resize_terminal(*LARGE)
        await until(pilot, lambda: bool(pilot.app.screen.query_one("#jobs").display))
        assert level(pilot) == "artifacts"
        assert pilot.app.screen.query_one("#runs", RowTable).cursor_key == "2"


async def test_crumbs(full: Stage) -> None:
    """A click on a step of the path goes there."""
    async with full.app().run_test(size=SMALL) as pilot:
        await browse(pilot)
        await pilot.press("down", "enter", "enter")
        await until(pilot, lambda: "RUN1" in text_of(pilot, "#crumbs"))
        at = text_of(pilot, "#crumbs").index("12 simpleflu")
        await pilot.click(Crumbs, offset=(at + 2, 0))
        await until(pilot, lambda: level(pilot) == "runs")
        await pilot.click(Crumbs, offset=(2, 0))
        await until(pilot, lambda: level(pilot) == "jobs")
        assert table_of(pilot).cursor_key == "12"


async def test_sort(full: Stage) -> None:
    """`o` takes the next column, `O` the other way, a click on a head that column; the row stays."""
    async with full.app().run_test(size=SMALL) as pilot:
        await browse(pilot)
        assert "JOB↓" in lines_of(table_of(pilot))[0]
        await pilot.press("down", "o")
        await until(pilot, lambda: "NAME↑" in lines_of(table_of(pilot))[0])
        assert rows_of(pilot, "jobs") == ["13", "12"]
        assert table_of(pilot).cursor_key == "12"
        await pilot.press("O")
        await until(pilot, lambda: rows_of(pilot, "jobs") == ["12", "13"])
        assert table_of(pilot).cursor_key == "12"
        head = lines_of(table_of(pilot))[0]
        await pilot.click("#jobs", offset=(head.index("RUNS"), 0))
        await until(pilot, lambda: "RUNS↓" in lines_of(table_of(pilot))[0])
        await pilot.press("enter")
        await until(pilot, lambda: level(pilot) == "runs")
        await pilot.press("O")
        await until(pilot, lambda: rows_of(pilot, "runs") == ["RUN3", "RUN2", "RUN1", "job"])


async def test_a_filter_stays(full: Stage) -> None:
    """When the list is read again, and when one comes back to it."""
    async with full.app().run_test(size=SMALL) as pilot:
        await browse(pilot)
        await pilot.press("slash", *"flu", "enter")
        await until(pilot, lambda: text_of(pilot, "#filter-count") == "1 of 2 ")
        full.catalog.put_job(a_job(14, "another flu"))
        await pilot.press("R")
        await until(pilot, lambda: text_of(pilot, "#filter-count") == "2 of 3 ")
        assert rows_of(pilot, "jobs") == ["14", "12"]
        assert table_of(pilot).cursor_key == "12"
        await pilot.press("enter")
        await until(pilot, lambda: "12 simpleflu" in text_of(pilot, "#crumbs"))
        await pilot.press("escape")
        await until(pilot, lambda: text_of(pilot, "#filter-count") == "2 of 3 ")
        assert table_of(pilot).cursor_key == "12"
        await pilot.press("escape")
        await until(pilot, lambda: rows_of(pilot, "jobs") == ["14", "13", "12"])


async def test_nothing_matches(full: Stage) -> None:
    """It says so instead of showing nothing; the row one was on is found again."""
    async with full.app().run_test(size=SMALL) as pilot:
        await browse(pilot)
        await pilot.press("down", "slash", *"xyz")
        await until(pilot, lambda: "Nothing of 2 matches 'xyz'" in text_of(pilot, "#empty"))
        assert "esc shows all" in text_of(pilot, "#empty")
        await pilot.press("escape")
        await until(pilot, lambda: table_of(pilot).row_count == 2)
        assert table_of(pilot).cursor_key == "12"


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_what_is_known_of_content(full: Stage, size: tuple[int, int]) -> None:
    """LOCAL and VERIFIED.

    Given results that were downloaded, and a directory that still is what was stored
    When they are listed
    Then both are said; of content that took its place, and of a directory that changed, nothing is.
    """
    path = f"{FLU}/RUN1"
    held = replace(an_artifact(RESULTS, run_id=1), content_id="cd" * 32)
    full.catalog.put_artifact(held)
    same = StoredSource(full.tree.fingerprint(path), 12, 1, content_id=held.content_id)
    full.journal.put_stored(path, same)
    full.journal.put_proofs([Proof(RESULTS, held.sha256, ProofKind.DOWNLOADED, NOON)])
    async with full.app().run_test(size=size) as pilot:
        await browse(pilot)
        await pilot.press("down", "enter", "enter")
        await until(pilot, lambda: level(pilot) == "artifacts")
        await until(pilot, lambda: "✓" in lines_of(table_of(pilot))[1])
        assert "downloaded" in lines_of(table_of(pilot))[1]
        if size == LARGE:
            said = "verified  downloaded: all of it has this digest, 2026-11-20 12:00"
            await until(pilot, lambda: said in text_of(pilot, "#about"))
            assert f"the same content is in {path}" in text_of(pilot, "#about")
        full.catalog.put_artifact(replace(held, sha256="ef" * 32, content_id="ef" * 32))
        await pilot.press("R")
        await until(pilot, lambda: "✓" not in lines_of(table_of(pilot))[1])
        assert "downloaded" not in lines_of(table_of(pilot))[1]


async def test_a_job_that_is_gone(full: Stage) -> None:
    """Its lists close: no key acts on the runs of the job that took its place under the cursor."""
    async with full.app().run_test(size=LARGE) as pilot:
        await browse(pilot)
        await pilot.press("down", "right")
        await until(pilot, lambda: level(pilot) == "runs")
        full.catalog.remove_job(12)
        await pilot.press("R")
        await until(pilot, lambda: level(pilot) == "jobs")
        assert rows_of(pilot, "jobs") == ["13"]
