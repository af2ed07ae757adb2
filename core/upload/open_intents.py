"""Uploads that were begun and not ended, on this machine: what of them is of use, and what is not."""

import logging
import secrets
from collections.abc import Sequence
from dataclasses import replace

from core.errors import StoreError
from core.ports.clock import Clock
from core.ports.journal.uploads import Intent, Intents
from core.ports.object_store import PendingUploads, StoredObject
from core.ports.packaging import PackSummary
from core.stored.manifests import WRITE_TOKEN
from core.upload.artifact_draft import ArtifactDraft

_log = logging.getLogger(__name__)


class OpenIntents:
    """Those of one journal. Callable from any thread; raises StateError."""

    def __init__(self, store: PendingUploads, journal: Intents, clock: Clock) -> None:
        self._store = store
        self._journal = journal
        self._clock = clock

    def of(self, job_id: int, run_id: int | None, key: str) -> Sequence[Intent]:
        """Newest first."""
        return [i for i in self._journal.intents(job_id, run_id) if i.key == key]

    def new(self, draft: ArtifactDraft) -> Intent:
        """Not written down yet."""
        return Intent(
            write_token=secrets.token_hex(16),
            job_id=draft.job_id,
            run_id=draft.run_id,
            version=draft.version,
            key=draft.key,
            started_at=self._clock.now(),
            encoder=draft.encoder,
        )

    def begin(self, draft: ArtifactDraft) -> tuple[Intent, bool]:
        """A new one, or the newest whose upload can be gone on with; others are given up.

        Also whether there were any: an earlier try may have begun what it could not write down.
        """
        known = self.of(draft.job_id, draft.run_id, draft.key)
        usable = [intent for intent in known if intent.session and not draft.metadata]
        for intent in known:
            if intent not in usable[:1]:
                self.discard(intent)
        intent = self.new(draft)
        if usable:
            intent = replace(intent, write_token=usable[0].write_token, session=usable[0].session)
        self._journal.put_intent(intent)
        return intent, bool(known)

    def discard(self, intent: Intent) -> None:
        """Frees what was sent; stays for another time where the store cannot be reached."""
        if intent.session:
            try:
                self._store.discard_upload(intent.key, intent.session.upload_id)
            except StoreError as error:
                _log.warning("what was sent to %s was not freed", intent.key, exc_info=True)
                if error.retryable:
                    return
        self._journal.close_intent(intent.write_token)

    def leave(self, intent: Intent, *, in_doubt: bool = False) -> None:
        """Closes one of which nothing is left.

        With a digest it was about to be completed: the object may be there although no reply came.
        `in_doubt` an upload in parts may have been begun although no reply came.
        """
        if intent.session or intent.sha256 or in_doubt:
            self._journal.put_intent(intent)
        else:
            self._journal.close_intent(intent.write_token)


def described(intent: Intent, summary: PackSummary) -> Intent:
    """The intent, now that its content is known."""
    return replace(
        intent,
        content_id=summary.content_id,
        sha256=summary.sha256,
        files=summary.files,
        raw_bytes=summary.raw_bytes,
        stored_bytes=summary.stored_bytes,
    )


def fulfils(stored: StoredObject, intent: Intent) -> bool:
    """Whether the object is what was intended, and by whom."""
    token = stored.metadata.get(WRITE_TOKEN)
    return token == intent.write_token and stored.size == intent.stored_bytes
