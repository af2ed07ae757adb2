"""The settings file of a user: what is changed in it leaves all else as the user wrote it."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

Keys = tuple[str, ...]
"""A setting, or a table of them, by the names that lead there: `("profiles", "lab", "bucket")`."""


@dataclass(frozen=True)
class Change:
    """`value` as TOML has it: text, a number, a switch, a list or a table of these; None takes it out."""

    keys: Keys
    value: object = None


class SettingsFile(Protocol):
    """One file, which others may write at any time: editors, other RunFerrys."""

    @property
    @abstractmethod
    def path(self) -> str:
        """Where it is, also when it is not there."""

    @abstractmethod
    def revision(self) -> str:
        """What tells its content as it is now from any other; empty where there is no file.

        Raises SettingsError when it cannot be read.
        """

    @abstractmethod
    def holds(self, keys: Keys) -> bool:
        """Whether it says something there. Raises SettingsError when it cannot be read."""

    @abstractmethod
    def change(self, changes: Sequence[Change], revision: str) -> None:
        """Makes all the changes, or none. Every byte that says something else stays.

        Raises ConflictError when the file is not at `revision` any more, and SettingsError when it
        cannot be read or written, or could not be used afterwards; it is then as it was.
        """

    @abstractmethod
    def create(self) -> None:
        """Makes one that says nothing yet, and how it could.

        Raises ConflictError when there is one, SettingsError when it cannot be written.
        """
