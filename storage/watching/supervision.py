"""Keeps the observation of a root whole: replaces what missed events."""

import logging
import os
import stat
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from core.printable import printable
from storage.watching.event_loss import (
    DIED,
    EventLoss,
    WatchEndedError,
    in_words,
    unwatched_in_words,
)
from storage.watching.mounts import file_systems_below, unreported

if TYPE_CHECKING:
    from storage.watching.observation import Observation

_log = logging.getLogger(__name__)
_Identity = tuple[int, int, tuple[str, ...]]
_UNSEEN = (0, 0, ())
_MOST_PATIENCE = 16


class Supervision:
    """`look` and `end` belong to one thread, which looks whenever `news` is set and regularly.

    An observation lives for `renew_every` seconds at least, longer if the last one was no better:
    to begin one is a walk over the whole tree.
    """

    def __init__(
        self,
        root: str,
        on_dirty: Callable[[str], None],
        on_trouble: Callable[[str], None],
        *,
        new_loss: Callable[[], EventLoss],
        renew_every: float,
        nap: float,
    ) -> None:
        self._root, self._on_dirty, self._on_trouble = root, on_dirty, on_trouble
        self._new_loss = new_loss
        self._renew_every = renew_every
        self._nap = nap
        self.blind = ""
        """Why events are missing, in words; empty while they are not. Read by any thread."""
        self._observation: Observation | None = None
        self._identity: _Identity | None = _UNSEEN
        self._told: set[tuple[str, str]] = set()
        self._due = 0.0
        self._patience = 1

    def look(self) -> None:
        """Says what is wrong and mends it when it is time. Raises WatchEndedError."""
        identity = _identity(self._root)
        if identity != self._identity or (self._observation and self._observation.root_deleted):
            self._follow(identity)
        elif self._observation:
            self._check(self._observation)
        if identity and not self._whole() and time.monotonic() >= self._due:
            self._renew()

    def end(self) -> None:
        """Ends the observation, if there is one."""
        if self._observation:
            self._observation.end()
        self._observation = None

    def _follow(self, identity: _Identity | None) -> None:
        """The root went, came, or is another directory than before."""
        watched = self._observation is not None
        self.end()
        self._identity, self._due, self._patience = identity, 0.0, 1
        if not identity:
            self._set_blind(f"{printable(self._root)} is not there, it is waited for")
        elif watched:
            self._on_trouble(
                f"{printable(self._root)} was replaced, or something was mounted or unmounted there"
            )

    def _check(self, observation: "Observation") -> None:
        unwatched = set(observation.unwatched)
        new = sorted(unwatched - self._told)
        self._told = unwatched
        if new:
            self._on_trouble(unwatched_in_words(new))
        self._set_blind(observation.trouble)

    def _whole(self) -> bool:
        """Whether a new observation would see no more than there is to see now."""
        if self.blind or not self._observation:
            return False
        return not any(os.access(path, os.R_OK) for path, _ in self._observation.unwatched)

    def _renew(self) -> None:
        self.end()
        reason = unreported(self._root) or self._observe()
        if self._observation:
            self._check(self._observation)
            self._on_dirty(self._root)  # what happened before the watches were in place
        else:
            self._set_blind(reason)
        self._due = time.monotonic() + self._renew_every * self._patience
        self._patience = 1 if self._whole() else min(2 * self._patience, _MOST_PATIENCE)

    def _observe(self) -> str:
        """Walks over the tree; returns why there is no observation now, in words."""
        # Not before it is needed: the app starts faster without watchdog.
        from storage.watching.observation import Observation

        loss = self._new_loss()
        try:
            self._observation = Observation(self._root, self._on_dirty, loss, nap=self._nap)
        except OSError as error:
            return loss.reason or in_words(error)
        except WatchEndedError:
            raise
        except Exception:  # noqa: BLE001 - whatever it was, nothing is seen until it works
            _log.exception("the file system watcher could not start")
            return DIED
        return ""

    def _set_blind(self, reason: str) -> None:
        begins = bool(reason) and reason != self.blind
        self.blind = reason
        if begins:
            self._on_trouble(reason)


def _identity(root: str) -> _Identity | None:
    """Tells a directory, with what is mounted in it, from others of its name; None without any."""
    try:
        status = os.stat(root)
    except OSError:
        return None
    if not stat.S_ISDIR(status.st_mode):
        return None
    return status.st_dev, status.st_ino, tuple(file_systems_below(root))
