"""Forget where what is about to be deleted was stored from: the watch says no more than is known."""

from collections.abc import Set as AbstractSet
from dataclasses import replace

from core.care.run_contents import RunContents
from core.model import Artifact
from core.ports.catalog import CatalogReader
from core.ports.journal.bindings import StoredSource, StoredSources


class ForgetSources:
    """Durable on return. Killed after it, an upload finds out by the content that all is there."""

    def __init__(self, journal: StoredSources, catalog: CatalogReader) -> None:
        self._journal = journal
        self._catalog = catalog

    def __call__(self, contents: RunContents) -> None:
        """Of a version only what held it, not as which run that is stored. Raises StateError."""
        if contents.version is None:
            self._journal.forget_run(contents.job.id, contents.run_id)
            return
        for artifact in contents.artifacts:
            self._forget_version(artifact, contents)

    def _forget_version(self, artifact: Artifact, contents: RunContents) -> None:
        if not self._is_kept(artifact):
            for source in contents.sources:
                self._forget_content(source, artifact, _told_of(artifact, contents))

    def _is_kept(self, artifact: Artifact) -> bool:
        """Whether another version of the run has the same content."""
        equal = self._catalog.results_of(artifact.content_id)
        return any(a.version != artifact.version and _run(a) == _run(artifact) for a in equal)

    def _forget_content(self, source: str, artifact: Artifact, held: AbstractSet[str]) -> None:
        stored = self._journal.stored_as(source)
        if stored and _held(stored, artifact, held):
            self._journal.put_stored(source, replace(stored, fingerprint=""))


def _told_of(artifact: Artifact, contents: RunContents) -> AbstractSet[str]:
    """What was not written down is taken for the latest version, as it mostly is."""
    return {artifact.content_id, ""} if contents.latest else {artifact.content_id}


def _held(stored: StoredSource, artifact: Artifact, contents: AbstractSet[str]) -> bool:
    return _run(stored) == _run(artifact) and stored.content_id in contents


def _run(what: Artifact | StoredSource) -> tuple[int, int | None]:
    return what.job_id, what.run_id
