"""The watcher where events cannot be relied on: it says so, and its caller looks regularly."""

from collections.abc import Callable

from core.ports.tree import TreeWatcher


class PollingWatcher(TreeWatcher):
    """Never calls back. `reason` says in words why there are no events."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    @property
    def blind(self) -> str:
        return self._reason

    def start(
        self, root: str, on_dirty: Callable[[str], None], on_trouble: Callable[[str], None]
    ) -> None:
        """There is nothing to start."""

    def stop(self) -> None:
        """There is nothing to stop."""
