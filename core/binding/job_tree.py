"""Is a results root the tree that a job was stored from, as far as its runs tell?"""

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from itertools import takewhile

from core.binding.match_content import MatchContent
from core.binding.run_ids import RunIds
from core.model import Artifact, ArtifactKind, run_id_of
from core.ports.catalog import CatalogReader, Extent
from core.ports.journal.bindings import StoredSource
from core.progress import Progress
from core.source.find_results import Results
from core.source.storable_runs import StorableRuns
from core.stored.results_versions import ResultsVersions


class JobTree:
    """Compares sizes first. Files are read where these agree, and only until one differs."""

    def __init__(
        self,
        storable_runs: StorableRuns,
        match_content: MatchContent,
        run_ids: RunIds,
        versions: ResultsVersions,
    ) -> None:
        self._storable_runs = storable_runs
        self._match_content = match_content
        self._run_ids = run_ids
        self._versions = versions

    def holds_all(self, results_root: str, job_id: int, progress: Progress) -> bool:
        """Whether every run that the job has stored was stored from the root, or is there as stored.

        What is found to be there is remembered. By one listing; raises StoreError, StateError,
        CatalogError, TransferCancelledError.
        """
        missing = self._versions.runs(job_id) - self._run_ids.known_below(results_root, job_id)
        here = self._directories(results_root, job_id)
        expected = {here[run_id]: run_id for run_id in missing & here.keys()}
        is_there = partial(self._is_there, job_id, expected, progress)
        asked = self._storable(results_root, expected if len(expected) == len(missing) else {})
        return len([*takewhile(is_there, asked)]) == len(missing)

    def _storable(self, results_root: str, which: Collection[str]) -> Iterator[Results]:
        runs = self._storable_runs(results_root) if which else ()
        return filter(lambda results: results.path in which, runs)

    def _directories(self, results_root: str, job_id: int) -> Mapping[int, str]:
        """By run id."""
        proposed = self._run_ids.proposed(results_root, job_id)
        return {run_id: path for path, run_id in proposed if run_id}

    def _is_there(
        self, job_id: int, expected: Mapping[str, int], progress: Progress, results: Results
    ) -> bool:
        run_id = expected[results.path]
        same = self._match_content(results, partial(_is_of, job_id, run_id), progress)
        if same is None:
            return False
        fingerprint = results.fingerprint
        stored = StoredSource(fingerprint, job_id, run_id, found=True, content_id=same.content_id)
        self._run_ids.remember(results.path, stored)
        return True


class Contradicts:
    """Tells a tree that is another one by how much its runs hold; few files are read for that."""

    def __init__(
        self,
        storable_runs: StorableRuns,
        match_content: MatchContent,
        run_ids: RunIds,
        catalog: CatalogReader,
    ) -> None:
        self._storable_runs = storable_runs
        self._match_content = match_content
        self._run_ids = run_ids
        self._catalog = catalog

    def __call__(self, results_root: str, job_id: int, progress: Progress) -> bool:
        """Whether a run of the root is not what the job holds under its number, nor under another.

        No network. Raises CatalogError, StateError, TransferCancelledError.
        """
        differs = partial(self._differs, job_id, self._held(job_id))
        match = partial(self._match_content, accept=partial(_is_in, job_id), progress=progress)
        suspects = filter(differs, self._storable_runs(results_root))
        return not all(map(match, suspects))

    def _held(self, job_id: int) -> Mapping[int, Collection[Extent]]:
        """By run, how much each of its versions holds, as far as that is known."""
        held: dict[int, set[Extent]] = {}
        for artifact in filter(_is_results, self._catalog.artifacts(job_id)):
            if extent := self._catalog.extent(artifact.content_id):
                held.setdefault(run_id_of(artifact), set()).add(extent)
        return held

    def _differs(
        self, job_id: int, held: Mapping[int, Collection[Extent]], results: Results
    ) -> bool:
        run_id = self._run_ids.expected(job_id, results.path) or 0
        return run_id in held and results.extent not in held[run_id]


def _is_results(artifact: Artifact) -> bool:
    return artifact.kind is ArtifactKind.RUN_RESULTS


def _is_of(job_id: int, run_id: int, artifact: Artifact) -> bool:
    return (artifact.job_id, artifact.run_id) == (job_id, run_id)


def _is_in(job_id: int, artifact: Artifact) -> bool:
    return artifact.job_id == job_id
