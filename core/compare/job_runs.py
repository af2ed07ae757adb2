"""All runs of a job, stored or on this machine."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import NamedTuple

from core.binding.number_runs import NumberRuns
from core.compare.named_run import NamedRun
from core.errors import ArtifactNotFoundError
from core.jobs.list_jobs import ListArtifacts, one_of_each
from core.model import Artifact
from core.ports.journal.journal import BindingJournal
from core.ports.run_files import RunFiles


class Looks(NamedTuple):
    """Make a look at a run that is here (by absolute path), or stored. They ask for nothing yet."""

    local: Callable[[str], RunFiles]
    stored: Callable[[Artifact], RunFiles]


class JobRuns:
    """As catalog and journal know them; no network. Callable from any thread."""

    def __init__(
        self,
        list_artifacts: ListArtifacts,
        number_runs: NumberRuns,
        journal: BindingJournal,
        looks: Looks,
    ) -> None:
        self._list_artifacts = list_artifacts
        self._number_runs = number_runs
        self._journal = journal
        self._looks = looks

    def __call__(self, job_id: int) -> Sequence[NamedRun]:
        """In the order of run ids; one that is here and stored is one run. Raises StateError, CatalogError.

        What is here comes first: it is the newest, and near.
        """
        stored, local = self._stored(job_id), self._local(job_id)
        return [self._named(n, stored.get(n), local.get(n, "")) for n in sorted({*stored, *local})]

    def stored(self, job_id: int, run_id: int, version: int | None = None) -> NamedRun:
        """Results of one run, by default the latest, as in "12:4@v2".

        Raises ArtifactNotFoundError, CatalogError.
        """
        found = filter(_is_results, self._list_artifacts(job_id, run_id))
        for artifact in one_of_each(found, version):
            name = f"{job_id}:{run_id}" + (f"@v{artifact.version}" if artifact.version else "")
            return NamedRun(name, [self._looks.stored(artifact)], run_id, artifact.version)
        raise _nothing(job_id, run_id, version)

    def _named(self, run_id: int, artifact: Artifact | None, path: str) -> NamedRun:
        here = [self._looks.local(path)] if path else []
        name = self._name(run_id, artifact, path)
        if artifact is None:
            return NamedRun(name, here, run_id, None, path)
        return NamedRun(name, [*here, self._looks.stored(artifact)], run_id, artifact.version, path)

    def _name(self, run_id: int, artifact: Artifact | None, path: str) -> str:
        """That of the directory, here or where it was stored from."""
        if path:
            return self._number_runs.places.named(path).name
        return _stored_name(run_id, artifact)

    def _stored(self, job_id: int) -> Mapping[int, Artifact]:
        """The latest results."""
        found = one_of_each(filter(_is_results, self._list_artifacts(job_id)))
        return {artifact.run_id: artifact for artifact in found if artifact.run_id}

    def _local(self, job_id: int) -> Mapping[int, str]:
        """Directories of the bound results roots; of several for one run, the first."""
        below = partial(self._below, job_id, self._journal.stored_in(job_id))
        found = [*chain.from_iterable(map(below, self._journal.bound_roots(job_id)))]
        return {run_id: path for path, run_id in reversed(found)}

    def _below(self, job_id: int, known: Mapping[str, int], root: str) -> Iterator[tuple[str, int]]:
        """As which runs they are known, or called."""
        for path, run_id in self._number_runs.of_root(root, job_id).items():
            yield path, known.get(path, run_id)


def _stored_name(run_id: int, artifact: Artifact | None) -> str:
    return (artifact.directory if artifact else "") or f"RUN{run_id}"


def _is_results(artifact: Artifact) -> bool:
    return artifact.is_current_results


def _nothing(job_id: int, run_id: int, version: int | None) -> ArtifactNotFoundError:
    which = f" in version {version}" if version else ""
    return ArtifactNotFoundError(
        f"Nothing is stored of run {run_id} of job {job_id}{which}.",
        todo=f"`runferry jobs uploads list --job-id {job_id}` lists what is.",
    )
