"""Is all that a run of this machine holds in the store at this moment?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.binding.match_content import MatchContent
from core.clean.check_here import CheckHere
from core.clean.in_store import InStore
from core.clean.proven import Proven
from core.errors import SourceChangedError, UnprovenRunError
from core.model import Manifest
from core.progress import Progress
from core.source.find_results import FindResults, Results
from core.source.scan_tree import ScannedRun
from core.transfer_view import Phase


@dataclass(frozen=True)
class ProofWanted:
    """Meant are runs that were last written before the time span `older_than`; None is all.

    To `read` is to fetch and hash the stored object, too.
    """

    now: datetime
    older_than: timedelta | None = None
    read: bool = False

    @property
    def before(self) -> datetime | None:
        """The moment before which they were last written."""
        return self.now - self.older_than if self.older_than else None


class ProveRun:
    """By the content of the files: each is read. Callable from any thread; changes nothing."""

    def __init__(
        self,
        check_here: CheckHere,
        find_results: FindResults,
        match_content: MatchContent,
        in_store: InStore,
    ) -> None:
        self._check_here = check_here
        self._find_results = find_results
        self._match_content = match_content
        self._in_store = in_store

    def __call__(
        self, run: ScannedRun, name: str, wanted: ProofWanted, progress: Progress
    ) -> Proven:
        """The run as it was read; what costs least is looked at first.

        Raises UnprovenRunError, InvalidResultsDirectoryError and ResultsPackagingError, which say why
        it stays; StateError, StoreError, TransferCancelledError.
        """
        known = self._check_here(run, wanted.now, wanted.before)
        progress.begin(Phase.CHECKING)
        results = self._find_results.scan([run.path])
        _check_whole(results)
        stored = self._in_store(known.job_id, known.run_id)
        self._check_content(results, stored, progress)
        if wanted.read:
            self._in_store.read(stored, progress)
        return Proven.of(run.path, name, stored, results)

    def _check_content(self, results: Results, stored: Manifest, progress: Progress) -> None:
        if self._match_content.content_id(results, progress) != stored.content_id:
            raise UnprovenRunError(
                f"its content is not that of version {stored.version}, which is stored",
                todo="`runferry upload` stores it as the next version.",
            )
        if self._find_results.scan_again(results) is not results:
            raise SourceChangedError("it was written while it was read")


def _check_whole(results: Results) -> None:
    if results.left_out:
        more = len(results.left_out) - 1
        raise UnprovenRunError(
            f"not all of it is stored: {results.left_out[0]}"
            + (f" (and {more} more)" if more else "")
        )
