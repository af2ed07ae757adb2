"""The `[notify]` table of the settings: which program hears of what while nobody looks."""

from core.settings import NotifyEvent, NotifySettings
from storage.settings import values
from storage.settings.layers import Layers, Setting

_COMMAND = Setting(("notify", "command"), values.command, NotifySettings.command)
_EVENTS = Setting(("notify", "events"), values.words(*NotifyEvent), NotifySettings.events)
NOTIFY_KEYS = tuple(setting.keys[-1] for setting in (_COMMAND, _EVENTS))


def read_notify(layers: Layers) -> NotifySettings:
    """What counts. Raises SettingsError."""
    return NotifySettings(
        command=layers.pick(_COMMAND),
        events=tuple(NotifyEvent(word) for word in layers.pick(_EVENTS)),
    )
