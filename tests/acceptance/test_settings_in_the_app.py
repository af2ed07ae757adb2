"""A researcher sets up the real store in the app, tests it, and goes on there."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from core.transfer_view import TransferState
from tests.acceptance.conftest import Command
from tests.servers.fixtures import KEY_ID, SECRET_KEY
from tests.servers.moto_server import MotoServer
from tests.tui.builders import HeardApp, until
from tests.tui.screen_text import said_by, table_of, text_of
from tui.composition.app_sessions import AppSessions
from tui.composition.options import Options
from tui.dialog_prompt import DialogMfaPrompt
from tui.screens.confirm import ConfirmScreen
from tui.screens.listing import ListingScreen
from tui.screens.mode_screen import ModeScreen
from tui.screens.new_profile import NewProfileScreen
from tui.screens.setting import SettingScreen
from tui.screens.settings import SettingsScreen

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MINE = '# Ada\'s: local until the bucket is there\nprofile = "local"\n'


def written(home: Path) -> str:
    return (home / "settings.toml").read_text()


def begin(home: Path, text: str) -> None:
    home.mkdir(exist_ok=True)
    (home / "settings.toml").write_text(text)


async def settings(pilot: Pilot[int], row: str) -> None:
    await pilot.press("5")
    await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))
    await on(pilot, row)


async def on(pilot: Pilot[int], row: str) -> None:
    await until(pilot, lambda: table_of(pilot).move_to(row))
    await until(pilot, lambda: table_of(pilot).cursor_key == row)


async def add(pilot: Pilot[int], fields: dict[str, str]) -> None:
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, NewProfileScreen))
    await until(pilot, lambda: isinstance(pilot.app.focused, Input))
    for name, value in fields.items():
        pilot.app.screen.query_one(f"#new-{name}", Input).value = value
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(pilot.app.screen, SettingsScreen))


async def test_a_bucket_of_ones_own(
    runferry: Command,
    home: Path,
    fred_out: Path,
    moto_server: MotoServer,
    bucket: str,
    s3_client: "S3Client",
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given an app on the local store, and a settings file with comments
    When a profile of a bucket is made, tested and used, and a run is uploaded
    Then each step of the test is told, without credentials; the run is in the bucket; the app was never
    left; and the file has all that it had.
    """
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    begin(home, MINE)
    with AppSessions(Options()) as sessions:
        services = sessions.begin(DialogMfaPrompt()).app_services([str(fred_out)])
        app = HeardApp(services, reopening=sessions)
        async with app.run_test(size=(110, 40)) as pilot:
            await settings(pilot, "+ a new profile")
            place = {"region": "us-east-1", "endpoint_url": moto_server.url}
            await add(pilot, {"name": "lab", "bucket": bucket, "prefix": "teams/epi", **place})
            await on(pilot, "profiles.lab")
            await pilot.press("T")
            await until(pilot, lambda: isinstance(app.screen, ListingScreen))
            await until(pilot, lambda: "All is as it should be" in text_of(pilot, "#listing-says"))
            told = text_of(pilot, "#listing")
            for step in ("source", "end", "list", "put", "head", "get", "delete"):
                assert f"✓ {step}" in told
            assert "AWS_ACCESS_KEY_ID" in told
            assert KEY_ID not in told
            await pilot.press("escape", "P")
            await until(pilot, lambda: f"s3://{bucket}" in " ".join(said_by(pilot)))
            await until(pilot, lambda: isinstance(app.screen, SettingsScreen))

            await pilot.press("1")
            await until(pilot, lambda: table_of(pilot).move_to(str(fred_out / "RUN1")))
            await pilot.press("U")
            await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
            await pilot.press("y")
            await until(pilot, lambda: bool(app.screen.query("#bind Input")))
            await pilot.press("enter")
            await until(pilot, lambda: TransferState.DONE in uploads(app))
    listed = s3_client.list_objects_v2(Bucket=bucket).get("Contents", [])
    keys = [found.get("Key", "") for found in listed]
    assert [key[-17:] for key in keys if key.endswith(".zip")] == ["run_1_results.zip"]
    assert all(key.startswith("teams/epi/") for key in keys)
    assert written(home).startswith(MINE)
    assert runferry("jobs", "list", "--json").records == []
    assert len(runferry("jobs", "list", "--json", "--profile", "lab").records) == 1


def uploads(app: HeardApp) -> list[TransferState]:
    screen = app.screen
    shown = isinstance(screen, ModeScreen)
    return [view.state for view in screen.services.transfers.views()] if shown else []


async def test_dry_run(runferry: Command, home: Path, fred_out: Path) -> None:
    """
    Given a tree that is watched by the rule of FRED
    When the settings are asked what a rule says of its runs, and then its kind is changed in the file
    Then each run is told with its reason, and by the other rule what that misses.
    """
    begin(home, "")
    with AppSessions(Options()) as sessions:
        services = sessions.begin(DialogMfaPrompt()).app_services([str(fred_out)])
        app = HeardApp(services, reopening=sessions)
        async with app.run_test(size=(110, 40)) as pilot:
            await settings(pilot, f"tree {fred_out}")
            await pilot.press("p")
            await until(pilot, lambda: isinstance(app.screen, ListingScreen))
            await until(pilot, lambda: "3 runs: 3 done" in text_of(pilot, "#listing-says"))
            assert "● done      RUN1  all finish checks hold" in text_of(pilot, "#listing")
            await pilot.press("escape", "enter")
            await until(pilot, lambda: isinstance(app.screen, SettingScreen))
            app.screen.query_one(Input).value = "lammps"
            await pilot.press("enter")
            await until(pilot, lambda: "by the rule lammps" in text_of(pilot, "#story"))
            await pilot.press("p")
            await until(pilot, lambda: isinstance(app.screen, ListingScreen))
            await until(pilot, lambda: "3 runs" in text_of(pilot, "#listing-says"))
            assert "done" not in text_of(pilot, "#listing-says")
    assert written(home) == f'[roots."{fred_out}"]\nkind = "lammps"\n'
