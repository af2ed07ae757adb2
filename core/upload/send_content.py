"""From a stream to an object that is complete in the store, or to nothing that could be taken for it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from core.errors import (
    ConflictError,
    JobNotFoundError,
    PreconditionFailedError,
    ResultsStorageError,
    StoreError,
    TransferCancelledError,
    TransferStoppedError,
)
from core.pace.limited_pace import LimitedPace
from core.pace.throttle import Throttle
from core.ports.clock import Clock
from core.ports.journal.uploads import Intent, UploadJournal
from core.ports.object_store import ObjectStore, StoredObject, Upload
from core.ports.packaging import PackStream
from core.progress import Progress
from core.stored.manifests import WRITE_TOKEN
from core.transfer_view import Phase
from core.upload.artifact_draft import ArtifactDraft
from core.upload.journaled_session import JournaledSession
from core.upload.link_meter import LinkMeter, MeteredUpload
from core.upload.open_intents import OpenIntents, described, fulfils
from core.waiting.giving_up import not_given_up

NOTHING_RECORDED = "Your files are untouched and nothing was recorded as stored."
_PARTS_KEPT = f"{NOTHING_RECORDED} What was sent is kept: the next try goes on there."


class SendContent:
    """Callable from any thread; all uploads of a process share the throttle and the link."""

    def __init__(
        self,
        store: ObjectStore,
        journal: UploadJournal,
        clock: Clock,
        throttle: Throttle | None,
        intents: OpenIntents,
    ) -> None:
        self._store = store
        self._journal = journal
        self._clock = clock
        self._throttle = throttle
        self._intents = intents
        self._link = LinkMeter(journal, clock)

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
        intent, repeated = self._intents.begin(draft)
        session = JournaledSession(self._journal, intent, progress, repeated=repeated)
        pace = LimitedPace(self._throttle, self._clock, progress) if self._throttle else None
        try:
            upload = self._store.start_upload(
                draft.key,
                size_bound=draft.size_bound,
                metadata={**draft.metadata, WRITE_TOKEN: session.intent.write_token},
                on_sent=partial(self._add_sent, progress),
                session=None if draft.metadata else session,
                pace=pace,
            )
        except StoreError as error:
            self._intents.leave(session.intent)
            raise ResultsStorageError.because(error, kept=NOTHING_RECORDED) from None
        try:
            metered = self._link.measure(upload, pace)
            return self._fill(metered, stream, draft, session, confirm, progress)
        except PreconditionFailedError:
            return self._ours_after_all(upload, session), session.intent
        except StoreError as error:
            kept = self._stop(upload, session, keep=error.retryable, in_doubt=True)
            raise ResultsStorageError.because(error, kept=kept) from None
        except JobNotFoundError:
            self._stop(upload, session, keep=False)
            raise
        except TransferStoppedError:
            self._stop(upload, session, keep=True)
            raise
        except TransferCancelledError:
            self._stop(upload, session, keep=False)
            raise
        except BaseException:
            self._stop(upload, session, keep=True)
            raise
        finally:
            stream.close()

    def _fill(
        self,
        upload: MeteredUpload,
        stream: PackStream,
        draft: ArtifactDraft,
        session: JournaledSession,
        confirm: Callable[[], None],
        progress: Progress,
    ) -> tuple[StoredObject, Intent]:
        archive_bytes = 0
        with progress.packing:
            for block in stream:
                archive_bytes += len(block)
                progress.set_packed(stream.source_bytes(), archive_bytes)
                progress.check_cancelled()
                upload.write(block)
        progress.begin(Phase.CHECKING)
        confirm()
        progress.begin_last()
        intent = session.intent = described(session.intent, stream.summary())
        self._journal.put_intent(intent)
        stored = upload.complete(if_match=draft.replaces.etag if draft.replaces else None)
        if not fulfils(stored, intent):
            raise PreconditionFailedError(f"{stored.key} is not what was sent.")
        if session.before is None:  # otherwise some was not sent, and the time tells nothing
            upload.conclude()
        return stored, intent

    def _ours_after_all(self, upload: Upload, session: JournaledSession) -> StoredObject:
        """What is in the way may be what was sent, its reply lost: only its token tells.

        Raises ConflictError when it is not, ResultsStorageError when it cannot be looked at.
        """
        intent = session.intent
        try:
            there = self._store.head(intent.key) if intent.sha256 else None
        except StoreError as error:
            kept = self._stop(upload, session, keep=True)
            raise ResultsStorageError.because(error, kept=kept) from None
        upload.abort()
        if there and fulfils(there, intent):
            return there
        self._journal.close_intent(intent.write_token)
        raise ConflictError(
            f"Somebody else stored or deleted {self._store.url(intent.key)} meanwhile.",
            kept="Nothing was overwritten; your files are untouched.",
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
            with not_given_up():
                freed = upload.abort()
            if freed:
                session.dropped()
            self._intents.leave(replace(session.intent, session=None) if freed else session.intent)
            return NOTHING_RECORDED
        upload.suspend()
        self._intents.leave(session.intent, in_doubt=in_doubt)
        return _PARTS_KEPT if session.holds_parts else NOTHING_RECORDED
