"""Another store, or the same one with other settings, without ending the app."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.errors import Failure
from tui.dialog_prompt import DialogMfaPrompt
from tui.services import AppServices


@dataclass(frozen=True)
class Opened:
    """What the app goes on with. With a `failure` it is what it had before, opened again, and why."""

    services: AppServices
    prompt: DialogMfaPrompt
    failure: Failure | None = None


class Reopening(Protocol):
    """Closes what the app was given, and opens the next; not on the UI thread."""

    @abstractmethod
    def check(self, profile: str) -> None:
        """Whether the settings allow it; asks no store. Raises RunFerryError, and nothing has changed."""

    @abstractmethod
    def reopen(self, profile: str, roots: Sequence[str]) -> Opened:
        """With the settings as the file has them now, watching `roots`.

        To be called when nobody uses the services that the app has: they end, as when the app does.
        Raises RunFerryError when neither the next nor the one before can be opened.
        """
