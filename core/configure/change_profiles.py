"""Add a profile to the settings, or take one out."""

from collections.abc import Mapping

from core.errors import ConflictError, SettingsError
from core.ports.settings_file import Change, Keys, SettingsFile


class ChangeProfiles:
    """In a file that is still at a `revision`. All that is stored stays where it is."""

    def __init__(self, file: SettingsFile) -> None:
        self._file = file

    def add(self, name: str, fields: Mapping[str, object], revision: str) -> None:
        """Raises ConflictError where there is one of that name, and what changing the file raises."""
        place = _place(name)
        if self._file.holds(place):
            raise ConflictError(
                f"There is a profile {name} already.",
                kept="Nothing was written.",
                todo="Choose another name.",
            )
        changes = [Change((*place, field), value) for field, value in fields.items()]
        self._file.change(changes, revision)

    def delete(self, name: str, revision: str) -> None:
        """Raises SettingsError for the built-in one, and for that which the file says is used."""
        place = _place(name)
        if not self._file.holds(place):
            raise SettingsError(f"The settings file says nothing of a profile {name}.")
        self._file.change([Change(place)], revision)


def _place(name: str) -> Keys:
    return ("profiles", name)
