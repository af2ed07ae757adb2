"""Taking things out of the store on the Browse screen: what is asked, what is said."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from core.download.download_request import DownloadRequest
from core.errors import DownloadError
from core.model import Run
from core.transfer_view import Direction, Phase, TransferView
from tests.builders import MIB, an_artifact
from tests.tui.builders import Stage, download, stored, until
from tests.tui.screen_text import lines_of, said_by, table_of, text_of
from tui.screens.download import DownloadScreen
from tui.widgets.choices import ChoiceTable
from tui.widgets.panes import TextPane
from tui.widgets.tab_bar import TabBar

SMALL = (80, 24)
KEYS = {n: f"jobs/12/run_{n}_results.zip" for n in (1, 2)}


@pytest.fixture
def full(stage: Stage) -> Stage:
    """Two runs, and a file of the job."""
    stored(stage)
    stage.catalog.put_artifact(an_artifact("jobs/12/job_config.json", run_id=None))
    return stage


def queued(stage: Stage) -> list[TransferView]:
    return list(stage.queue.views())


async def open_job(pilot: Pilot[int]) -> None:
    await pilot.press("2")
    await until(pilot, lambda: pilot.app.current_mode == "browse")
    await until(pilot, lambda: table_of(pilot).row_count > 0)
    await pilot.press("enter")
    await until(pilot, lambda: table_of(pilot).row_count == 3)


async def test_a_run(full: Stage) -> None:
    """Asks where to, queues its artifacts, and says how many."""
    async with full.app().run_test(size=SMALL) as pilot:
        await open_job(pilot)
        await download(pilot, "/home/ada/back")
        await until(pilot, lambda: "Queued 1 download" in said_by(pilot))
        (view,) = queued(full)
        assert (view.direction, view.source) == (Direction.DOWNLOAD, KEYS[1])
        assert view.target == "/home/ada/back/run_1_results.zip"


async def test_a_job(full: Stage) -> None:
    """All of it, ZIPs taken apart; the directory that was chosen last is proposed the next time."""
    async with full.app().run_test(size=SMALL) as pilot:
        await pilot.press("2")
        await until(pilot, lambda: table_of(pilot).row_count == 1)
        await download(pilot, "~/back/../here", extract=True)
        await until(pilot, lambda: "Queued 3 downloads" in said_by(pilot))
        targets = {view.target for view in queued(full)}
        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, DownloadScreen))
        proposed = pilot.app.screen.query_one(Input).value
    assert targets == {proposed, f"{proposed}/job_config.json"}
    assert proposed.endswith("/here")
    assert ".." not in proposed


async def test_what_is_no_zip(full: Stage) -> None:
    """There is nothing to take apart, and nothing is asked about it."""
    async with full.app().run_test(size=SMALL) as pilot:
        await open_job(pilot)
        await pilot.press("G", "d")
        await until(pilot, lambda: isinstance(pilot.app.screen, DownloadScreen))
        assert not pilot.app.screen.query("YesNoBox")


async def test_not_now(full: Stage) -> None:
    """Without a directory it goes no further; esc leaves everything as it was."""
    async with full.app().run_test(size=SMALL) as pilot:
        await open_job(pilot)
        await download(pilot, " ")
        await until(pilot, lambda: "Type a directory" in text_of(pilot, "#target-says"))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, DownloadScreen))
    assert queued(full) == []


async def test_progress_and_failure(full: Stage) -> None:
    """Which way it goes, how far it is, and why one was not downloaded."""
    script = full.ferry.hold(KEYS[1], done=25 * MIB, total=100 * MIB, phase=Phase.RECEIVING)
    full.ferry.fail(KEYS[2], DownloadError("The [disk] is full.", todo="Make room."))
    full.queue.start()
    for key in KEYS.values():
        full.queue.submit(DownloadRequest.of(an_artifact(key, run_id=1), "/x"))
    assert script.waiting.wait(10)
    async with full.app().run_test(size=(120, 36)) as pilot:
        await pilot.press("3")
        await until(pilot, lambda: "!1" in pilot.app.screen.query_one(TabBar).render().plain)
        assert "▼1" in pilot.app.screen.query_one(TabBar).render().plain
        (line,) = (line for line in lines_of(table_of(pilot)) if "▼" in line)
        assert "▼ job 12 · RUN1 results" in line
        assert "25%" in line
        assert "downloading" in line
        assert "→ /x/run_1_results.zip" in text_of(pilot, "#story")
        assert "25 MiB of 100 MiB received" in text_of(pilot, "#story")
        await pilot.press("j")
        await until(pilot, lambda: "What  The [disk] is full." in text_of(pilot, "#story"))
        assert "Do    Make room." in text_of(pilot, "#story")


async def link(pilot: Pilot[int], *keys: str) -> None:
    """`l`, and what is pressed in the dialog."""
    await pilot.press("l")
    await until(pilot, lambda: isinstance(pilot.app.focused, ChoiceTable))
    await pilot.press(*keys)


async def test_link(full: Stage, copied: list[str]) -> None:
    """Of a run its results, for an hour by two keys; the toast says until when, and not what."""
    async with full.app().run_test(size=SMALL) as pilot:
        await open_job(pilot)
        await pilot.press("j")
        await link(pilot, "enter")
        said = "Copied link, good until 2026-11-20 15:08 (through the terminal)"
        await until(pilot, lambda: said_by(pilot) == [said])
    assert [urlsplit(text).path for text in copied] == [f"/{KEYS[2]}"]
    assert "X-Amz-Expires=3600&" in copied[0]


async def test_links_to_versions(full: Stage, copied: list[str]) -> None:
    """The newest stands first and is said to be the latest; a link is to the one that is meant."""
    old = "jobs/12/versions/run_1_results.v0001.zip"
    full.catalog.put_artifact(an_artifact(old, run_id=1))
    full.catalog.put_artifact(replace(an_artifact(KEYS[1], run_id=1), version=2))
    async with full.app().run_test(size=SMALL) as pilot:
        await open_job(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: table_of(pilot).row_count == 2)
        shown = [line.replace("▌", "").split() for line in lines_of(table_of(pilot))[1:3]]
        assert shown[0][:3] == ["run_1_results.zip", "v2", "latest"]
        assert shown[1][:2] == ["run_1_results.v0001.zip", "v1"]
        await pilot.press("j")
        await link(pilot, "2")
        await until(pilot, lambda: [urlsplit(text).path for text in copied] == [f"/{old}"])
        assert "X-Amz-Expires=86400&" in copied[0]
        await download(pilot, "/home/ada/back")
        await until(pilot, lambda: [view.source for view in queued(full)] == [old])


async def test_marked_runs(full: Stage, copied: list[str]) -> None:
    """Given marked runs, d and l act on these and say so; what is queued is not marked any more."""
    async with full.app().run_test(size=SMALL) as pilot:
        await open_job(pilot)
        await pilot.press("space", "space")
        await until(pilot, lambda: "2 marked" in text_of(pilot, "#crumbs"))
        await link(pilot, "enter")
        await until(pilot, lambda: "Copied 2 links, good until" in " ".join(said_by(pilot)))
        links = copied[0].splitlines()
        assert [urlsplit(url).path for url in links] == [f"/{key}" for key in KEYS.values()]
        await pilot.press("d")
        await until(pilot, lambda: isinstance(pilot.app.screen, DownloadScreen))
        panes = pilot.app.screen.query(TextPane)
        await until(
            pilot, lambda: any("2 marked runs: 2 artifacts, 406" in pane.text for pane in panes)
        )
        await until(pilot, lambda: isinstance(pilot.app.focused, Input))
        await pilot.press("enter")
        await until(pilot, lambda: "Queued 2 downloads" in said_by(pilot))
        assert table_of(pilot).marks == frozenset()
    assert sorted(view.source for view in queued(full)) == sorted(KEYS.values())


async def test_what_has_no_link(full: Stage) -> None:
    """A job is several artifacts; what is not stored is said to be so."""
    full.catalog.put_run(Run(12, 3))
    async with full.app().run_test(size=SMALL) as pilot:
        await pilot.press("2")
        await until(pilot, lambda: table_of(pilot).row_count == 1)
        await pilot.press("l")
        await until(pilot, lambda: "Open it: a link is to one artifact" in said_by(pilot))
        await pilot.press("enter", "j", "j", "l")
        await until(pilot, lambda: "No results are stored of RUN3." in " ".join(said_by(pilot)))
