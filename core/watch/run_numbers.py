"""As which runs of their jobs the watched ones count."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence

from core.errors import RunFerryError
from core.ports.journal.journal import Revised
from core.watch.watched_run import WatchedRun

_log = logging.getLogger(__name__)


class RunNumbers:
    """Asks only when there are other runs, or something was written down. For one thread."""

    def __init__(
        self, number: Callable[[Sequence[str]], Mapping[str, int]], journal: Revised
    ) -> None:
        self._number = number
        self._journal = journal
        self._asked: dict[str, tuple[object, Sequence[str]]] = {}

    def __call__(self, root: str, runs: Iterable[WatchedRun]) -> None:
        """Tells each of the runs of a watched root."""
        watched = list(runs)
        try:
            self._tell(root, watched)
        except RunFerryError:
            _log.exception("the runs of %s have the ids that they had", root)

    def _tell(self, root: str, runs: Sequence[WatchedRun]) -> None:
        now = self._journal.revision(), [run.path for run in runs]
        if self._asked.get(root) == now:
            return
        self._count(runs, self._number(now[1]))
        self._asked[root] = self._journal.revision(), now[1]

    def _count(self, runs: Iterable[WatchedRun], ids: Mapping[str, int]) -> None:
        for run in runs:
            run.count_as(ids[run.path])
