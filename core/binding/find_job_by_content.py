"""Which job a results root was stored in, when this machine does not remember."""

import logging
from collections.abc import Iterator

from core.binding.match_content import MatchContent
from core.binding.run_ids import RunIds
from core.errors import ResultsUploadError, RunFerryError
from core.model import Artifact, run_id_of
from core.ports.catalog import CatalogReader, Extent
from core.ports.journal.bindings import StoredSource, StoredSources
from core.progress import Progress
from core.source.find_results import FindResults, Results
from core.source.run_directories import RunDirectories
from core.stored.refresh_catalog import RefreshCatalog
from core.transfer_view import Phase

_log = logging.getLogger(__name__)


class FindJobByContent:
    """Looks for any RUN directory of the root whose content is stored already.

    The first one found decides, and what it is stored as is remembered. A run that another
    directory of this machine is stored as does not count: this one is a copy of it.
    """

    def __init__(
        self,
        *,
        find_results: FindResults,
        directories: RunDirectories,
        match_content: MatchContent,
        run_ids: RunIds,
        catalog: CatalogReader,
        journal: StoredSources,
        refresh_catalog: RefreshCatalog,
    ) -> None:
        self._find_results = find_results
        self._directories = directories
        self._match_content = match_content
        self._run_ids = run_ids
        self._catalog = catalog
        self._journal = journal
        self._refresh_catalog = refresh_catalog

    def __call__(self, results_root: str, first: Results | None, progress: Progress) -> int | None:
        """The job's id, or None; `first` is looked at before its neighbours.

        Uses the network only when the catalog never equalled the store.
        """
        progress.begin(Phase.COMPARING)
        self._sync()
        if not self._catalog.job_count():
            return None
        unclaimed = _Unclaimed(self._match_content, self._run_ids)
        for results in filter(unclaimed.include, self._results(results_root, first)):
            if found := self._match(results, progress):
                scan = results.scans[0]
                stored = StoredSource(scan.fingerprint, found.job_id, run_id_of(found))
                self._journal.put_stored(scan.path, stored)
                return found.job_id
        return None

    def _sync(self) -> None:
        if self._catalog.synced_at() is not None:
            return
        try:
            self._refresh_catalog()
        except RunFerryError as error:
            # If it is the store, the upload is about to say so itself.
            _log.warning("the store was not searched for the content: %s", error.what)

    def _results(self, results_root: str, first: Results | None) -> Iterator[Results]:
        if first:
            yield first
        seen = first.scans[0].path if first else ""
        for path in self._directories(results_root):
            if path != seen and (results := self._scanned(path)):
                yield results

    def _scanned(self, path: str) -> Results | None:
        try:
            return self._find_results.scan_packable([path])
        except ResultsUploadError:
            return None  # a neighbour that could not be stored was not stored

    def _match(self, results: Results, progress: Progress) -> Artifact | None:
        def is_free(artifact: Artifact) -> bool:
            return not self._run_ids.holder(
                artifact.job_id, run_id_of(artifact), results.scans[0].path
            )

        try:
            return self._match_content(results, is_free, progress)
        except ResultsUploadError:
            return None  # it changes at this moment


class _Unclaimed:
    """Spares reading directories whose content can only be that of others on this machine.

    Outputs of a fixed size are all alike: who holds stored results is asked once an extent.
    """

    def __init__(self, match_content: MatchContent, run_ids: RunIds) -> None:
        self._match_content = match_content
        self._run_ids = run_ids
        self._only_holders: dict[Extent, set[str]] = {}

    def include(self, results: Results) -> bool:
        """Whether stored results of this extent belong to no directory here, or to this one."""
        if results.extent not in self._only_holders:
            self._only_holders[results.extent] = {*self._found(results)}
        return not self._only_holders[results.extent].isdisjoint({"", results.scans[0].path})

    def _found(self, results: Results) -> Iterator[str]:
        """The one holder of each run, "" for none."""
        alike = self._match_content.alike(results)
        for job_id, run_id in {(artifact.job_id, run_id_of(artifact)) for artifact in alike}:
            holders = [*self._run_ids.holders(job_id, run_id)]
            if len(holders) <= 1:
                yield holders[0] if holders else ""
