"""A researcher looks into stored results without fetching them, also when there is no network."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from storage.s3.backoff import Backoff
from tests.acceptance.conftest import Command
from tests.acceptance.test_offline import Network
from tests.servers.moto_server import MotoServer
from tests.tui.builders import HeardApp, download, until
from tests.tui.screen_text import lines_of, said_by, text_of
from tui.composition.options import Options
from tui.composition.session import Session
from tui.screens.browse import BrowseScreen
from tui.screens.inside import InsideScreen
from tui.widgets.grid_view import GridView
from tui.widgets.member_table import MemberTable
from tui.widgets.text_view import TextView

_OTHERS = 4 << 20
"""Bytes of the run that nobody looks at; they do not become smaller in a ZIP."""


def _no_delay(*_: object) -> float:
    return 0.0


@pytest.fixture
def network(
    moto_server: MotoServer, s3_bucket: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Network]:
    """Everything goes through it. Who finds it cut asks again at once."""
    monkeypatch.setattr(Backoff, "limit", _no_delay)
    network = Network(moto_server.url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", network.url)
    yield network
    network.close()


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """An epidemic of 180 days beside much else."""
    path = tmp_path / "flu/OUT/RUN1"
    (path / "DAILY").mkdir(parents=True)
    days = (f"{day},{max(0, 1204 - (day - 97) ** 2)}" for day in range(1, 181))
    (path / "out.csv").write_text("\n".join(["Day,INF.I", *days]) + "\n")
    (path / "LOG").write_text("FRED is done\n")
    (path / "DAILY/Date.txt").write_text("2020-01-01\n")
    (path / "people.bin").write_bytes(os.urandom(_OTHERS))
    return path


def members(pilot: Pilot[int]) -> MemberTable:
    return pilot.app.screen.query_one(MemberTable)


async def look_inside(pilot: Pilot[int]) -> None:
    """From the list of artifacts."""
    await until(pilot, lambda: isinstance(pilot.app.screen, BrowseScreen))
    await until(pilot, lambda: "RUN1" in text_of(pilot, "#crumbs"))
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, InsideScreen))
    await until(pilot, lambda: members(pilot).row_count > 1)


async def open_member(pilot: Pilot[int], name: str) -> None:
    members(pilot).focus()
    await until(pilot, lambda: members(pilot).has_focus and members(pilot).move_to(name))
    await until(pilot, lambda: members(pilot).cursor_key == name)
    await pilot.press("enter")


async def test_look_into_results(
    runferry: Command, network: Network, s3_bucket: str, run: Path, tmp_path: Path
) -> None:
    """
    Given a run in a bucket
    When its ZIP is opened, out.csv looked at as a table and as a chart, and downloaded
    Then all of that is there after four requests, and what nobody looked at stayed in the bucket;
    and when the network is cut the members are still listed, with the age of that, and with the
    network back another one can be read.
    """
    assert runferry("upload", run, "--bucket", f"s3://{s3_bucket}").code == 0
    fetched, stored = len(network.server.requests("GET", r"_results\.zip")), tmp_path / "back"
    with Session(Options(bucket=f"s3://{s3_bucket}")) as session:
        app = HeardApp(session.app_services([str(run.parent)]))
        async with app.run_test(size=(120, 36)) as pilot:
            await pilot.press("2", "enter")
            await until(pilot, lambda: "jobs › 1 " in text_of(pilot, "#crumbs"))
            await pilot.press("enter")
            await look_inside(pilot)
            await open_member(pilot, "RUN1/out.csv")
            await until(pilot, lambda: "180 rows × 2 columns" in text_of(pilot, "#member-head"))
            table = app.screen.query_one(GridView)
            await until(pilot, lambda: lines_of(table)[1].split() == ["1", "0"])
            await pilot.press("tab")
            await until(pilot, lambda: "peak 1 204, day 97" in text_of(pilot, "#member-peak"))
            await download(pilot, str(stored))
            await until(pilot, lambda: f"Downloaded: {stored}/out.csv" in said_by(pilot))
            asked = len(network.server.requests("GET", r"_results\.zip")) - fetched
            await pilot.press("escape", "escape")
            network.cut()
            await look_inside(pilot)
            await until(pilot, lambda: "as of " in text_of(pilot, "#crumbs"))
            await open_member(pilot, "RUN1/LOG")
            await until(pilot, lambda: "No connection to S3" in text_of(pilot, "#member-said"))
            network.mend()
            await pilot.press("r")
            text = app.screen.query_one(TextView)
            await until(pilot, lambda: "   1  FRED is done" in lines_of(text))
    assert (stored / "out.csv").read_bytes() == (run / "out.csv").read_bytes()
    assert asked <= 4
