"""Copy one artifact of a job to another store, and commit it there."""

from dataclasses import dataclass, replace
from functools import partial

from core.copying.copied_object import CommitObjectCopy, CopiedObject, copied_content
from core.copying.copied_version import CommitCopy, CopiedVersion
from core.copying.copy_plan import PlannedCopy
from core.errors import ContentDiffersError, ObjectNotFoundError
from core.model import Artifact, Manifest, Run
from core.ports.catalog import Catalog
from core.ports.clock import Clock
from core.ports.object_store import ObjectReader, ObjectStore
from core.ports.turns import Turns
from core.progress import Progress
from core.stored.manifests import manifest_of
from core.stored.results_versions import ResultsVersions
from core.stored.unversioned import unversioned_content
from core.transfer_view import Phase
from core.upload.commit_version import Destination
from core.upload.create_artifact import ArtifactProducer
from core.upload.store_content import NewContent, StoreContent
from core.upload.upload_result import UploadOutcome
from core.waiting.patient_turns import run_matter


@dataclass(frozen=True)
class Copied:
    """Where the copy lies, and what it took: `UNCHANGED` when somebody had copied it meanwhile."""

    outcome: UploadOutcome
    key: str
    url: str


class NewCopies:
    """What `StoreContent` is told of artifacts that go from the source to the target."""

    def __init__(
        self, source: ObjectReader, target: ObjectStore, catalog: Catalog, clock: Clock
    ) -> None:
        """The `catalog` is the target's."""
        self._source = source
        self._target = target
        self._catalog = catalog
        self._clock = clock
        self._versions = ResultsVersions(target, catalog)

    def __call__(self, planned: PlannedCopy, job: Destination) -> NewContent[object]:
        """Raises ObjectNotFoundError when the original is not what was recorded, StoreError."""
        if planned.artifact.is_version:
            return self._version(planned, job)
        return self._object(planned.artifact, job)

    def make_known(self, job_id: int, run_id: int | None) -> None:
        """A run of which no results are stored."""
        if run_id and self._catalog.run(job_id, run_id) is None:
            self._catalog.put_run(Run(job_id, run_id))

    def _version(self, planned: PlannedCopy, job: Destination) -> CopiedVersion:
        manifest = manifest_of(self._source, planned.artifact)
        if manifest is None:
            raise self._missing(planned.artifact)
        other = partial(self._other_version, planned.artifact)
        commit = CommitCopy(job, self._versions, manifest, other, in_place=planned.in_place)
        return CopiedVersion(self._source, commit, self._target, self._catalog)

    def _other_version(self, artifact: Artifact, version: int) -> Manifest | None:
        return manifest_of(self._source, replace(artifact, version=version))

    def _object(self, artifact: Artifact, job: Destination) -> CopiedObject:
        original = self._source.head(artifact.key)
        if original is None or unversioned_content(original, artifact) is None:
            raise self._missing(artifact)
        key = job.prefix.namesake(artifact.key)  # logs may be plain text
        content, summary = copied_content(self._source, original, artifact)
        commit = CommitObjectCopy(self._catalog, self._clock, job.still_there, original)
        return CopiedObject(key, content, summary, commit, self._target)

    def _missing(self, artifact: Artifact) -> ObjectNotFoundError:
        return ObjectNotFoundError(
            f"{self._source.url(artifact.key)} is not what was recorded of it.",
            kept="Nothing of it was copied.",
            todo="`runferry store check` tells more.",
        )


class CopyArtifact:
    """Content first, then what commits it; killed anywhere, the next call goes on there."""

    def __init__(
        self,
        new_copies: NewCopies,
        store_content: StoreContent,
        producer: ArtifactProducer,
        turns: Turns,
    ) -> None:
        """All but the copies' source is the target's."""
        self._new_copies = new_copies
        self._store_content = store_content
        self._producer = producer
        self._turns = turns

    def __call__(self, planned: PlannedCopy, job: Destination, progress: Progress) -> Copied:
        """What the store has already is not sent again.

        Raises ContentDiffersError when the original is damaged, ObjectNotFoundError,
        ObjectArchivedError, ConflictError when something else is in the way, JobNotFoundError,
        ResultsStorageError, ResultsMetadataError, StoreError.
        """
        job_id, run_id = job.prefix.job_id, planned.artifact.run_id
        content = self._new_copies(planned, job)
        matter = run_matter(job_id, run_id or 0)
        with self._turns.turn(matter, lambda: progress.begin(Phase.WAITING)):
            try:
                stored = self._store_content(content, progress)
            except ContentDiffersError:
                self._producer.give_up(*content.place)
                raise
        self._new_copies.make_known(job_id, run_id)
        return Copied(stored.outcome, content.place.key, stored.url)
