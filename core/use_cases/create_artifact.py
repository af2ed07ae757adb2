"""The one way in: every artifact is created here, in the order of writes that loses nothing.

Intent (durable), content, source confirmed, complete on condition, read back, commit, rows, done.
Killed anywhere in between, `recover` and the next try go on from what store and journal say.
"""

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from core.errors import (
    ConflictError,
    PreconditionFailedError,
    ResultsMetadataError,
    ResultsStorageError,
    RunFerryError,
    StateError,
    StoreError,
    TransferCancelledError,
    TransferStoppedError,
)
from core.events import Phase
from core.journaled_session import JournaledSession
from core.link_meter import LinkMeter, MeteredUpload
from core.model import ArtifactKind, FileId
from core.object_metadata import WRITE_TOKEN
from core.ports.clock import Clock
from core.ports.journal import Intent, Journal, Orphan
from core.ports.object_store import ObjectStore, StoredObject, Upload
from core.ports.packaging import PackStream, PackSummary
from core.progress import Progress
from core.stored_content import StoredContent
from core.throttle import Throttle

_log = logging.getLogger(__name__)
_NOTHING_RECORDED = "Your files are untouched and nothing was recorded as stored."
_PARTS_KEPT = f"{_NOTHING_RECORDED} What was sent is kept: the next try goes on there."


@dataclass(frozen=True)
class ArtifactDraft:
    """What is about to be created at `key`. `replaces` is the object that is there already.

    `metadata` goes with the content, beside the write token. It is fixed when an upload begins, so
    one with such metadata is not gone on with: what it says of the content may not hold any more.
    `encoder` makes the content, where one does.
    """

    kind: ArtifactKind
    job_id: int
    run_id: int
    version: int
    key: str
    size_bound: int
    replaces: StoredObject | None = None
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    encoder: str = ""


Commit = Callable[[Intent, StoredObject], FileId]
"""Makes stored content count: manifest where the kind has one, then rows."""


