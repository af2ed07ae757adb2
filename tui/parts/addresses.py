"""What is stored, as others name it: addresses, links, command lines."""

from collections.abc import Callable
from dataclasses import dataclass

from core.model import Artifact
from core.ports.object_store import StoreAddress
from core.stored.links import Link
from tui.wording.store_commands import StoreCommands


@dataclass(frozen=True)
class Addresses:
    """Of the store of the chosen profile, which is behind a network if it is `remote`.

    `prefix` is what it puts before its keys. `link` is to exactly one artifact, for so many seconds; making it asks nobody, but may look for
    credentials: not on the UI thread.
    """

    link: Callable[[Artifact, int], Link]
    store: StoreAddress
    commands: StoreCommands
    remote: bool
    prefix: str = ""

    def whole_key(self, key: str) -> str:
        """As other tools name it."""
        return self.prefix + key
