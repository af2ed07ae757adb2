"""Somebody who has other keys in the fingers says so once, in the settings."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import EXIT_USAGE
from core.transfer_view import TransferState
from tests.acceptance.conftest import Command
from tests.tui.builders import HeardApp, until
from tests.tui.screen_text import drawn_text_of, said_by, table_of
from tui.composition.app_sessions import AppSessions
from tui.composition.options import Options
from tui.dialog_prompt import DialogMfaPrompt
from tui.screens.confirm import ConfirmScreen
from tui.wording.action_keys import use_keys


@pytest.fixture
def own_keys() -> Iterator[None]:
    """What sentences say is everybody's again afterwards."""
    yield
    use_keys({})


@pytest.mark.usefixtures("own_keys")
async def test_another_key_uploads(runferry: Command, home: Path, fred_out: Path) -> None:
    """
    Given settings in which a key that is taken was refused, with both names, and another one was set
    When the app is opened and that key is pressed on a run
    Then the run is uploaded by it; the key before does nothing, and says where the keys are listed.
    """
    taken = runferry("config", "set", "keys.upload_anyway", "u")
    assert (taken.code, "upload_anyway and upload would both have the key u" in taken.err) == (
        EXIT_USAGE, True
    )  # fmt: skip
    assert runferry("config", "set", "keys.uplod", "w").err.count("Did you mean upload?")
    assert runferry("config", "set", "keys.upload_anyway", "w").code == 0
    assert "keys.upload_anyway" in runferry("config", "show").out
    with AppSessions(Options()) as sessions:
        services = sessions.begin(DialogMfaPrompt()).app_services([str(fred_out)])
        app = HeardApp(services, reopening=sessions)
        async with app.run_test(size=(110, 40)) as pilot:
            await until(pilot, lambda: table_of(pilot).move_to(str(fred_out / "RUN1")))
            await pilot.press("U")
            await until(pilot, lambda: "U does nothing here" in " ".join(said_by(pilot)))
            await pilot.press("question_mark")
            await until(pilot, lambda: "upload; w: unfinished too" in drawn_text_of(pilot))
            await pilot.press("escape", "w")
            await until(pilot, lambda: isinstance(app.screen, ConfirmScreen))
            await pilot.press("y")
            await until(pilot, lambda: bool(app.screen.query("#bind Input")))
            await pilot.press("enter")
            await until(
                pilot, lambda: TransferState.DONE in {v.state for v in services.transfers.views()}
            )
    assert len(runferry("jobs", "list", "--json").records) == 1
