"""Which job a results root was stored in, when this machine does not remember."""

import logging
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache, partial

from core.binding.job_tree import Contradicts
from core.binding.match_content import MatchContent
from core.binding.stored_here import StoredHere
from core.errors import ResultsUploadError, RunFerryError
from core.model import Artifact, run_id_of
from core.ports.catalog import Extent
from core.ports.journal.bindings import StoredSource
from core.progress import Progress
from core.source.find_results import Results
from core.source.storable_runs import StorableRuns
from core.stored.refresh_catalog import RefreshCatalog
from core.transfer_view import Phase

_log = logging.getLogger(__name__)


class FindJobByContent:
    """Looks for any RUN directory of the root whose content is stored already.

    The first one found decides, unless another run of the root contradicts it, and what it is stored
    as is remembered. A run that another directory of this machine is stored as does not count: this
    one is a copy of it.
    """

    def __init__(
        self,
        storable_runs: StorableRuns,
        unclaimed_content: "UnclaimedContent",
        here: StoredHere,
        refresh_catalog: RefreshCatalog,
    ) -> None:
        self._storable_runs = storable_runs
        self._unclaimed_content = unclaimed_content
        self._here = here
        self._refresh_catalog = refresh_catalog

    def __call__(self, results_root: str, first: Results | None, progress: Progress) -> int | None:
        """The job's id, or None; `first` is looked at before its neighbours.

        Uses the network only when the catalog never equalled the store.
        """
        found = self._found(results_root, first, progress)
        return self._remember(*found) if found else None

    def look(self, results_root: str, progress: Progress) -> tuple[int, str] | None:
        """The job's id, and the RUN directory that it holds the content of; nothing is remembered."""
        found = self._found(results_root, None, progress)
        return (found[1].job_id, found[0].path) if found else None

    def _found(
        self, results_root: str, first: Results | None, progress: Progress
    ) -> tuple[Results, Artifact] | None:
        progress.begin(Phase.COMPARING)
        self._sync()
        if not self._unclaimed_content.anything():
            return None
        return next(self._stored(results_root, first, progress), None)

    def _sync(self) -> None:
        try:
            self._refresh_catalog.once()
        except RunFerryError as error:
            # If it is the store, the upload is about to say so itself.
            _log.warning("the store was not searched for the content: %s", error.what)

    def _stored(
        self, results_root: str, first: Results | None, progress: Progress
    ) -> Iterator[tuple[Results, Artifact]]:
        """RUN directories with what their content is stored as."""
        unclaimed = self._unclaimed_content.search(results_root, progress)
        for results in filter(unclaimed.include, self._storable_runs(results_root, first)):
            if found := unclaimed.match(results):
                yield results, found

    def _remember(self, results: Results, found: Artifact) -> int:
        stored = StoredSource(
            results.fingerprint,
            found.job_id,
            run_id_of(found),
            found=True,
            content_id=found.content_id,
        )
        self._here.remember(results.path, stored)
        return found.job_id


class UnclaimedContent:
    """What is stored, as far as it is no other directory's here and its job may be of the same tree."""

    def __init__(
        self, match_content: MatchContent, here: StoredHere, contradicts: Contradicts
    ) -> None:
        self._match_content = match_content
        self._here = here
        self._contradicts = contradicts

    def anything(self) -> bool:
        """Whether the catalog knows of anything to compare with. Raises CatalogError."""
        return self._match_content.anything()

    def search(self, results_root: str, progress: Progress) -> "UnclaimedSearch":
        """Of one tree; each job is compared with it once."""
        contradicts = lru_cache(partial(self._contradicts, results_root, progress=progress))
        return UnclaimedSearch(self._match_content, self._here, contradicts, progress)


class UnclaimedSearch:
    """Spares reading directories whose content can only be that of others on this machine.

    Outputs of a fixed size are all alike: who holds stored results is asked once an extent.
    """

    def __init__(
        self,
        match_content: MatchContent,
        here: StoredHere,
        contradicts: Callable[[int], bool],
        progress: Progress,
    ) -> None:
        self._match_content = match_content
        self._here = here
        self._contradicts = contradicts
        self._progress = progress
        self._holders = dict[Extent, Collection[frozenset[str]]]()

    def match(self, results: Results) -> Artifact | None:
        """What the content of a directory is stored as. Raises CatalogError, StateError."""
        is_free = partial(self._is_free, results.path)
        try:
            return self._match_content(results, is_free, self._progress)
        except ResultsUploadError:
            return None  # it changes at this moment

    def include(self, results: Results) -> bool:
        """Whether stored results of this extent belong to no directory here, or to this one alone."""
        if results.extent not in self._holders:
            self._holders[results.extent] = {*self._holders_of_alike(results)}
        nobody, itself = frozenset[str](), frozenset({results.path})
        return not {nobody, itself}.isdisjoint(self._holders[results.extent])

    def _holders_of_alike(self, results: Results) -> Iterator[frozenset[str]]:
        """Of each run that is stored like it."""
        alike = self._match_content.alike(results)
        for job_id, run_id in {(artifact.job_id, run_id_of(artifact)) for artifact in alike}:
            yield frozenset(self._here.holders(job_id, run_id))

    def _is_free(self, path: str, artifact: Artifact) -> bool:
        held = self._here.holder(artifact.job_id, run_id_of(artifact), path)
        return not held and not self._contradicts(artifact.job_id)
