"""Is what a RUN directory holds in the store already?"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from core.model import Artifact
from core.ports.catalog import CatalogReader
from core.ports.packaging import ResultsPackager
from core.progress import Progress
from core.source.find_results import Results
from core.transfer_view import Phase

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class MatchContent:
    """Asks the catalog for results of the same extent, and reads the files only if there are any.

    What it costs does not depend on how many there are: the extent only tells whether to read, and
    few have the same content.
    """

    def __init__(self, packager: ResultsPackager, catalog: CatalogReader) -> None:
        self._packager = packager
        self._catalog = catalog

    def __call__(
        self, results: Results, accept: Callable[[Artifact], bool], progress: Progress
    ) -> Artifact | None:
        """The acceptable results of this content that were stored last; no network.

        Raises ResultsPackagingError, CatalogError, TransferCancelledError.
        """
        return next(filter(accept, self.all(results, progress)), None)

    def anything(self) -> bool:
        """Whether the catalog knows of anything to compare with. Raises CatalogError."""
        return self._catalog.job_count() > 0

    def all(self, results: Results, progress: Progress) -> Iterator[Artifact]:
        """Those of this content, newest first. Raises as calling it does."""
        if not results.bytes or not self._catalog.knows_extent(results.extent):
            return iter(())
        equal = self._catalog.results_of(self.content_id(results, progress))
        return iter(sorted(equal, key=_stored_at, reverse=True))

    def alike(self, results: Results) -> Sequence[Artifact]:
        """Stored results of the same extent, which may be many: a guess without reading a file."""
        return self._catalog.stored_like(results.extent) if results.bytes else ()

    def content_id(self, results: Results, progress: Progress) -> str:
        """Reads all files, the first time. Raises ResultsPackagingError, TransferCancelledError."""
        if not results.content_id:
            progress.begin(Phase.COMPARING, total=results.bytes)
            results.content_id = self._packager.content_id(results.sources, progress.add_read)
        return results.content_id


def _stored_at(artifact: Artifact) -> datetime:
    return artifact.stored_at or _LONG_AGO
