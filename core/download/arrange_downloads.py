"""What comes where when several artifacts are brought back together."""

import logging
import os.path
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain

from core.download.download_request import DownloadRequest
from core.download.wanted import job_run_folder, run_folder, top_names
from core.errors import RunFerryError
from core.kinds.stored_names import is_of_run, usual_top
from core.model import Artifact
from core.ports.packaging import OpenArchive
from core.threads import in_parallel

_log = logging.getLogger(__name__)


class ArrangeDownloads:
    """Runs whose archives hold directories of the same name are taken apart side by side.

    That depends on what is brought back together, not on its order nor on what is there already.
    """

    def __init__(self, look: Callable[[Artifact], OpenArchive]) -> None:
        """`look` reads the directory of stored results, and raises what it likes of our errors."""
        self._look = look

    def __call__(
        self,
        artifacts: Sequence[Artifact],
        directory: str,
        *,
        version: Callable[[Artifact], int | None],
        extract: bool,
        any_size: bool = False,
        replace: bool = False,
    ) -> list[DownloadRequest]:
        """One request each, into `directory`, which is absolute; `version` says which one it names.

        With results to extract, and several of them, the store is asked for the directory of each.
        """
        aside = self._aside(artifacts, directory) if extract else dict[str, str]()
        return [
            DownloadRequest.of(
                artifact,
                aside.get(artifact.key, directory),
                version=version(artifact),
                extract=extract,
                any_size=any_size,
                replace=replace,
            )
            for artifact in artifacts
        ]

    def _aside(self, artifacts: Sequence[Artifact], directory: str) -> Mapping[str, str]:
        """By key, where those come that cannot be right in the directory."""
        runs = [*filter(_is_in_the_way, artifacts)]
        return _side_by_side(_alike(runs, self._names(runs)), directory)

    def _names(self, runs: Sequence[Artifact]) -> Sequence[Collection[str]]:
        """At the top of each; of one that is alone nobody needs to know."""
        if len(runs) == 1:
            return [()]
        try:
            return in_parallel(self._names_of, runs)
        except RunFerryError as error:  # the downloads will wait for the store, not this look
            _log.warning("the runs were not looked into: %s", error.what)
            return [*map(_usual_names, runs)]

    def _names_of(self, run: Artifact) -> Collection[str]:
        """Nothing of an archive that cannot be looked into: fetching it will tell why."""
        try:
            return _directories(run, self._look(run))
        except RunFerryError as error:
            if error.offline:
                raise
            _log.warning("%s was not looked into: %s", run.key, error.what)
            return ()


def _is_in_the_way(artifact: Artifact) -> bool:
    """What is not the current one of its run comes into a folder of its own anyway."""
    return artifact.is_version and artifact.current


def _directories(run: Artifact, archive: OpenArchive) -> Collection[str]:
    """Nothing of an archive that has a directory of its own."""
    only_runs = all(is_of_run(member.name, run.directory) for member in archive.members())
    return {*map(str.casefold, top_names(archive.members()))} if only_runs else ()


def _usual_names(run: Artifact) -> Collection[str]:
    """As most runs have them."""
    return (usual_top(run.run_id, run.directory).casefold(),)


def _alike(runs: Sequence[Artifact], names: Sequence[Collection[str]]) -> Sequence[Artifact]:
    """Those that have a name which another one has as well, or its folder would have."""
    shared = _repeated(chain(*names, map(run_folder, runs)))
    return [run for run, own in zip(runs, names, strict=True) if not shared.isdisjoint(own)]


def _repeated(names: Iterable[str]) -> set[str]:
    return {name for name, times in Counter(names).items() if times > 1}


def _side_by_side(runs: Sequence[Artifact], directory: str) -> Mapping[str, str]:
    """By key, a directory for each: called after the job, too, where several have a run of its id."""
    ids = Counter(run_id for _, run_id in {*map(_job_and_run, runs)})
    return {run.key: os.path.join(directory, _folder(run, ids)) for run in runs}


def _folder(run: Artifact, ids: Mapping[int | None, int]) -> str:
    return job_run_folder(run) if ids[run.run_id] > 1 else run_folder(run)


def _job_and_run(run: Artifact) -> tuple[int, int | None]:
    return run.job_id, run.run_id
