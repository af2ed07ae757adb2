"""One way for all content: adopt what is there, compare, copy or send, see who was faster."""

import logging
from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import Generic, NamedTuple, Protocol, TypeVar

from core.errors import (
    ConflictError,
    JobNotFoundError,
    ResultsStorageError,
    StoreAccessDeniedError,
    StoreError,
)
from core.ports.object_store import StoreAddress
from core.ports.packaging import PackStream
from core.progress import Progress
from core.upload.artifact_draft import ArtifactDraft, Commit
from core.upload.create_artifact import ArtifactProducer
from core.upload.known_content import KnownContent
from core.upload.upload_result import UploadOutcome

_log = logging.getLogger(__name__)
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Place(NamedTuple):
    """Where an artifact lies; one of a job has no run."""

    job_id: int
    run_id: int | None
    key: str


class NewContent(Protocol[T_co]):
    """What `StoreContent` has to know of content on its way to one key, of one kind of artifact.

    On one thread, `look` first. All may raise StoreError; what reads files raises
    ResultsPackagingError and TransferCancelledError too.
    """

    @property
    @abstractmethod
    def place(self) -> Place:
        """Where it goes."""

    @property
    @abstractmethod
    def commit(self) -> Commit:
        """Makes it count."""

    @abstractmethod
    def look(self) -> None:
        """Sees what is there."""

    @abstractmethod
    def look_again(self, progress: Progress) -> bool:
        """After a conflict: whether what was to be replaced is there as before, so that it was moved.

        Raises ConflictError where another try would not help.
        """

    @abstractmethod
    def stored(self, progress: Progress) -> T_co | None:
        """What `look` saw, if it is this content; it is recorded then.

        Raises ConflictError for other content that has to stay.
        """

    @abstractmethod
    def draft(self) -> ArtifactDraft:
        """What is created of it. Raises ConflictError."""

    @abstractmethod
    def elsewhere(self, progress: Progress) -> KnownContent | None:
        """The same content under another key, if the store has it."""

    @abstractmethod
    def pack(self, begun_with: str, progress: Progress) -> tuple[PackStream, str]:
        """The bytes, and their encoder: that of an earlier try which can be gone on with, if any."""

    @abstractmethod
    def confirm(self) -> None:
        """Raises SourceChangedError when the source is not what was packed, and as `still_there`."""

    @abstractmethod
    def still_there(self) -> None:
        """Raises JobNotFoundError when its job is gone."""

    @abstractmethod
    def committed(self) -> T_co:
        """What `commit` has made of it."""


@dataclass(frozen=True)
class Stored(Generic[T]):
    """What is stored now, its URL, and what it took."""

    outcome: UploadOutcome
    artifact: T
    url: str


class StoreContent:
    """Content that the store has already is recognised before a byte is sent."""

    def __init__(self, producer: ArtifactProducer, store: StoreAddress) -> None:
        self._producer = producer
        self._store = store

    def __call__(self, content: NewContent[T], progress: Progress) -> Stored[T]:
        """What is stored on return. When the job is gone, nothing is left of the upload.

        Raises what `content` raises, JobNotFoundError, ResultsStorageError, ResultsMetadataError,
        ConflictError, StoreError.
        """
        try:
            return self._stored(content, progress, again=True)
        except (ConflictError, ResultsStorageError, StoreError):
            self._end_if_gone(content)
            raise

    def _stored(self, content: NewContent[T], progress: Progress, *, again: bool) -> Stored[T]:
        self._producer.recover(*content.place, content.commit)
        content.look()
        if stored := content.stored(progress):
            self._producer.give_up(*content.place)
            return self._result(UploadOutcome.UNCHANGED, content, stored)
        try:
            outcome = self._created(content, progress)
        except ConflictError as conflict:
            return self._settled(content, progress, conflict, again=again)
        return self._result(outcome, content, content.committed())

    def _created(self, content: NewContent[T], progress: Progress) -> UploadOutcome:
        draft = content.draft()
        if self._copy(content, draft, progress):
            return UploadOutcome.COPIED
        begun_with = self._producer.begun_with(*content.place)
        stream, encoder = content.pack(begun_with, progress)
        self._producer.create_artifact(
            stream,
            replace(draft, encoder=encoder),
            confirm=content.confirm,
            commit=content.commit,
            progress=progress,
        )
        return UploadOutcome.UPLOADED

    def _copy(self, content: NewContent[T], draft: ArtifactDraft, progress: Progress) -> bool:
        """Whether the store could take it from another run, job or version.

        That also replaces older content: `copy` has the condition for it.
        """
        known = content.elsewhere(progress)
        if known is None:
            return False
        copied = self._producer.copy_artifact(
            known, draft, confirm=content.confirm, commit=content.commit, progress=progress
        )
        return copied is not None

    def _settled(
        self, content: NewContent[T], progress: Progress, conflict: ConflictError, *, again: bool
    ) -> Stored[T]:
        """Another workstation was faster; with the same content it did our work."""
        self._end_if_gone(content)
        if self._was_moved(content, progress, conflict) and again:
            return self._stored(content, progress, again=False)
        return self._theirs(content, progress, conflict)

    def _was_moved(
        self, content: NewContent[T], progress: Progress, conflict: ConflictError
    ) -> bool:
        """Who may not look has to leave it at the conflict."""
        try:
            return content.look_again(progress)
        except StoreAccessDeniedError:
            raise conflict from None

    def _theirs(
        self, content: NewContent[T], progress: Progress, conflict: ConflictError
    ) -> Stored[T]:
        stored = content.stored(progress)
        if stored is None:
            raise conflict
        return self._result(UploadOutcome.UNCHANGED, content, stored)

    def _end_if_gone(self, content: NewContent[T]) -> None:
        """Who deletes a job ends the uploads to it: they learn it by whatever fails first."""
        try:
            content.still_there()
        except JobNotFoundError:
            self._producer.give_up(*content.place)
            raise
        except StoreError as error:
            _log.info("job %d was not looked at: %s", content.place.job_id, error.what)

    def _result(self, outcome: UploadOutcome, content: NewContent[T], artifact: T) -> Stored[T]:
        return Stored(outcome, artifact, self._store.url(content.place.key))
