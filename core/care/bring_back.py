"""Make the content of an older version the latest again."""

from core.care.run_contents import RunContents
from core.errors import ConflictError
from core.jobs.get_job import GetJob
from core.model import Artifact, ArtifactKind
from core.ports.object_store import ObjectReader
from core.progress import Progress
from core.stored.results_versions import RunVersions
from core.upload.artifact_draft import ArtifactDraft
from core.upload.commit_version import CommitVersion, CommitVersions, Destination
from core.upload.create_artifact import ArtifactProducer
from core.upload.known_content import KnownContent, first_known


class BringBack:
    """As the next version, by a copy within the store: no version is ever rewritten.

    So whoever reads the key of the run finds whole results there at any moment, and the number of
    the one that goes is never given to other content.
    """

    def __init__(
        self,
        store: ObjectReader,
        get_job: GetJob,
        producer: ArtifactProducer,
        commit_versions: CommitVersions,
    ) -> None:
        self._store = store
        self._get_job = get_job
        self._producer = producer
        self._commit_versions = commit_versions

    def __call__(self, contents: RunContents, progress: Progress) -> None:
        """Nothing happens when the version that goes is not the latest any more.

        So it is after an earlier try, which is ended. Raises ConflictError when it cannot be done; JobNotFoundError,
        StoreError, ResultsStorageError, ResultsMetadataError, StateError, CatalogError.
        """
        commit = self._recovered(contents)
        if contents.again:
            self._replace(contents, contents.again, commit, progress)

    def _recovered(self, contents: RunContents) -> CommitVersion:
        """What an earlier try copied, and did not live to commit, is committed."""
        job, run_id = contents.job, contents.run_id
        commit = self._commit_versions(Destination.of(job, run_id, self._get_job))
        self._producer.recover(job.id, run_id, commit.job.prefix.run_results(run_id), commit)
        return commit

    def _replace(
        self, contents: RunContents, again: Artifact, commit: CommitVersion, progress: Progress
    ) -> None:
        found = commit.versions.of_run(commit.job.prefix, contents.run_id)
        if _number(found) == contents.version:
            self._copy(self._known(again), commit, found, progress)

    def _known(self, again: Artifact) -> KnownContent:
        known = first_known(self._store, [again])
        if known is None:
            raise _not_possible(again)
        return known

    def _copy(
        self, known: KnownContent, commit: CommitVersion, found: RunVersions, progress: Progress
    ) -> None:
        draft = _draft(known, commit, found)
        copied = self._producer.copy_artifact(
            known, draft, confirm=commit.job.still_there, commit=commit, progress=progress
        )
        if copied is None:
            raise ConflictError(
                f"{self._store.url(known.object.key)} could not be copied to "
                f"{self._store.url(draft.key)}: the store cannot, or something new was stored there.",
                kept="Nothing was deleted.",
                todo="Look at the run and try again, or delete all of it.",
            )


def _number(found: RunVersions) -> int:
    return found.latest.version if found.latest else 0


def _draft(known: KnownContent, commit: CommitVersion, found: RunVersions) -> ArtifactDraft:
    """Keeps the version aside in whose place it comes."""
    prefix, latest = commit.job.prefix, found.latest
    return ArtifactDraft(
        kind=ArtifactKind.RUN_RESULTS,
        job_id=prefix.job_id,
        run_id=found.run_id,
        version=found.following(),
        key=prefix.run_results(found.run_id),
        size_bound=known.object.size,
        replaces=commit.versions.keep_superseded(prefix, latest) if latest else None,
        left_out=known.left_out,
        directory=known.directory,
    )


def _not_possible(again: Artifact) -> ConflictError:
    return ConflictError(
        f"Version {again.version} of run {again.run_id} cannot become the latest again: its "
        "content is not what was stored, or cannot be read.",
        kept="Nothing was deleted.",
        todo="`runferry store check` tells more. Or delete all of the run.",
    )
