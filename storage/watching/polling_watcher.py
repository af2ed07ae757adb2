"""The watcher where events cannot be relied on, and which roots those are."""

from collections.abc import Callable

from core.ports.tree import TreeWatcher
from storage.watching.event_watcher import EventWatcher
from storage.watching.mounts import unreported


class PollingWatcher(TreeWatcher):
    """Never calls back; its caller looks regularly. `reason` says in words why there are no events."""

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


def watcher_of(root: str, *, polling: bool) -> TreeWatcher:
    """A watcher for `root`, which need not exist yet; `polling` is the user's wish."""
    reason = "polling was asked for" if polling else unreported(root)
    return PollingWatcher(reason) if reason else EventWatcher()
