"""As which runs the RUN directories of this machine were stored."""

from collections.abc import Iterator
from dataclasses import replace

from core.ports.journal.bindings import StoredSource
from core.ports.journal.journal import RunIdJournal
from core.source.run_directories import RunDirectories
from core.source.run_places import RunPlaces


class StoredHere:
    """What the journal remembers, as far as it tells a run. Methods raise StateError."""

    def __init__(
        self, journal: RunIdJournal, places: RunPlaces, directories: RunDirectories
    ) -> None:
        self._journal = journal
        self._places = places
        self._directories = directories

    def last(self, path: str) -> StoredSource | None:
        """As what a directory was stored last, in any job."""
        known = self._journal.stored_as(path)
        return known if known and _is_whole(known) else None

    def run_in(self, job_id: int, path: str) -> int | None:
        """The run that the directory was stored as, if that was in this job."""
        known = self.last(path)
        return known.run_id if known and known.job_id == job_id else None

    def is_own(self, path: str, job_id: int, run_id: int) -> bool:
        """Whether the directory was stored as the run, and not only found to be there."""
        known = self._journal.stored_as(path)
        if known is None or known.found:
            return False
        return (known.job_id, known.run_id) == (job_id, run_id)

    def remember(self, path: str, stored: StoredSource) -> None:
        """What a RUN directory was stored as.

        What was stored from here stays so when it is only found to be there the next time.
        """
        found = stored.found and not self.is_own(path, stored.job_id, stored.run_id)
        self._journal.put_stored(path, replace(stored, found=found))
        named = self._places.named(path)
        if named.name in self._journal.given_ids(named.root):
            self._journal.give_ids(named.root, {named.name: stored.run_id})

    def known_below(self, results_root: str, job_id: int) -> frozenset[int]:
        """Runs of the job that directories of a root were stored as."""
        inside = f"{results_root.rstrip('/')}/"
        of_job = self._journal.stored_in(job_id).items()
        return frozenset(run_id for path, run_id in of_job if path.startswith(inside))

    def holder(self, job_id: int, run_id: int, path: str) -> str | None:
        """Another RUN directory on this machine that is stored as this run, if it still exists."""
        others = (
            source
            for source in self.holders(job_id, run_id)
            if not self._directories.are_same(source, path)
        )
        return next(others, None)

    def holders(self, job_id: int, run_id: int) -> Iterator[str]:
        """RUN directories on this machine that are stored as this run and still exist."""
        return filter(self._directories.exists, self._journal.sources_of(job_id, run_id))


def _is_whole(known: StoredSource) -> bool:
    return bool(known.job_id and known.run_id)
