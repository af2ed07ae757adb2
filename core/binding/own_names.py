"""Trees that are reached through links and were known by the paths that they have without them."""

import logging
from collections.abc import Callable

from core.errors import StateError
from core.ports.journal.bindings import LinkedPaths

_log = logging.getLogger(__name__)


class OwnNames:
    """What is at a link has the name of the link. Elsewhere, and earlier, it may have had its real one."""

    def __init__(self, journal: LinkedPaths, real: Callable[[str], str]) -> None:
        self._journal = journal
        self._real = real

    def __call__(self, *roots: str) -> None:
        """What is known of the real paths of these trees is known of these, too, from now on.

        What cannot be written down is as if it was not known: stored content is recognised all the same.
        """
        for path in roots:
            real = self._real(path)
            if real not in {path, "/"}:
                self._take_over(real, path)

    def of_run(self, path: str) -> None:
        """Likewise of a RUN directory. A link to one that has another name is another run."""
        if _name(self._real(path)) == _name(path):
            self(path)

    def _take_over(self, real: str, path: str) -> None:
        try:
            self._journal.know_as(real, path)
        except StateError as error:
            _log.warning("%s is not known as %s: %s", path, real, error.what)


def _name(path: str) -> str:
    return path.rpartition("/")[2]
