"""Which directories of this machine hold what is stored of a job, as they are now."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.finish.run_state import RunState
from core.ports.journal.bindings import StoredSource, StoredSources
from core.run_view import RunView


@dataclass(frozen=True)
class LocalCopy:
    """A RUN directory with exactly the content of this id, which is stored as that run."""

    path: str
    run_id: int
    content_id: str


class LocalCopies:
    """A directory is one as long as it looks as it did when it had that content, to the watch.

    Nothing is said of what the watch does not see: trees that are not watched or are offline, and runs
    that it has not looked at since the start.
    """

    def __init__(self, journal: StoredSources, views: Callable[[], Sequence[RunView]]) -> None:
        self._journal = journal
        self._views = views

    def __call__(self, job_id: int) -> Mapping[int, Sequence[LocalCopy]]:
        """By run id. No network, no disk but that of the state. Raises StateError."""
        found: dict[int, list[LocalCopy]] = {}
        for path, stored in self._as_stored(job_id):
            copy = LocalCopy(path, stored.run_id, stored.content_id)
            found.setdefault(copy.run_id, []).append(copy)
        return found

    def _as_stored(self, job_id: int) -> Iterator[tuple[str, StoredSource]]:
        seen = self._seen()
        for path, stored in self._journal.stored().items():
            if _is_as_stored(stored, seen.get(path), job_id):
                yield path, stored

    def _seen(self) -> Mapping[str, RunView]:
        return {view.path: view for view in filter(_is_seen, self._views())}


def _is_seen(view: RunView) -> bool:
    """All of it, that is: else it has no fingerprint."""
    return bool(view.files is not None and view.fingerprint) and view.state is not RunState.OFFLINE


def _is_as_stored(stored: StoredSource, view: RunView | None, job_id: int) -> bool:
    seen = view.fingerprint if view else None
    return (stored.job_id, stored.fingerprint) == (job_id, seen) and bool(stored.content_id)
