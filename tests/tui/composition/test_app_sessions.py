"""One session of the app after the other, on real files."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import SettingsError, StateError
from tui.composition.app_sessions import AppSessions
from tui.composition.options import Options
from tui.composition.session import Session
from tui.dialog_prompt import DialogMfaPrompt
from tui.services import AppServices

SETTINGS = """\
[profiles.disk]
path = "~/disk"

[profiles.lab]
bucket = "lab-results"
access_key_id = "${LAB_KEY_NOT_SET}"
secret_access_key = "${LAB_SECRET_NOT_SET}"
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RUNFERRY_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "settings.toml").write_text(SETTINGS)
    (tmp_path / "runs/OUT/RUN1").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def sessions(home: Path) -> Iterator[AppSessions]:
    with AppSessions(Options()) as made:
        yield made


def begun(sessions: AppSessions, home: Path) -> AppServices:
    services = sessions.begin(DialogMfaPrompt()).app_services([str(home / "runs")])
    services.start()
    return services


def test_there_and_back(sessions: AppSessions, home: Path) -> None:
    """Each watches the same trees, leads its queue, and says which store it is; the settings stay."""
    first = begun(sessions, home)
    sessions.check("disk")
    roots = [root.path for root in first.watch.roots()]
    for name, place in (("disk", home / "disk"), ("local", home / "store")):
        opened = sessions.reopen(name, roots)
        opened.services.start()
        assert (opened.failure, opened.services.profile) == (None, name)
        assert opened.services.store_location == str(place)
        assert [root.path for root in opened.services.watch.roots()] == roots
        assert opened.services.transfers.agent is None
    assert (home / "settings.toml").read_text() == SETTINGS


def test_refused_before(sessions: AppSessions, home: Path) -> None:
    """What the settings do not allow changes nothing."""
    services = begun(sessions, home)
    with pytest.raises(SettingsError, match="LAB_KEY_NOT_SET"):
        sessions.check("lab")
    with pytest.raises(SettingsError, match="does not exist"):
        sessions.check("nowhere")
    assert services.transfers.agent is None
    services.watch.tick()


def test_back_to_the_one_before(home: Path) -> None:
    """Where the next one fails to open after all, the one before is opened again, and it is said why."""

    def make(options: Options, prompt: DialogMfaPrompt) -> Session:
        if options.chosen == "disk":
            raise StateError("There is no room.")
        return Session(options, prompt=prompt)

    with AppSessions(Options(), make) as sessions:
        begun(sessions, home)
        opened = sessions.reopen("disk", [str(home / "runs")])
        assert opened.failure
        assert opened.failure.what == "There is no room."
        assert opened.services.profile == "local"
        opened.services.start()
        assert opened.services.transfers.agent is None
