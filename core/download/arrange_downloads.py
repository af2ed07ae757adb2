"""What comes where when several artifacts are brought back together."""

import logging
import os.path
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from core.download.download_artifact import job_run_folder, run_folder
from core.download.download_request import DownloadRequest
from core.errors import RunFerryError
from core.model import Artifact, ArtifactKind, is_of_run
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
    ) -> list[DownloadRequest]:
        """One request each, into `directory`, which is absolute; `version` says which one it names.

        With results to extract, and several of them, the store is asked for the directory of each.
        """
        runs = [a for a in artifacts if a.kind is ArtifactKind.RUN_RESULTS and a.managed]
        aside = self._folders(runs) if extract and len(runs) > 1 else dict[str, str]()
        return [
            DownloadRequest.of(
                artifact,
                os.path.join(directory, aside[artifact.key])
                if artifact.key in aside
                else directory,
                version=version(artifact),
                extract=extract,
                any_size=any_size,
            )
            for artifact in artifacts
        ]

    def _folders(self, runs: Sequence[Artifact]) -> Mapping[str, str]:
        """By key, of those that cannot be right in the directory."""
        alike = self._alike(runs)
        ids = Counter(run_id for _, run_id in {(run.job_id, run.run_id) for run in alike})
        return {
            run.key: job_run_folder(run) if ids[run.run_id] > 1 else run_folder(run)
            for run in alike
        }

    def _alike(self, runs: Sequence[Artifact]) -> Sequence[Artifact]:
        """Those that have a name which another one has as well, or its folder would have."""
        try:
            tops = in_parallel(self._tops, runs)
        except RunFerryError as error:  # the downloads will wait for the store, not this look
            _log.warning("the runs were not looked into: %s", error.what)
            tops = [frozenset({f"run{run.run_id}"}) for run in runs]  # as most are called
        taken = Counter(name for names in tops for name in names)
        taken.update(map(run_folder, runs))
        return [
            run
            for run, names in zip(runs, tops, strict=True)
            if any(taken[name] > 1 for name in names)
        ]

    def _tops(self, run: Artifact) -> frozenset[str]:
        """Nothing of an archive that has a directory of its own, or that cannot be looked into.

        Of the latter fetching it will tell why.
        """
        try:
            names = [member.name for member in self._look(run).members()]
            if not all(map(is_of_run, names)):
                return frozenset()
            return frozenset(name.partition("/")[0].casefold() for name in names)
        except RunFerryError as error:
            if error.offline:
                raise
            _log.warning("%s was not looked into: %s", run.key, error.what)
            return frozenset()
