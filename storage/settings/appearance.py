"""The `[appearance]` table of the settings: how the app looks, and what it says through the terminal."""

from core.settings import THEMES, AppearanceSettings, Symbols
from storage.settings import values
from storage.settings.layers import Layers, Setting

_THEME = Setting(
    ("appearance", "theme"), values.choice(*THEMES), AppearanceSettings.theme, "RUNFERRY_THEME"
)
_SYMBOLS = Setting(
    ("appearance", "symbols"),
    values.choice(*Symbols),
    AppearanceSettings.symbols.value,
    "RUNFERRY_SYMBOLS",
)
_NOTICES, _BELL = (
    Setting(
        ("appearance", name),
        values.switch,
        default,
        f"RUNFERRY_{name.upper()}",
        parse=values.truth,
    )
    for name, default in (
        ("notices", AppearanceSettings.notices),
        ("bell", AppearanceSettings.bell),
    )
)
APPEARANCE_KEYS = tuple(setting.keys[-1] for setting in (_THEME, _SYMBOLS, _NOTICES, _BELL))


def read_appearance(layers: Layers) -> AppearanceSettings:
    """What counts. Raises SettingsError."""
    return AppearanceSettings(
        theme=layers.pick(_THEME),
        symbols=Symbols(layers.pick(_SYMBOLS)),
        notices=layers.pick(_NOTICES),
        bell=layers.pick(_BELL),
    )
