"""Store an artifact of a kind that has no versions: a configuration, an input, logs."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace

from core.errors import ConflictError, SourceChangedError
from core.model import Artifact, FileId, whole_seconds
from core.ports.catalog import Catalog
from core.ports.clock import Clock
from core.ports.journal.uploads import Intent
from core.ports.object_store import ObjectStore, StoredObject
from core.ports.packaging import PackStream, PackSummary
from core.progress import Progress
from core.stored.job_s3_prefix import ParsedKey, parse_key
from core.stored.manifests import ORIGIN
from core.stored.unversioned import unversioned_artifact, unversioned_metadata
from core.transfer_view import Phase
from core.upload.artifact_draft import ArtifactDraft
from core.upload.create_artifact import ArtifactProducer
from core.upload.known_content import first_known
from core.upload.upload_result import UploadOutcome


@dataclass(frozen=True)
class UnversionedContent:
    """What is to be stored. `open` is called twice: to know what it will be, and to send it.

    `total` is the size of the source in bytes; 0 leaves the counters of the progress alone.
    `origin` goes into the metadata, for whoever wants to replace it.
    """

    open: Callable[[], PackStream]
    total: int = 0
    origin: str = ""


class StoreUnversioned:
    """Recognises equal content; replaces other content only when asked, and only what it saw."""

    def __init__(
        self, *, producer: ArtifactProducer, store: ObjectStore, catalog: Catalog, clock: Clock
    ) -> None:
        self._producer = producer
        self._store = store
        self._catalog = catalog
        self._clock = clock

    def __call__(
        self,
        key: str,
        content: UnversionedContent,
        progress: Progress,
        *,
        still_there: Callable[[], None],
        may_replace: Callable[[Artifact, str], None],
    ) -> tuple[UploadOutcome, Artifact]:
        """What it took, and what is stored now.

        `still_there` raises JobNotFoundError when the job is gone: then nothing is left either.
        `may_replace` is asked about other content that is there, with its origin, and raises to
        keep it. Raises ResultsPackagingError, ResultsStorageError, ResultsMetadataError, ConflictError,
        StoreError, TransferCancelledError.
        """
        place, commit = _place(key), _Commit(self._catalog, still_there)
        owner = (place.prefix.job_id, place.run_id or 0)
        self._producer.recover(*owner, key, commit)
        summary = self._summary(content, progress)
        there = self._store.head(key)
        if there and (same := self._recorded(there, summary)):
            self._producer.give_up(*owner, key)
            return UploadOutcome.UNCHANGED, same
        if there:
            may_replace(_artifact(there), there.metadata.get(ORIGIN, ""))
        draft = self._draft(key, summary, content.origin, there)
        try:
            if self._copy(draft, summary, commit, progress):
                return UploadOutcome.COPIED, commit.artifact()
            self._send(draft, content, summary, commit, progress)
        except ConflictError:
            # Another workstation was faster; with the same content it did our work.
            there = self._store.head(key)
            same = self._recorded(there, summary) if there else None
            if same is None:
                raise
            return UploadOutcome.UNCHANGED, same
        return UploadOutcome.UPLOADED, commit.artifact()

    def _summary(self, content: UnversionedContent, progress: Progress) -> PackSummary:
        """What it will be: its digests go into the metadata, which is sent first."""
        progress.begin(Phase.COMPARING, total=content.total)
        with closing(content.open()) as stream:
            for _ in stream:
                progress.check_cancelled()
            return stream.summary()

    def _recorded(self, there: StoredObject, summary: PackSummary) -> Artifact | None:
        """The object as an artifact, if it has this content; the catalog may be new."""
        artifact = _artifact(there)
        if not artifact.managed or artifact.content_id != summary.content_id:
            return None
        self._catalog.put_artifact(artifact)
        return artifact

    def _draft(
        self, key: str, summary: PackSummary, origin: str, there: StoredObject | None
    ) -> ArtifactDraft:
        place = _place(key)
        metadata = unversioned_metadata(summary, whole_seconds(self._clock.now()))
        return ArtifactDraft(
            kind=place.kind,
            job_id=place.prefix.job_id,
            run_id=place.run_id or 0,
            version=0,
            key=key,
            size_bound=summary.stored_bytes,
            replaces=there,
            metadata={**metadata, ORIGIN: origin} if origin else metadata,
        )

    def _copy(
        self, draft: ArtifactDraft, summary: PackSummary, commit: "_Commit", progress: Progress
    ) -> bool:
        """Whether the store could take these very bytes from another key."""
        others = (a for a in self._catalog.holding(summary.sha256) if a.key != draft.key)
        there = first_known(self._store, others)
        if there is None:
            return False
        copied = self._producer.copy_artifact(
            replace(there, summary=summary),
            draft,
            confirm=commit.still_there,
            commit=commit,
            progress=progress,
        )
        return copied is not None

    def _send(
        self,
        draft: ArtifactDraft,
        content: UnversionedContent,
        summary: PackSummary,
        commit: "_Commit",
        progress: Progress,
    ) -> None:
        progress.begin(Phase.SENDING, total=content.total)
        stream = content.open()

        def confirm() -> None:
            if stream.summary() != summary:
                raise SourceChangedError(
                    "The files changed while they were packed.",
                    todo="Try again when nothing writes into them any more.",
                )
            commit.still_there()

        self._producer.create_artifact(
            stream, draft, confirm=confirm, commit=commit, progress=progress
        )


class _Commit:
    """Records what was stored, and keeps it."""

    def __init__(self, catalog: Catalog, still_there: Callable[[], None]) -> None:
        self.still_there = still_there
        self._catalog = catalog
        self._artifact: Artifact | None = None

    def __call__(self, intent: Intent, stored: StoredObject) -> FileId:
        self.still_there()  # the object is the commit: now who deletes the job sees it, or we see
        self._artifact = _artifact(stored)
        return self._catalog.put_artifact(self._artifact)

    def artifact(self) -> Artifact:
        """What was committed last."""
        if self._artifact is None:
            raise RuntimeError("nothing was committed")
        return self._artifact


def _place(key: str) -> ParsedKey:
    place = parse_key(key)
    if place is None:
        raise ValueError(f"{key} is not a key of the layout")
    return place


def _artifact(stored: StoredObject) -> Artifact:
    artifact = unversioned_artifact(stored)
    if artifact is None:
        raise ValueError(f"{stored.key} is not the key of an artifact without versions")
    return artifact
