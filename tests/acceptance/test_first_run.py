"""Somebody starts RunFerry for the first time: no settings, nothing watched."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from core.transfer_view import TransferState
from tests.servers.fixtures import KEY_ID, SECRET_KEY
from tests.servers.moto_server import MotoServer
from tests.tui.builders import HeardApp, until
from tests.tui.screen_text import drawn_text_of, table_of, text_of
from tui.composition.app_sessions import AppSessions
from tui.composition.options import Options
from tui.dialog_prompt import DialogMfaPrompt
from tui.screens.confirm import ConfirmScreen
from tui.screens.first_run import FirstRunScreen
from tui.screens.mode_screen import ModeScreen
from tui.screens.watch import WatchScreen

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@contextmanager
def started(here: Path, *, first_run: bool = True) -> Generator[HeardApp]:
    """As `runferry` does in a directory."""
    with AppSessions(Options()) as sessions:
        services = sessions.begin(DialogMfaPrompt()).app_services([str(here)])
        yield HeardApp(services, reopening=sessions, first_run=first_run)


async def says(pilot: Pilot[int], widget: str, *texts: str) -> None:
    def told() -> bool:
        shown = pilot.app.screen.query(widget)
        return bool(shown) and all(text in text_of(pilot, widget) for text in texts)

    await until(pilot, told)


def uploads(app: HeardApp) -> list[TransferState]:
    screen = app.screen
    shown = isinstance(screen, ModeScreen)
    return [view.state for view in screen.services.transfers.views()] if shown else []


def asked(app: HeardApp) -> bool:
    return isinstance(app.screen, ConfirmScreen) or bool(app.screen.query("#bind Input"))


def at(pilot: Pilot[int], step: int) -> Callable[[], bool]:
    return lambda: f"{step} of 3" in str(pilot.app.screen.query_one("#first-run").border_title)


async def test_to_the_first_upload(
    home: Path,
    fred_out: Path,
    moto_server: MotoServer,
    bucket: str,
    no_aws_settings: None,
    s3_client: "S3Client",
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Given a small terminal, no settings file, and an AWS profile with keys
    When folder and bucket are chosen on the card, by keys, and the store is tested there
    Then the runs are counted, each step of the test is told without a key, what would go up is listed; at the end
    the settings are written, and the app watches that folder, stores into that bucket, and stores the first run.
    """
    (tmp_path / "aws").write_text(
        f"[lab]\naws_access_key_id={KEY_ID}\naws_secret_access_key={SECRET_KEY}\n"
    )
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "aws"))
    (fred_out / "run_9").mkdir()
    with started(tmp_path) as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: isinstance(app.screen, FirstRunScreen))
            app.screen.query_one("#first-path", Input).value = str(fred_out)
            await says(pilot, "#folder-says", "3 runs of the kind fred: RUN1, RUN2, RUN3", "run_9")
            await pilot.press("enter")
            await until(pilot, at(pilot, 2))

            await pilot.press("down")
            app.screen.query_one("#first-bucket", Input).value = f"s3://{bucket}/teams/epi"
            app.screen.query_one("#first-region", Input).value = "us-east-1"
            app.screen.query_one("#first-endpoint", Input).value = moto_server.url
            await until(pilot, lambda: "or 1 other" in drawn_text_of(pilot))
            await pilot.press("down", "right", "enter")
            await says(pilot, "#first-store-says", "All is as it should be")
            report = text_of(pilot, "#first-report")
            for step in ("source", "list", "put", "head", "get", "delete"):
                assert f"✓ {step}" in report
            assert KEY_ID not in report
            await pilot.press("enter")
            await until(pilot, at(pilot, 3))
            await says(pilot, "#first-upload-says", "With yes 3 of 3 runs")
            assert "● done     RUN1" in text_of(pilot, "#first-runs")
            assert not (home / "settings.toml").exists()

            await pilot.press("n", "enter")
            await until(pilot, lambda: isinstance(app.screen, WatchScreen))
            await until(pilot, lambda: table_of(pilot).move_to(str(fred_out / "RUN1")))
            await pilot.press("U")
            await until(pilot, lambda: asked(app))
            if isinstance(app.screen, ConfirmScreen):  # it has not settled yet
                await pilot.press("y")
            await until(pilot, lambda: bool(app.screen.query("#bind Input")))
            await pilot.press("enter")
            await until(pilot, lambda: TransferState.DONE in uploads(app))
    listed = s3_client.list_objects_v2(Bucket=bucket).get("Contents", [])
    keys = [found.get("Key", "") for found in listed]
    assert [key[-17:] for key in keys if key.endswith(".zip")] == ["run_1_results.zip"]
    assert all(key.startswith("teams/epi/") for key in keys)
    written = (home / "settings.toml").read_text()
    assert f'profile = "{bucket}"' in written
    assert 'aws_profile = "lab"' in written
    assert KEY_ID not in written
    assert SECRET_KEY not in written


async def test_nothing_of_it(home: Path, tmp_path: Path) -> None:
    """
    Given a card on which folder and store were chosen
    When the user goes back step by step, and out
    Then nothing was written, and the directory where they are is watched, as without the card.
    """
    (tmp_path / "sims/RUN1").mkdir(parents=True)
    with started(tmp_path / "sims") as app:
        async with app.run_test(size=(80, 24)) as pilot:
            await until(pilot, lambda: isinstance(app.screen, FirstRunScreen))
            app.screen.query_one("#first-path", Input).value = str(tmp_path / "sims")
            await says(pilot, "#folder-says", "1 run of the kind fred")
            await pilot.press("enter")
            await until(pilot, at(pilot, 2))
            await pilot.press("enter")
            await says(pilot, "#first-store-says", "All is as it should be")
            await pilot.press("enter")
            await until(pilot, at(pilot, 3))
            await pilot.press("escape")
            await until(pilot, at(pilot, 2))
            await pilot.press("escape")
            await until(pilot, at(pilot, 1))
            await pilot.press("escape")
            await until(pilot, lambda: isinstance(app.screen, WatchScreen))
            await until(pilot, lambda: table_of(pilot).row_count == 2)
    assert not (home / "settings.toml").exists()
