"""Is what a RUN directory holds in the store already?"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from core.events import Phase
from core.model import Artifact
from core.ports.catalog import Catalog, Extent
from core.ports.packaging import ResultsPackager
from core.progress import Progress
from core.use_cases.find_results import Results

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class MatchContent:
    """Asks the catalog for results of the same extent, and reads the files only if there are any."""

    def __init__(self, packager: ResultsPackager, catalog: Catalog) -> None:
        self._packager = packager
        self._catalog = catalog

    def __call__(
        self, results: Results, accept: Callable[[Artifact], bool], progress: Progress
    ) -> Artifact | None:
        """The acceptable results of this content that were stored last; no network.

        Raises ResultsPackagingError, CatalogError, TransferCancelledError.
        """
        found = self.all(results, accept, lambda: self.content_id(results, progress))
        return next(iter(found), None)

    def all(
        self, results: Results, accept: Callable[[Artifact], bool], content_id: Callable[[], str]
    ) -> Sequence[Artifact]:
        """All of them, newest first; `content_id` is only asked for it if that matters."""
        extent = Extent(sum(scan.files for scan in results.scans), results.bytes)
        alike = extent.raw_bytes and self._catalog.stored_like(extent)
        candidates = [artifact for artifact in alike or () if accept(artifact)]
        if not candidates:
            return ()
        wanted = content_id()
        equal = (artifact for artifact in candidates if artifact.content_id == wanted)
        return sorted(equal, key=_stored_at, reverse=True)

    def content_id(self, results: Results, progress: Progress) -> str:
        """Reads all files. Raises ResultsPackagingError, TransferCancelledError."""
        progress.begin(Phase.COMPARING, total=results.bytes)
        return self._packager.content_id(results.sources, progress.add_read)


def _stored_at(artifact: Artifact) -> datetime:
    return artifact.stored_at or _LONG_AGO
