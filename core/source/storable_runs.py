"""The runs of a results root that could be stored as they are."""

from collections.abc import Iterable, Iterator

from core.errors import ResultsUploadError
from core.source.find_results import FindResults, Results
from core.source.run_directories import RunDirectories


class StorableRuns:
    """Scans them one by one, each when it is asked for."""

    def __init__(self, find_results: FindResults, directories: RunDirectories) -> None:
        self._find_results = find_results
        self._directories = directories

    def __call__(self, results_root: str, first: Results | None = None) -> Iterator[Results]:
        """`first` is scanned already, and comes before the others."""
        if first is None:
            yield from self._scanned(self._directories(results_root))
        else:
            yield first
            others = filter(first.path.__ne__, self._directories(results_root))
            yield from self._scanned(others)

    def _scanned(self, directories: Iterable[str]) -> Iterator[Results]:
        return filter(None, map(self._scan, directories))

    def _scan(self, directory: str) -> Results | None:
        try:
            return self._find_results.scan_packable([directory])
        except ResultsUploadError:
            return None
