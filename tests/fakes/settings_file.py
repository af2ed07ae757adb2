"""A settings file in memory."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

from core.errors import ConflictError, SettingsError
from core.ports.settings_file import Change, Keys, SettingsFile


class FakeSettingsFile(SettingsFile):
    """`refuses` says why values could not be used; empty when they can."""

    def __init__(self, refuses: Callable[[dict[str, Any]], str] = lambda _: "") -> None:
        self.table: dict[str, Any] | None = None
        self._refuses = refuses
        self._changes = 0

    @property
    def path(self) -> str:
        return "/fake/settings.toml"

    def revision(self) -> str:
        return "" if self.table is None else str(self._changes)

    def holds(self, keys: Keys) -> bool:
        table: Any = self.table or {}
        for key in keys:
            table = table.get(key) if isinstance(table, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] - of any depth
        return table is not None

    def change(self, changes: Sequence[Change], revision: str) -> None:
        if revision != self.revision():
            raise ConflictError("It was changed meanwhile by something else.")
        table = deepcopy(self.table or {})
        for change in changes:
            _apply(table, change)
        if why := self._refuses(table):
            raise SettingsError(why)
        self.write(table)

    def create(self) -> None:
        if self.table is not None:
            raise ConflictError("It is there already.")
        self.write({})

    def write(self, table: dict[str, Any]) -> None:
        """As somebody else would."""
        self.table = table
        self._changes += 1


def _apply(table: dict[str, Any], change: Change) -> None:
    *place, name = change.keys
    for key in place:
        table = table.setdefault(key, {}) if change.value is not None else table.get(key, {})
    if change.value is None:
        table.pop(name, None)
    else:
        table[name] = change.value
