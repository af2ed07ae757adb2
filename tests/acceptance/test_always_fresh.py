"""What Browse shows is what is stored now, or says from when it is; and that costs few requests."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.progress import Progress
from core.queue.outages import Outages
from core.upload.upload_request import UploadRequest
from storage.machine.system import SystemClock
from storage.s3.backoff import Backoff
from tests.acceptance.conftest import Command
from tests.acceptance.test_offline import Network, tabs_of
from tests.acceptance.test_watch import a_run
from tests.fakes.clock import FixedClock
from tests.servers.moto_server import MotoServer
from tests.tui.builders import HeardApp, until
from tests.tui.screen_text import lines_of, table_of, text_of
from tui.composition.options import Options
from tui.composition.session import Session
from tui.screens.browse import BrowseScreen
from tui.screens.inside import InsideScreen

SIZE = (100, 30)


def _no_delay(*_: object) -> float:
    return 0.0


def _soon(_: Outages) -> float:
    return 0.05


@pytest.fixture
def network(
    moto_server: MotoServer, s3_bucket: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Network]:
    """Everything goes through it. Who finds it cut asks again soon."""
    monkeypatch.setattr(Backoff, "limit", _no_delay)
    monkeypatch.setattr(Outages, "seconds_to_question", _soon)
    network = Network(moto_server.url)
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", network.url)
    yield network
    network.close()


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> FixedClock:
    """The clock on the wall: how long ago something was read does not depend on this machine."""
    clock = FixedClock(datetime.now(UTC))
    monkeypatch.setattr(SystemClock, "now", staticmethod(clock.now))
    return clock


@pytest.fixture
def two_jobs(
    runferry: Command, network: Network, s3_bucket: str, tmp_path: Path, wall: FixedClock
) -> str:
    """Two jobs with a run each, stored from here five minutes ago."""
    bucket = f"s3://{s3_bucket}"
    for name in ("flu", "measles"):
        a_run(tmp_path / f"{name}/OUT/RUN1")
        run = tmp_path / f"{name}/OUT/RUN1"
        assert runferry("upload", run, "--name", name, "--bucket", bucket).code == 0
    assert runferry("jobs", "list", "--bucket", bucket).code == 0
    wall.advance(300)
    return bucket


@pytest.fixture
def somebody_else(two_jobs: str, tmp_path: Path) -> Callable[[], None]:
    """Stores run 2 of job 1 from another workstation."""

    def store() -> None:
        run = a_run(tmp_path / "theirs/OUT/RUN2")
        environ = {**os.environ, "RUNFERRY_HOME": str(tmp_path / "elsewhere")}
        with Session(Options(bucket=two_jobs), environ) as session:
            session.uploads.ferry_run(UploadRequest(str(run), job_id=1), Progress())

    return store


def rows_of(pilot: Pilot[int]) -> str:
    return "\n".join(lines_of(table_of(pilot)))


def listings(network: Network) -> list[str]:
    """What was listed, and manifests and records that were read."""
    asked = network.server.requests("GET", r"list-type=2|\.json")
    return [seen.target for seen in asked]


async def open_job(pilot: Pilot[int], job_id: int) -> None:
    await until(pilot, lambda: table_of(pilot).move_to(str(job_id)))
    await until(pilot, lambda: table_of(pilot).cursor_key == str(job_id))
    await pilot.press("enter")
    await until(pilot, lambda: f"jobs › {job_id} " in text_of(pilot, "#crumbs"))


async def test_a_job_is_read_when_it_is_opened(
    network: Network, two_jobs: str, somebody_else: Callable[[], None], tmp_path: Path
) -> None:
    """
    Given two jobs, to one of which somebody else adds a run while the app is open
    When that one is opened, left and opened again
    Then the run is there without a key, by requests about this job alone, and once.
    """
    with Session(Options(bucket=two_jobs)) as session:
        app = HeardApp(session.app_services([str(tmp_path / "flu")]))
        async with app.run_test(size=SIZE) as pilot:
            await pilot.press("2")
            await until(pilot, lambda: table_of(pilot).row_count == 2)
            await until(pilot, lambda: " ● " in tabs_of(pilot))
            somebody_else()
            before = len(listings(network))
            await open_job(pilot, 1)
            await until(pilot, lambda: "RUN2" in rows_of(pilot))
            asked = listings(network)[before:]
            for _ in range(3):
                await pilot.press("escape")
                await until(pilot, lambda: table_of(pilot).row_count == 2)
                await open_job(pilot, 1)
            await pilot.press("1", "2")
            await until(pilot, lambda: isinstance(pilot.app.screen, BrowseScreen))
            await until(pilot, lambda: "synced" in text_of(pilot, "#crumbs"))
            assert listings(network)[before:] == asked
    assert len(asked) == 3  # its record, its objects, the manifest that is new
    assert not [target for target in asked if "jobs/2" in target or "jobs%2F2" in target]


async def test_offline_and_back(
    network: Network,
    two_jobs: str,
    somebody_else: Callable[[], None],
    tmp_path: Path,
    wall: FixedClock,
) -> None:
    """
    Given results that were looked into, and no network when the app is started again
    When they are opened, and the network comes back after somebody else stored a run
    Then what was known is listed with its age, its members as well; then the run appears by itself.
    """
    for start in ("first", "offline"):
        if start == "offline":
            somebody_else()
            network.cut()
            wall.advance(300)
        with Session(Options(bucket=two_jobs)) as session:
            app = HeardApp(session.app_services([str(tmp_path / "flu")]))
            async with app.run_test(size=SIZE) as pilot:
                await pilot.press("2")
                if start == "offline":
                    await until(pilot, lambda: "○ offline" in tabs_of(pilot))
                    await until(pilot, lambda: "as known at " in text_of(pilot, "#crumbs"))
                await until(pilot, lambda: table_of(pilot).row_count == 2)
                await open_job(pilot, 1)
                await until(pilot, lambda: "RUN1" in rows_of(pilot))
                await pilot.press("enter")
                await until(pilot, lambda: "run_1_results.zip" in rows_of(pilot))
                await pilot.press("enter")
                await until(pilot, lambda: isinstance(pilot.app.screen, InsideScreen))
                await until(pilot, lambda: "DONE" in rows_of(pilot))
                await pilot.press("escape")
                await until(pilot, lambda: isinstance(pilot.app.screen, BrowseScreen))
                await pilot.press("escape")
                await until(pilot, lambda: "RUN1" in rows_of(pilot))
                if start == "offline":
                    assert "RUN2" not in rows_of(pilot)
                    network.mend()
                    await until(pilot, lambda: "RUN2" in rows_of(pilot))
                    await until(pilot, lambda: " ● " in tabs_of(pilot))
                    await until(pilot, lambda: "synced " in text_of(pilot, "#crumbs"))
