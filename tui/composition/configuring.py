"""What changes the settings file."""

from core.configure.set_setting import SetSetting
from storage.settings.toml_file import TomlSettingsFile
from tui.composition.adapters import Adapters


def make_settings_file(adapters: Adapters) -> TomlSettingsFile:
    """Read and written when it is asked for."""
    return TomlSettingsFile(adapters.places.settings, adapters.environ.get("HOME"))


def make_set_setting(adapters: Adapters) -> SetSetting:
    """For that file."""
    return SetSetting(make_settings_file(adapters))
