"""`l` in Browse: how long a link is to work, and when it ends."""

from dataclasses import replace
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from core.model import Artifact
from core.ports.presigned_url import PresignedUrl
from core.stored.links import Link
from tests.tui.builders import Stage, stored, until
from tests.tui.screen_text import drawn_text_of, lines_of, said_by, table_of, text_of
from tui.screens.link import LinkScreen
from tui.widgets.choices import ChoiceTable

SIZES = [(60, 16), (80, 24), (120, 36)]


async def asked(pilot: Pilot[int]) -> ChoiceTable:
    """Browse, at a run, with the dialog on top."""
    await pilot.press("2")
    await until(pilot, lambda: pilot.app.current_mode == "browse")
    await until(pilot, lambda: table_of(pilot).row_count > 0)
    await pilot.press("enter", "l")
    await until(pilot, lambda: isinstance(pilot.app.focused, ChoiceTable))
    return pilot.app.screen.query_one(ChoiceTable)


async def typed(pilot: Pilot[int], text: str) -> None:
    """Another time, after the line for it was chosen."""
    await pilot.press("4")
    await until(pilot, lambda: not isinstance(pilot.app.focused, ChoiceTable))
    await pilot.press(*text)


def signed_with(stage: Stage, *, hours: float | None) -> None:
    """Temporary credentials, which end in that time; nobody knows when without."""
    make, end = stage.addresses.link, None
    if hours is not None:
        end = stage.clock.now() + timedelta(hours=hours)

    def link(artifact: Artifact, seconds: int) -> Link:
        made = make(artifact, seconds)
        url = PresignedUrl(made.url.reveal(), temporary=True, credentials_end=end)
        return replace(made, url=url, expires_at=min(filter(None, (made.expires_at, end))))

    stage.addresses = replace(stage.addresses, link=link)


async def test_when_it_ends(stage: Stage, copied: list[str]) -> None:
    """Each choice says until when, by the clock on the wall; the shortest is under the cursor."""
    stored(stage)
    async with stage.app().run_test(size=(80, 24)) as pilot:
        table = await asked(pilot)
        shown = [line.split("  ")[-1].strip() for line in lines_of(table)[1:4]]
        assert shown == ["2026-11-20 15:08", "2026-11-21 14:08", "2026-11-27 14:08"]
        assert table.cursor_key == "3600"
        stage.clock.advance(120)
        await until(pilot, lambda: "15:10" in lines_of(table)[1])
        await pilot.press("3")
        await until(pilot, lambda: "good until 2026-11-27 14:10" in " ".join(said_by(pilot)))
    assert "X-Amz-Expires=604800&" in copied[0]


@pytest.mark.parametrize(
    ("text", "seconds", "end"),
    [("36h", 129_600, "2026-11-22 02:08"), ("90m", 5400, "2026-11-20 15:38")],
)
async def test_another_time(
    stage: Stage, copied: list[str], text: str, seconds: int, end: str
) -> None:
    """Any time up to a week; when it ends is said while it is typed."""
    stored(stage)
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await asked(pilot)
        await typed(pilot, text)
        await until(pilot, lambda: text_of(pilot, "#link-says") == f"until {end}")
        await pilot.press("enter")
        await until(pilot, lambda: f"good until {end}" in " ".join(said_by(pilot)))
    assert f"X-Amz-Expires={seconds}&" in copied[0]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("8d", "S3 accepts no link for longer than 7 days"),
        ("0s", "A link works for a second at least"),
        ("soon", "soon is no time: 36h, 90m, 2d"),
    ],
)
async def test_times_that_cannot_be(stage: Stage, copied: list[str], text: str, why: str) -> None:
    """The reason is said, and enter copies nothing."""
    stored(stage)
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await asked(pilot)
        await typed(pilot, text)
        await until(pilot, lambda: text_of(pilot, "#link-says") == why)
        await pilot.press("enter", "up")
        await until(pilot, lambda: isinstance(pilot.app.focused, ChoiceTable))
        assert isinstance(pilot.app.screen, LinkScreen)
    assert copied == []


async def test_credentials_that_end_earlier(stage: Stage, copied: list[str]) -> None:
    """No link outlives them; what does not reach their end is told as it is."""
    stored(stage)
    signed_with(stage, hours=3)
    async with stage.app().run_test(size=(80, 24)) as pilot:
        table = await asked(pilot)
        shown = "\n".join(lines_of(table))
        assert shown.count("2026-11-20 17:08, when your credentials end") == 2
        assert "2026-11-20 15:08" in shown
        await pilot.press("2")
        await until(pilot, lambda: "good until 2026-11-20 17:08" in " ".join(said_by(pilot)))


async def test_credentials_whose_end_nobody_knows(stage: Stage) -> None:
    """That they are temporary is all that is known, and is said."""
    stored(stage)
    signed_with(stage, hours=None)
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await asked(pilot)
        assert "ends with your temporary credentials" in drawn_text_of(pilot)


async def test_who_pays(stage: Stage) -> None:
    """Where whoever asks pays, a link is at the cost of who made it."""
    stored(stage)
    make = stage.addresses.link

    def link(artifact: Artifact, seconds: int) -> Link:
        made = make(artifact, seconds)
        return replace(made, url=PresignedUrl(made.url.reveal(), charged=True))

    stage.addresses = replace(stage.addresses, link=link)
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await asked(pilot)
        assert "is charged to you" in drawn_text_of(pilot)


async def test_local_store(stage: Stage, copied: list[str]) -> None:
    """A path never ends: nothing is asked."""
    stored(stage)
    stage.remote = False
    stage.addresses = stage.make_addresses()
    async with stage.app().run_test(size=(80, 24)) as pilot:
        await pilot.press("2")
        await until(pilot, lambda: pilot.app.current_mode == "browse")
        await until(pilot, lambda: table_of(pilot).row_count > 0)
        await pilot.press("enter", "l")
        await until(pilot, lambda: "Copied path (through the terminal)" in said_by(pilot))
    assert copied == [stage.store.url("jobs/12/run_1_results.zip")]


@pytest.mark.parametrize("size", SIZES)
async def test_it_fits(stage: Stage, size: tuple[int, int]) -> None:
    """All choices and the keys are seen, also while another time is typed."""
    stored(stage)
    signed_with(stage, hours=None)
    async with stage.app().run_test(size=size) as pilot:
        await asked(pilot)
        await typed(pilot, "36h")
        await until(pilot, lambda: "until 2026-11-22 02:08" in drawn_text_of(pilot))
        shown = drawn_text_of(pilot)
        assert all(words in shown for words in ("1 h", "7 days", "another time", "enter copies"))
