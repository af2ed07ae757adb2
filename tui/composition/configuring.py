"""What changes the settings file, and tries what it says."""

from collections.abc import Callable, Iterator
from contextlib import closing

from core.configure.change_profiles import ChangeProfiles
from core.configure.set_setting import SetSetting
from core.doctor.examine import Examined
from core.ports.settings_file import SettingsFile
from core.settings import Settings
from core.source.scan_tree import ScannedRun
from storage.read_only import ReadOnlySettingsFile
from storage.settings.file import load_settings
from storage.settings.toml_file import TomlSettingsFile
from tui.composition.adapters import Adapters
from tui.composition.examining import make_examine_store
from tui.composition.options import Options
from tui.composition.trees import Trees
from tui.parts.configuration import Configuration


def make_settings_file(adapters: Adapters) -> TomlSettingsFile:
    """Read and written when it is asked for."""
    return TomlSettingsFile(adapters.places.settings, adapters.environ.get("HOME"))


def settings_file_of(adapters: Adapters) -> SettingsFile:
    """The same, as far as it may be written."""
    file = make_settings_file(adapters)
    return ReadOnlySettingsFile(file) if adapters.read_only else file


def make_set_setting(adapters: Adapters) -> SetSetting:
    """For that file."""
    return SetSetting(settings_file_of(adapters))


def make_configuration(adapters: Adapters, options: Options) -> Configuration:
    """For a session with these options."""
    file, places = settings_file_of(adapters), adapters.places

    def load() -> Settings:
        return load_settings(places.settings, adapters.environ, options.begun.as_overrides())

    def examine(name: str) -> Iterator[Examined]:
        with closing(adapters.beside(options.of_profile(name))) as other:
            yield from make_examine_store(other)()

    def judge(root: str, on_problem: Callable[[str, str], None]) -> Iterator[ScannedRun]:
        with closing(adapters.beside(options)) as other:
            trees = Trees(other)
            yield from trees.scan_tree(root, on_problem, trees.number)

    return Configuration(
        path=places.settings,
        running=adapters.settings,
        load=load,
        revision=file.revision,
        create=file.create,
        set_setting=SetSetting(file),
        profiles=ChangeProfiles(file),
        location=places.store_location,
        examine=examine,
        judge=judge,
    )
