"""Somebody looks at what others work on, and cannot change any of it, whatever they press."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from core.actions import ACTIONS, changes
from core.configure.first_choices import FirstChoices
from core.errors import READ_ONLY, RunFerryError
from core.ports.journal.cleanings import Cleaning
from core.ports.presigned_url import LinkMethod
from core.progress import Progress
from core.upload.upload_request import UploadRequest
from storage.db.journal_db import SqliteJournal
from tests.acceptance.conftest import Command
from tests.tui.builders import HeardApp, until
from tests.tui.screen_text import lines_of, table_of
from tui.composition.app_sessions import AppSessions
from tui.composition.options import Options
from tui.composition.session import Session
from tui.dialog_prompt import DialogMfaPrompt
from tui.modes import MODES
from tui.parts.configuration import Configuration
from tui.parts.first_run import FirstRun
from tui.screens.mode_screen import ModeScreen
from tui.widgets.keys import keys_now
from tui.widgets.tab_bar import TabBar

SETTINGS = '# mine\nprofile = "local"\n[watch]\nquiet_seconds = 1\ncountdown_seconds = 0\n'
LEAVE = {"quit", "use", "palette"}
"""The way out, the way to another store, and what offers the same again."""


@pytest.fixture
def worked_on(home: Path, fred_out: Path, runferry: Command) -> Path:
    """Two runs are stored, a third waits; runs of the tree are uploaded by themselves."""
    home.mkdir()
    (home / "settings.toml").write_text(SETTINGS)
    assert runferry("upload", fred_out / "RUN1", "--name", "flu").code == 0
    assert runferry("upload", fred_out / "RUN2").code == 0
    with Session(Options()) as session:
        session.transfers.attend()
        session.transfers.submit(UploadRequest(str(fred_out / "RUN3")))
        session.app_services([str(fred_out)]).set_auto_upload(str(fred_out), True, True)
    return fred_out


def everything(home: Path, tree: Path) -> Mapping[str, bytes]:
    """Of both, but for what is no state: caches, and the log."""
    return {
        str(path): path.read_bytes()
        for top in (home, tree)
        for path in sorted(top.rglob("*"))
        if path.is_file() and not {"cache", "logs"} & {*path.relative_to(top).parts}
    }


async def home_again(pilot: Pilot[int], mode: str) -> None:
    """Out of whatever a key has opened."""
    for _ in range(6):
        is_home = isinstance(pilot.app.screen, ModeScreen) and len(pilot.app.screen_stack) == 1
        if is_home and not isinstance(pilot.app.focused, Input):
            break
        await pilot.press("escape")
        await pilot.pause()
    await pilot.app.run_action(f"show('{mode}')")
    await until(pilot, lambda: isinstance(pilot.app.screen, ModeScreen))


async def test_every_key(home: Path, worked_on: Path) -> None:
    """
    Given an app that is read-only, on a tree and a store that are worked on
    When each key of each screen is pressed
    Then those that would change anything say that it is read-only, and nothing has changed.
    """
    before = everything(home, worked_on)
    with AppSessions(Options(read_only=True)) as sessions:
        session = sessions.begin(DialogMfaPrompt())
        app = HeardApp(session.app_services([str(worked_on)]), reopening=sessions)
        async with app.run_test(size=(120, 36)) as pilot:
            await until(pilot, lambda: any(" RUN1 " in row for row in lines_of(table_of(pilot))))
            assert "read-only" in app.screen.query_one(TabBar).render().plain
            refused: set[str] = set()
            for mode in MODES:
                await home_again(pilot, mode.name)
                await pilot.press("down")
                for active in [*app.screen.active_bindings.values()]:
                    name = active.binding.id or ""
                    if name not in ACTIONS or name in LEAVE or name in {m.name for m in MODES}:
                        continue
                    app.said.clear()
                    await pilot.press(keys_now(active.binding)[0])
                    await pilot.pause()
                    if changes(name, mode.name) and READ_ONLY in app.said:
                        refused.add(name)
                    await home_again(pilot, mode.name)
            assert {"upload", "hold", "auto_upload", "delete", "download", "edit"} <= refused
            assert {"move", "adopt", "archive", "change", "take_out", "test", "open"} <= refused
            assert {"pause", "cancel", "retry_all", "limit", "save"} <= refused
    assert everything(home, worked_on) == before


def test_behind_the_keys(home: Path, worked_on: Path) -> None:
    """
    Given a read-only session
    When something asks for a change all the same
    Then it is refused, and nothing has changed.
    """
    before = everything(home, worked_on)
    with Session(Options(read_only=True)) as session:
        services = session.app_services([str(worked_on)])
        settings = services.part(Configuration)
        run = str(worked_on / "RUN3")
        refused: Sequence[Callable[[], object]] = [
            lambda: services.transfers.submit(UploadRequest(str(worked_on / "RUN1"))),
            lambda: session.uploads.ferry_run(UploadRequest(run), Progress()),
            lambda: services.hold(run, True),
            lambda: services.set_auto_upload(str(worked_on), False, None),
            lambda: session.store.delete("jobs/1"),
            lambda: session.store.put("jobs/1", b""),
            lambda: session.store.presign("jobs/1", LinkMethod.PUT, expires_seconds=60),
            lambda: settings.set_setting("profile", "other"),
            lambda: [*settings.examine("local")],
            lambda: services.part(FirstRun).begin(FirstChoices(str(worked_on))),
            lambda: session.apply_lifecycle,
            lambda: session.probe_store,
        ]
        for act in refused:
            with pytest.raises(RunFerryError) as caught:
                act()
            assert caught.value.what.startswith(READ_ONLY)
    assert everything(home, worked_on) == before


def test_what_was_begun_stays_as_it_is(home: Path, worked_on: Path, runferry: Command) -> None:
    """
    Given a run that was on its way out when its process was killed
    When a read-only app begins
    Then it does not go on with that, nor with what is queued.
    """
    records = runferry("jobs", "uploads", "list", "--job-id", "1", "--json").records
    content = next(r["content_id"] for r in records if r["run_id"] == 2)
    aside = (worked_on / "RUN2").rename(worked_on / ".runferry-clean-RUN2-1a2b3c4d")
    going = (str(aside), f"{worked_on}/RUN2", 1, 2, content, str(aside.stat().st_dev))
    journal = SqliteJournal(f"{home}/state.db", store_location=f"{home}/store")
    journal.put_cleaning(Cleaning(*going, checked=True))
    journal.close()
    before = everything(home, worked_on)
    with Session(Options(read_only=True)) as session:
        services = session.app_services([str(worked_on)])
        services.start()
        assert services.transfers.agent is None
        with suppress(RunFerryError):
            for _ in session.cleaning.finish():
                pass
        assert [view.state.value for view in services.transfers.views()] == ["queued"]
    assert everything(home, worked_on) == before


def test_from_nothing(home: Path, fred_out: Path) -> None:
    """Without settings and state it is looked at all the same, and there are none afterwards."""
    with Session(Options(read_only=True)) as session:
        services = session.app_services([str(fred_out)])
        services.start()
        assert services.list_jobs() == []
    left = {p.name for p in home.rglob("*") if p.is_file() and p.parts[len(home.parts)] != "logs"}
    assert not {"settings.toml", "state.db"} & left