class ArtifactProducer:
    """Creates artifacts of every kind. Callable from any thread."""

    def __init__(
        self,
        store: ObjectStore,
        journal: Journal,
        clock: Clock,
        throttle: Throttle | None = None,
    ) -> None:
        self._store = store
        self._journal = journal
        self._clock = clock
        self._throttle = throttle
        self._link = LinkMeter(journal, clock)

    def create_artifact(
        self,
        stream: PackStream,
        draft: ArtifactDraft,
        *,
        confirm: Callable[[], None],
        commit: Commit,
        progress: Progress,
    ) -> FileId:
        """Stores `stream` as `draft` says and commits it.

        `confirm` is called when all is sent and nothing is visible yet; it raises when the source
        is no longer what was packed. Raises ResultsStorageError, ConflictError,
        ResultsMetadataError, and what `confirm` and the stream raise.
        """
        session = JournaledSession(self._journal, self._intend(draft), progress)
        stored, intent = self._store_content(stream, draft, session, confirm, progress)
        progress.begin(Phase.RECORDING, cancellable=False)
        return self._commit(intent, stored, commit)

    def copy_artifact(
        self,
        content: StoredContent,
        draft: ArtifactDraft,
        *,
        confirm: Callable[[], None],
        commit: Commit,
        progress: Progress,
    ) -> FileId | None:
        """Creates what `draft` says of content that lies under another key; sends nothing.

        None when the store cannot do it, or has lost the content meanwhile: then send it. `confirm`
        is called before the copy, which is visible at once. Raises as `create_artifact` does.
        """
        confirm()
        progress.begin(Phase.RECORDING)
        intent = self._new_intent(replace(draft, encoder=content.encoder))
        intent = _described(intent, content.summary)
        self._journal.put_intent(intent)
        stored = self._copy(content.object, draft, intent)
        if stored is None:
            return None
        file_id = self._commit(intent, stored, commit)
        self.give_up(draft.job_id, draft.run_id, draft.key)
        return file_id

    def recover(self, job_id: int, run_id: int, key: str, commit: Commit) -> None:
        """Commits what an earlier process stored at `key` but did not live to commit.

        What it only began to send waits for `create_artifact` or `give_up`.
        """
        for intent in self._open_intents(job_id, run_id, key):
            stored = self._store.head(intent.key) if intent.sha256 else None
            if stored and _is_ours(stored, intent):
                _log.info("adopting %s, stored by an earlier process", intent.key)
                self._commit(intent, stored, commit)
            elif not intent.session:
                self._journal.close_intent(intent.write_token)

    def give_up(self, job_id: int, run_id: int, key: str) -> None:
        """Frees what earlier tries sent to `key`: it is not needed any more."""
        for intent in self._open_intents(job_id, run_id, key):
            self._discard(intent)

    def begun_with(self, job_id: int, run_id: int, key: str) -> str:
        """The encoder of the upload to `key` that `create_artifact` would go on with, if any."""
        known = self._open_intents(job_id, run_id, key)
        return next((intent.encoder for intent in known if intent.session), "")

    def _open_intents(self, job_id: int, run_id: int, key: str) -> Sequence[Intent]:
        return [i for i in self._journal.intents(job_id, run_id) if i.key == key]

    def _intend(self, draft: ArtifactDraft) -> Intent:
        """A new intent, or the newest whose upload can be gone on with; others are given up."""
        known = self._open_intents(draft.job_id, draft.run_id, draft.key)
        usable = [intent for intent in known if intent.session]
        for intent in known:
            if intent not in usable[:1]:
                self._discard(intent)
        intent = self._new_intent(draft)
        if usable:
            intent = replace(intent, write_token=usable[0].write_token, session=usable[0].session)
        self._journal.put_intent(intent)
        return intent

    def _new_intent(self, draft: ArtifactDraft) -> Intent:
        return Intent(
            write_token=secrets.token_hex(16),
            job_id=draft.job_id,
            run_id=draft.run_id,
            version=draft.version,
            key=draft.key,
            started_at=self._clock.now(),
            encoder=draft.encoder,
        )

    def _copy(
        self, original: StoredObject, draft: ArtifactDraft, intent: Intent
    ) -> StoredObject | None:
        try:
            stored = self._store.copy(
                original.key,
                draft.key,
                source_etag=original.etag,
                if_match=draft.replaces.etag if draft.replaces else None,
                metadata={**draft.metadata, WRITE_TOKEN: intent.write_token},
            )
            if not _is_ours(stored, intent):
                raise PreconditionFailedError(f"{stored.key} is not what was copied.")
        except StoreError as error:
            if error.retryable:  # the copy may be there: the next try looks
                raise ResultsStorageError.because(error, kept=_NOTHING_RECORDED) from None
            _log.info("%s is sent, for it cannot be copied: %s", draft.key, error.what)
            self._journal.close_intent(intent.write_token)
            return None
        return stored

    def _discard(self, intent: Intent) -> None:
        if intent.session:
            try:
                self._store.discard_upload(intent.key, intent.session.upload_id)
            except StoreError:
                _log.warning("what was sent to %s was not freed", intent.key, exc_info=True)
        self._journal.close_intent(intent.write_token)

    def _store_content(
        self,
        stream: PackStream,
        draft: ArtifactDraft,
        session: JournaledSession,
        confirm: Callable[[], None],
        progress: Progress,
    ) -> tuple[StoredObject, Intent]:
        token = session.intent.write_token
        try:
            upload = self._store.start_upload(
                draft.key,
                size_bound=draft.size_bound,
                metadata={**draft.metadata, WRITE_TOKEN: token},
                on_sent=partial(self._add_sent, progress),
                session=None if draft.metadata else session,
            )
        except StoreError as error:
            self._leave(session.intent)
            raise ResultsStorageError.because(error, kept=_NOTHING_RECORDED) from None
        try:
            return self._fill(self._link.measure(upload), stream, draft, session, confirm, progress)
        except PreconditionFailedError:
            upload.abort()
            self._journal.close_intent(token)
            raise ConflictError(
                f"Somebody else stored {self._store.url(draft.key)} meanwhile.",
                kept="Nothing was overwritten; your files are untouched.",
                todo="Upload again: equal content is recognised, other content becomes a version.",
            ) from None
        except StoreError as error:
            kept = self._stop(upload, session, keep=error.retryable)
            raise ResultsStorageError.because(error, kept=kept) from None
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
        for block in stream:
            progress.set_packed(stream.source_bytes(), archive_bytes := archive_bytes + len(block))
            self._send(upload, block, progress)
        progress.check_cancelled()
        confirm()
        intent = session.intent = _described(session.intent, stream.summary())
        self._journal.put_intent(intent)
        stored = upload.complete(if_match=draft.replaces.etag if draft.replaces else None)
        if not _is_ours(stored, intent):
            raise PreconditionFailedError(f"{stored.key} is not what was sent.")
        if session.before is None:  # otherwise some was not sent, and the time tells nothing
            upload.conclude()
        return stored, intent

    def _add_sent(self, progress: Progress, count: int) -> None:
        self._link.add_sent(count)  # first: the other may raise, and then both are taken back
        progress.add_sent(count)

    def _send(self, upload: MeteredUpload, block: bytes, progress: Progress) -> None:
        if self._throttle is None:
            progress.check_cancelled()
            upload.write(block)
            return
        for piece in self._throttle.pieces(block):
            upload.write(piece)
            progress.wait(self._throttle.delay(len(piece), self._clock.monotonic()))

    def _stop(self, upload: Upload, session: JournaledSession, *, keep: bool) -> str:
        """Ends a failed upload; returns what was kept, in words."""
        if not keep:
            upload.abort()
            self._leave(replace(session.intent, session=None))
            return _NOTHING_RECORDED
        upload.suspend()
        self._leave(session.intent)
        return _PARTS_KEPT if session.intent.session else _NOTHING_RECORDED

    def _leave(self, intent: Intent) -> None:
        """Closes an intent of which nothing is left.

        With a digest it was about to be completed: the object may be there although no reply came.
        """
        if intent.session or intent.sha256:
            self._journal.put_intent(intent)
        else:
            self._journal.close_intent(intent.write_token)

    def _commit(self, intent: Intent, stored: StoredObject, commit: Commit) -> FileId:
        try:
            file_id = commit(intent, stored)
        except RunFerryError as error:
            raise self._orphaned(intent, error) from None
        self._journal.close_intent(intent.write_token)
        self._journal.remove_orphan(intent.key)
        return file_id

    def _orphaned(self, intent: Intent, error: RunFerryError) -> ResultsMetadataError:
        url = self._store.url(intent.key)
        orphan = Orphan(url, intent.key, intent.write_token, error.what, self._clock.now())
        try:
            self._journal.put_orphan(orphan)
        except StateError:  # the intent is there still: the next start finds the object by it
            _log.warning("the orphan %s was not written down", url, exc_info=True)
        failure = ResultsMetadataError(
            f"The content is stored but could not be recorded: {error.what}",
            orphaned_s3_url=url,
            kept=f"The content is safe at {url}.",
            todo="Upload again: what is stored is adopted and nothing is sent twice.",
        )
        if error.offline:  # so is this one: it goes on when the store answers
            failure.exit_code = error.exit_code
        return failure


def _described(intent: Intent, summary: PackSummary) -> Intent:
    return replace(
        intent,
        content_id=summary.content_id,
        sha256=summary.sha256,
        files=summary.files,
        raw_bytes=summary.raw_bytes,
        stored_bytes=summary.stored_bytes,
    )


def _is_ours(stored: StoredObject, intent: Intent) -> bool:
    token = stored.metadata.get(WRITE_TOKEN)
    return token == intent.write_token and stored.size == intent.stored_bytes
