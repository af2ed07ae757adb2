"""Write the settings file of somebody who has none yet."""

from core.configure.first_choices import FirstChoices
from core.ports.settings_file import SettingsFile


class Begin:
    """Write down the first choices, as one."""

    def __init__(self, file: SettingsFile) -> None:
        self._file = file

    def __call__(self, choices: FirstChoices) -> None:
        """Raises ConflictError where there is a file by now, and what changing it raises."""
        self._file.change(choices.changes, "")
