"""Going somewhere by typing where."""

from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from tests.builders import a_job, a_run, an_artifact
from tests.tui.builders import FLU, Stage, until
from tests.tui.screen_text import table_of, text_of
from tui.screens.palette import Palette
from tui.screens.places import key_in_store, nothing_like, places_like

KEY = "jobs/12/2026/11/20/120000/run_4_results.zip"


def fill(stage: Stage) -> None:
    for job_id in (12, 112, 5):
        stage.catalog.put_job(a_job(job_id, f"flu-{job_id}"))
        stage.catalog.put_run(replace(a_run(job_id, 4), directory="seed_4"))
    stage.catalog.put_artifact(an_artifact(KEY))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("job 12", "Job 12 flu-12"),
        ("12", "Job 12 flu-12"),
        ("flu-5", "Job 5 flu-5"),
        ("5 seed_4", "Job 5 flu-5 / seed_4"),
        ("seed_4", "Job 112 flu-112 / seed_4"),
        ("RUN10", "Run simpleflu/OUT/RUN10"),
        ("sett", "Settings"),
        (KEY, KEY),
        (f"~/store/{KEY}", KEY),
    ],
)
def test_first(stage: Stage, typed: str, first: str) -> None:
    """What is meant exactly comes before what only has it in its name, however new that is."""
    fill(stage)
    assert places_like(stage.services(), typed, limit=50)[0].text == first


def test_bounded(stage: Stage) -> None:
    """Of each kind no more than are asked for."""
    fill(stage)
    assert len(places_like(stage.services(), "flu", limit=2)) == 6
    assert places_like(stage.services(), " ", limit=2) == ()


def test_nothing(stage: Stage) -> None:
    """It says what is not there, and from when it is what is known."""
    services = stage.services()
    assert places_like(services, "job 99", limit=9) == []
    told = nothing_like(services, "job 99")
    assert told == "Job 99 is not known here; store as known at 14:07 (30 s ago)"
    elsewhere = "s3://other/jobs/12/x.zip"
    assert places_like(services, elsewhere, limit=9) == ()
    assert (
        nothing_like(services, elsewhere) == f"{elsewhere} is not in this store, which is ~/store"
    )


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("s3://lab/teams/epi/jobs/7/x.zip", "jobs/7/x.zip"),
        ("s3://lab/jobs/7/x.zip", ""),
        ("jobs/7/x.zip", "jobs/7/x.zip"),
        ("/data/jobs/7", ""),
        ("RUN3", ""),
    ],
)
def test_key_in_store(typed: str, key: str) -> None:
    """Below the prefix of a shared bucket."""
    assert key_in_store("s3://lab/teams/epi", typed) == key


async def go(pilot: Pilot[int], typed: str) -> None:
    await pilot.press("colon")
    await until(pilot, lambda: isinstance(pilot.app.focused, Input))
    await pilot.press(*typed, "enter")
    await until(pilot, lambda: not isinstance(pilot.app.screen, Palette))


async def test_go_to(stage: Stage) -> None:
    """From any screen, also over an opened run."""
    fill(stage)
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: table_of(pilot).row_count == 8)
        await go(pilot, "12")
        await until(pilot, lambda: pilot.app.current_mode == "browse")
        await until(pilot, lambda: "jobs › 12 flu-12" in text_of(pilot, "#crumbs"))
        await go(pilot, "run10")
        await until(pilot, lambda: pilot.app.current_mode == "watch")
        await until(pilot, lambda: table_of(pilot).cursor_key == f"{FLU}/RUN10")
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen.is_modal)
        await go(pilot, KEY)
        await until(pilot, lambda: pilot.app.current_mode == "browse")
        await until(pilot, lambda: table_of(pilot).cursor_key == KEY)
        await go(pilot, "settings")
        await until(pilot, lambda: pilot.app.current_mode == "settings")


async def test_nothing_there(stage: Stage) -> None:
    """The only line says why, and goes nowhere."""
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await pilot.press("colon")
        await until(pilot, lambda: isinstance(pilot.app.focused, Input))
        await pilot.press(*"job 99")
        choices = pilot.app.screen.query_one(OptionList)
        await until(pilot, lambda: choices.option_count == 1)
        assert "Job 99 is not known here" in str(choices.get_option_at_index(0).prompt)
