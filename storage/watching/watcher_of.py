"""The watcher that suits a root."""

from core.ports.tree import TreeWatcher
from storage.watching.inotify_watcher import InotifyWatcher
from storage.watching.mounts import unreported
from storage.watching.polling_watcher import PollingWatcher


def watcher_of(root: str, *, polling: bool) -> TreeWatcher:
    """A watcher for `root`, which need not exist yet; `polling` is the user's wish."""
    reason = "polling was asked for" if polling else unreported(root)
    return PollingWatcher(reason) if reason else InotifyWatcher()
