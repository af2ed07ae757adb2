"""One setting out of flag, environment, file and default, and where it came from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.errors import SettingsError
from storage.settings.lines import Keys
from storage.settings.text import SettingsText

T = TypeVar("T")


def as_written(text: str) -> object:
    """Text stands for itself."""
    return text


@dataclass(frozen=True)
class Setting(Generic[T]):
    """Where a setting may stand and what it may be.

    Flags are found by its last key; `flag` is what the user types. `parse` makes of the text of a
    flag or variable what TOML makes of the same in a file.
    """

    keys: Keys
    check: Callable[[object], T]
    default: T
    variable: str = ""
    flag: str = ""
    parse: Callable[[str], object] = as_written


class Layers:
    """Flags over environment over file over defaults. `origins` fills with every `pick`."""

    def __init__(
        self, text: SettingsText, environ: Mapping[str, str], flags: Mapping[str, object]
    ) -> None:
        self.origins: dict[str, str] = {}
        self._text = text
        self._environ = environ
        self._flags = flags

    def pick(self, setting: Setting[T]) -> T:
        """The value that counts. Raises SettingsError when that one cannot be used."""
        value, origin = self._find(setting)
        self.origins[".".join(setting.keys)] = origin
        if origin == "default":
            return setting.default
        try:
            return setting.check(value)
        except ValueError as error:
            raise self.refusal(setting, str(error)) from None

    def refusal(self, setting: Setting[T], what: str, todo: str = "") -> SettingsError:
        """The error that names the place of the value that was picked."""
        name, origin = setting.keys[-1], self.origins[".".join(setting.keys)]
        if origin == "flag":
            return SettingsError(f"{setting.flag} {what}.", todo=todo)
        if origin.startswith("env"):
            return SettingsError(f"{setting.variable} {what}.", todo=todo)
        return self._text.refusal(setting.keys, f"{name} {what}.", todo)

    def _find(self, setting: Setting[T]) -> tuple[object, str]:
        flag = self._flags.get(setting.keys[-1])
        if flag is not None:
            return setting.parse(flag) if isinstance(flag, str) else flag, "flag"
        written = self._environ.get(setting.variable)
        if written:
            return setting.parse(written), f"env {setting.variable}"
        table = self._text.subtable(setting.keys[:-1])
        if setting.keys[-1] in table:
            return table[setting.keys[-1]], self._text.origin(setting.keys)
        return None, "default"
