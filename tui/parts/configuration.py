"""The settings, and what changes them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.configure.change_profiles import ChangeProfiles
from core.configure.set_setting import SetSetting
from core.doctor.examine import Examined
from core.settings import Profile, Settings
from core.source.scan_tree import ScannedRun


@dataclass(frozen=True)
class Configuration:
    """All of it reads files, and `examine` and `judge` ask the store or a tree: not on the UI thread.

    `running` are the settings that this app goes by, `load` those that its command line would begin with now, for which
    `revision` stands; `create` makes a file where there is none. `examine` tries the store of a profile by its name, `judge` tells which runs
    there are below a root, each with what its finish rule says, as `load` has it, and tells a second function which
    directory could not be looked into, and why. They raise SettingsError, and `judge` RunFerryError.
    """

    path: str
    running: Settings
    load: Callable[[], Settings]
    revision: Callable[[], str]
    create: Callable[[], None]
    set_setting: SetSetting
    profiles: ChangeProfiles
    location: Callable[[Profile], str]
    examine: Callable[[str], Iterator[Examined]]
    judge: Callable[[str, Callable[[str, str], None]], Iterator[ScannedRun]]
