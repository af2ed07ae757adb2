"""The one way in: every artifact is created here, in the order of writes that loses nothing.

Intent (durable), content, source confirmed, complete on condition, read back, commit, rows, done.
Killed anywhere in between, `recover` goes on from what the store and the journal say.
"""

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from core.errors import (
    ConflictError,
    PreconditionFailedError,
    ResultsMetadataError,
    ResultsStorageError,
    RunFerryError,
    StoreError,
)
from core.events import Phase
from core.model import ArtifactKind, FileId
from core.object_metadata import WRITE_TOKEN
from core.ports.clock import Clock
from core.ports.journal import Intent, Journal, Orphan
from core.ports.object_store import ObjectStore, StoredObject, Upload
from core.ports.packaging import PackStream
from core.progress import Progress
from core.throttle import Throttle

_log = logging.getLogger(__name__)
_NOTHING_RECORDED = "Your files are untouched and nothing was recorded as stored."


@dataclass(frozen=True)
class ArtifactDraft:
    """What is about to be created at `key`. `replaces` is the object that is there already.

    `metadata` goes with the content, beside the write token.
    """

    kind: ArtifactKind
    job_id: int
    run_id: int
    version: int
    key: str
    size_bound: int
    replaces: StoredObject | None = None
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])


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
        intent = self._intend(draft)
        stored, intent = self._store_content(stream, draft, intent, confirm, progress)
        progress.begin(Phase.RECORDING, cancellable=False)
        return self._commit(intent, stored, commit)

    def recover(self, job_id: int, run_id: int, key: str, commit: Commit) -> None:
        """Commits what an earlier process stored at `key` but did not live to commit."""
        of_key = [i for i in self._journal.intents(job_id, run_id) if i.key == key]
        for intent in of_key:
            stored = self._store.head(intent.key) if intent.sha256 else None
            if stored and _is_ours(stored, intent):
                _log.info("adopting %s, stored by an earlier process", intent.key)
                self._commit(intent, stored, commit)
            else:
                self._journal.close_intent(intent.write_token)

    def _intend(self, draft: ArtifactDraft) -> Intent:
        intent = Intent(
            write_token=secrets.token_hex(16),
            job_id=draft.job_id,
            run_id=draft.run_id,
            version=draft.version,
            key=draft.key,
            started_at=self._clock.now(),
        )
        self._journal.put_intent(intent)
        return intent

    def _store_content(
        self,
        stream: PackStream,
        draft: ArtifactDraft,
        intent: Intent,
        confirm: Callable[[], None],
        progress: Progress,
    ) -> tuple[StoredObject, Intent]:
        try:
            upload = self._store.start_upload(
                draft.key,
                size_bound=draft.size_bound,
                metadata={**draft.metadata, WRITE_TOKEN: intent.write_token},
                on_sent=progress.add_sent,
            )
        except StoreError as error:
            self._journal.close_intent(intent.write_token)
            raise ResultsStorageError.because(error, kept=_NOTHING_RECORDED) from None
        try:
            return self._fill(upload, stream, draft, intent, confirm, progress)
        except PreconditionFailedError:
            upload.abort()
            self._journal.close_intent(intent.write_token)
            raise ConflictError(
                f"Somebody else stored {self._store.url(draft.key)} meanwhile.",
                kept="Nothing was overwritten; your files are untouched.",
                todo="Upload again: equal content is recognised, other content becomes a version.",
            ) from None
        except StoreError as error:
            self._give_up(upload, intent)
            raise ResultsStorageError.because(error, kept=_NOTHING_RECORDED) from None
        except BaseException:
            self._give_up(upload, intent)
            raise
        finally:
            stream.close()

    def _fill(
        self,
        upload: Upload,
        stream: PackStream,
        draft: ArtifactDraft,
        intent: Intent,
        confirm: Callable[[], None],
        progress: Progress,
    ) -> tuple[StoredObject, Intent]:
        archive_bytes = 0
        for block in stream:
            progress.set_packed(stream.source_bytes(), archive_bytes := archive_bytes + len(block))
            self._send(upload, block, progress)
        progress.begin(Phase.VERIFYING)
        confirm()
        summary = stream.summary()
        intent = replace(
            intent,
            content_id=summary.content_id,
            sha256=summary.sha256,
            files=summary.files,
            raw_bytes=summary.raw_bytes,
            stored_bytes=summary.stored_bytes,
        )
        self._journal.put_intent(intent)
        stored = upload.complete(if_match=draft.replaces.etag if draft.replaces else None)
        if not _is_ours(stored, intent):
            raise PreconditionFailedError(f"{stored.key} is not what was sent.")
        return stored, intent

    def _send(self, upload: Upload, block: bytes, progress: Progress) -> None:
        if self._throttle is None:
            progress.check_cancelled()
            upload.write(block)
            return
        for piece in self._throttle.pieces(block):
            upload.write(piece)
            progress.wait(self._throttle.delay(len(piece), self._clock.monotonic()))

    def _give_up(self, upload: Upload, intent: Intent) -> None:
        upload.abort()
        known = self._journal.intents(intent.job_id, intent.run_id)
        # With a digest it was about to be completed: it may be there although no reply came.
        if not any(i.write_token == intent.write_token and i.sha256 for i in known):
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
        self._journal.put_orphan(
            Orphan(url, intent.key, intent.write_token, error.what, self._clock.now())
        )
        return ResultsMetadataError(
            f"The content is stored but could not be recorded: {error.what}",
            orphaned_s3_url=url,
            kept=f"The content is safe at {url}.",
            todo="Upload again: what is stored is adopted and nothing is sent twice.",
        )


def _is_ours(stored: StoredObject, intent: Intent) -> bool:
    token = stored.metadata.get(WRITE_TOKEN)
    return token == intent.write_token and stored.size == intent.stored_bytes
