"""The settings file as it was read last, and whether the app goes by that."""

from dataclasses import dataclass, fields, replace

from core.errors import Failure, RunFerryError
from core.settings import Settings
from tui.background import failure_of
from tui.parts.configuration import Configuration


@dataclass(frozen=True)
class SettingsRead:
    """The file, at a `revision`, as `settings`; None when it cannot be used, for which there is a `failure`."""

    configuration: Configuration
    revision: str
    settings: Settings | None
    failure: Failure | None = None

    @property
    def shown(self) -> Settings:
        """What the app goes by, where the file cannot be used."""
        return self.settings or self.configuration.running

    @property
    def is_news(self) -> bool:
        """Whether the app goes by something else."""
        running = self.configuration.running
        used = running.profile.name
        return bool(self.settings) and _counting(self.shown, used) != _counting(running, used)


def read_settings(configuration: Configuration) -> SettingsRead:
    """As they are now; not on the UI thread."""
    revision = ""
    try:
        revision = configuration.revision()
        return SettingsRead(configuration, revision, configuration.load())
    except RunFerryError as error:
        return SettingsRead(configuration, revision, None, failure_of(error))


def _counting(settings: Settings, used: str) -> tuple[object, ...]:
    """What an app on the store of a profile would go by; limits and the appearance count at once."""
    profile = settings.profiles.get(used)
    if profile:
        profile = replace(profile, access_key_id=None, secret_access_key=None, session_token=None)
    compression = settings.transfers.compression
    known = {"profile", "profiles", "transfers", "appearance", "origins"}
    others = (getattr(settings, f.name) for f in fields(settings) if f.name not in known)
    return (profile, compression, *others)
