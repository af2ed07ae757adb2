"""From a stream to an object that is complete in the store, or to nothing that could be taken for it."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import NoReturn

from core.errors import (
    ConflictError,
    JobNotFoundError,
    PreconditionFailedError,
    ResultsStorageError,
    RunFerryError,
    StoreAccessDeniedError,
    StoreError,
    TransferCancelledError,
    TransferStoppedError,
)
from core.ports.journal.uploads import Intent, UploadJournal
from core.ports.object_store import ObjectStore, StoredObject, Upload
from core.ports.packaging import PackStream
from core.progress import Progress
from core.stored.manifests import WRITE_TOKEN
from core.stored.unreadable import in_the_way
from core.transfer_view import Phase
from core.upload.artifact_draft import ArtifactDraft
from core.upload.journaled_session import JournaledSession
from core.upload.link_meter import LinkMeter, MeteredUpload
from core.upload.open_intents import NOTHING_RECORDED, OpenIntents, described, fulfils
from core.waiting.giving_up import not_given_up

_PARTS_KEPT = f"{NOTHING_RECORDED} What was sent is kept: the next try goes on there."
_NOT_FREED = (
    f"{NOTHING_RECORDED} What was sent could not be freed and may still be in the store:"
    " the next upload there goes on with it or frees it."
)


class SendContent:
    """Callable from any thread; all uploads of a process share the throttle and the link."""

    def __init__(
        self,
        store: ObjectStore,
        journal: UploadJournal,
        intents: OpenIntents,
        link: LinkMeter,
    ) -> None:
        self._store = store
        self._journal = journal
        self._intents = intents
        self._link = link

    def __call__(
        self,
        stream: PackStream,
        draft: ArtifactDraft,
        confirm: Callable[[], None],
        progress: Progress,
    ) -> tuple[StoredObject, Intent]:
        """What the store holds now, and the intent that it fulfils, with its digests.

        `confirm` is called when all is sent and nothing is visible yet. Raises ResultsStorageError,
        ConflictError, and what `confirm` and the stream raise; the stream is closed in any case.
        """
        with closing(stream):
            intent, repeated = self._intents.begin(draft)
            session = JournaledSession(self._journal, intent, progress, repeated=repeated)
            upload = self._start(draft, session, progress)
            try:
                return self._fill(upload, stream, draft, session, confirm, progress)
            except StoreError as error:
                return self._ours_after_all(upload, session, error), session.intent
            except BaseException as error:
                _tell(error, self._stop(upload, session, keep=not _ends_all(error)))
                raise

    def _start(
        self, draft: ArtifactDraft, session: JournaledSession, progress: Progress
    ) -> MeteredUpload:
        pace = self._link.pace(progress)
        try:
            upload = self._store.start_upload(
                draft.key,
                size_bound=draft.size_bound,
                metadata={**draft.metadata, WRITE_TOKEN: session.intent.write_token},
                on_sent=partial(self._add_sent, progress),
                session=session if draft.resumable else None,
                pace=pace,
            )
        except StoreError as error:
            self._intents.leave(session.intent)
            raise ResultsStorageError.because(error, kept=NOTHING_RECORDED) from None
        return self._link.measure(upload, pace)

    def _fill(
        self,
        upload: MeteredUpload,
        stream: PackStream,
        draft: ArtifactDraft,
        session: JournaledSession,
        confirm: Callable[[], None],
        progress: Progress,
    ) -> tuple[StoredObject, Intent]:
        with progress.packing:
            _send(stream, upload, progress)
        progress.begin(Phase.CHECKING)
        confirm()
        progress.begin_last()
        upload.flush()  # an intent with a digest says that all was sent
        intent = session.intent = described(session.intent, stream.summary())
        self._journal.put_intent(intent)
        stored = upload.complete(if_match=draft.replaced_etag)
        if not fulfils(stored, intent):
            raise PreconditionFailedError(f"{stored.key} is not what was sent.")
        if session.before is None:  # otherwise some was not sent, and the time tells nothing
            upload.conclude()
        return stored, intent

    def _ours_after_all(
        self, upload: Upload, session: JournaledSession, error: StoreError
    ) -> StoredObject:
        """What is in the way may be what was sent, its reply lost: only its token tells.

        Raises ConflictError when it is not, or may not be looked at; ResultsStorageError when
        nothing is there, or it cannot be looked at now.
        """
        if not isinstance(error, PreconditionFailedError):
            kept = self._stop(upload, session, keep=error.retryable, in_doubt=True)
            raise ResultsStorageError.because(error, kept=kept) from None
        there = self._there(upload, session)
        with not_given_up():
            freed = upload.abort()
        return there or self._conflict(session.intent, freed=freed)

    def _there(self, upload: Upload, session: JournaledSession) -> StoredObject | None:
        try:
            return self._intents.fulfilled(session.intent)
        except StoreAccessDeniedError as denied:
            self._drop(upload, session)
            raise in_the_way(self._store, session.intent.key, denied) from None
        except StoreError as error:
            kept = self._stop(upload, session, keep=True)
            raise ResultsStorageError.because(error, kept=kept) from None

    def _conflict(self, intent: Intent, *, freed: bool) -> NoReturn:
        """What could not be freed is not forgotten."""
        if freed:
            self._journal.close_intent(intent.write_token)
        else:
            self._intents.leave(intent)
        raise ConflictError(
            f"Somebody else stored or deleted {self._store.url(intent.key)} meanwhile.",
            kept=f"Nothing was overwritten. {NOTHING_RECORDED if freed else _NOT_FREED}",
            todo="Upload again: equal content is recognised, other content becomes a version.",
        ) from None

    def _add_sent(self, progress: Progress, count: int) -> None:
        self._link.add_sent(count)  # first: the other may raise, and then both are taken back
        progress.add_sent(count)

    def _stop(
        self, upload: Upload, session: JournaledSession, *, keep: bool, in_doubt: bool = False
    ) -> str:
        """Ends a failed upload; returns what was kept, in words."""
        if not keep:
            return self._drop(upload, session)
        upload.suspend()
        self._intents.leave(session.intent, in_doubt=in_doubt)
        return _PARTS_KEPT if session.holds_parts else NOTHING_RECORDED

    def _drop(self, upload: Upload, session: JournaledSession) -> str:
        """What cannot be freed now is not forgotten."""
        with not_given_up():
            freed = upload.abort()
        if not freed:
            self._intents.leave(session.intent)
            return _NOT_FREED
        session.dropped()
        self._intents.leave(replace(session.intent, session=None))
        return NOTHING_RECORDED


def _send(stream: PackStream, upload: Upload, progress: Progress) -> None:
    archive_bytes = 0
    for block in stream:
        archive_bytes += len(block)
        progress.set_packed(stream.source_bytes(), archive_bytes)
        progress.check_cancelled()
        upload.write(block)


def _tell(error: BaseException, kept: str) -> None:
    """Who cancels, or whose job is gone, thinks that nothing is left."""
    if kept is _NOT_FREED and isinstance(error, RunFerryError):
        error.kept = kept


def _ends_all(error: BaseException) -> bool:
    """Whether nobody goes on with what was sent."""
    if isinstance(error, TransferStoppedError):
        return False
    return isinstance(error, JobNotFoundError | TransferCancelledError)
