"""Settings as rows: each has one, those too that somebody thinks of later."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from core.configure.set_setting import SetSetting
from core.settings import Profile, Settings
from storage.settings.file import load_settings
from storage.settings.toml_file import TomlSettingsFile
from tui.widgets.cells import row_text
from tui.widgets.settings_rows import RARE, SettingItem, SettingsPicture

LOCAL = Profile("local")


@dataclass(frozen=True)
class Look:
    theme: str = "light"
    bell: bool = False


@dataclass(frozen=True)
class LaterSettings(Settings):
    """With a section, a table and a setting that nobody knows yet."""

    look: Look = Look()
    hosts: Mapping[str, str] = field(default_factory=lambda: {"lab": "west"})
    language: str = "en"


def rows_of(settings: Settings, *, needle: str = "", folded: frozenset[str] = RARE) -> list[str]:
    picture = SettingsPicture(
        settings, "local", ["/data/sims"], lambda profile: "~/store", folded, needle=needle
    )
    source = picture.rows()
    return [row_text(row).replace("\n", " ").strip() for row in source.fetch(0, len(source))]


def test_later_settings() -> None:
    """They are listed by themselves, with what they are and where that comes from."""
    origins = MappingProxyType({"look.theme": "file:3", "hosts.lab": "file:7"})
    rows = rows_of(LaterSettings(LOCAL, {"local": LOCAL}, origins=origins))
    at = rows.index("▾ Look")
    assert rows[at + 1 : at + 3] == ["theme light line 3", "bell false default"]
    assert rows[rows.index("▾ Hosts") + 1] == "lab west line 7"
    assert rows[rows.index("▾ Everything else") + 1] == "language en default"


def test_folded_settings_are_found() -> None:
    """By their whole name, or by their value."""
    settings = Settings(LOCAL, {"local": LOCAL})
    assert "▸ Run kinds" in rows_of(settings)
    assert rows_of(settings, needle="gromacs.rule") == ["kinds.gromacs.rule gromacs default"]
    assert rows_of(settings, needle="20 mb") == []


def test_what_is_shown_can_be_typed(tmp_path: Path) -> None:
    """Every value, put into a file as it is shown, means what it meant."""
    path = tmp_path / "settings.toml"
    base = (
        '[profiles.lab]\nbucket = "lab-results"\nencryption = "aws:kms"\nregion = "eu-central-1"\n'
    )
    path.write_text(base)
    before = load_settings(str(path), {}, {})
    every = frozenset(before.profiles)
    picture = SettingsPicture(before, "local", [], str, frozenset(), every)
    items = [i for i in picture.items() if isinstance(i, SettingItem) and i.value]
    assert len(items) > 80
    for item in items:
        path.write_text(base)
        SetSetting(TomlSettingsFile(str(path), None))(item.key, item.value)
        after = load_settings(str(path), {}, {})
        assert meaning(after) == meaning(before), item.key


def meaning(settings: Settings) -> str:
    """Without where it stands, and what only says in words what a pattern matches."""
    return re.sub(r"examples=('[^']*'|\"[^\"]*\")", "", repr(replace(settings, origins={})))
