"""Say no more that a directory is stored when what was stored of it was deleted or moved elsewhere."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import chain

from core.model import Artifact
from core.ports.catalog import CatalogReader
from core.ports.journal.bindings import StoredSource, StoredSources

_Content = tuple[int, int | None, str]
"""Of a run of a job; empty where nobody wrote down which."""


class ForgetDeletedRuns:
    """As which run a directory is stored is remembered: the next upload goes there, and finds out."""

    def __init__(self, catalog: CatalogReader, journal: StoredSources) -> None:
        self._catalog = catalog
        self._journal = journal

    def __call__(self) -> None:
        """When the catalog has just been read. Raises StateError, CatalogError."""
        stored = self._journal.stored()
        jobs = self._jobs(stored.values())
        there = self._there(jobs)
        for source, one in stored.items():
            if one.job_id in jobs:
                self._check(source, one, there)

    def _jobs(self, stored: Iterable[StoredSource]) -> AbstractSet[int]:
        """Those that are there; what was stored in others is forgotten with them."""
        return set(filter(self._catalog.job, {one.job_id for one in stored} - {0}))

    def _there(self, job_ids: Iterable[int]) -> AbstractSet[_Content]:
        """Every version, also as one of which nobody knows what it holds."""
        artifacts = chain.from_iterable(map(self._catalog.artifacts, job_ids))
        return set(chain.from_iterable(map(_contents, artifacts)))

    def _check(self, source: str, stored: StoredSource, there: AbstractSet[_Content]) -> None:
        if stored.fingerprint and _content(stored) not in there:
            self._journal.put_stored(source, replace(stored, fingerprint=""))


def _content(stored: StoredSource) -> _Content:
    return stored.job_id, stored.run_id, stored.content_id


def _contents(artifact: Artifact) -> AbstractSet[_Content]:
    if not artifact.is_version:
        return set()
    run = artifact.job_id, artifact.run_id
    return {(*run, ""), (*run, artifact.content_id)}
