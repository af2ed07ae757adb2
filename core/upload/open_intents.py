"""Uploads that were begun and not ended, on this machine: what of them is of use, and what is not."""

import logging
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace

from core.errors import StoreError
from core.ports.clock import Clock
from core.ports.journal.uploads import Intent, Intents
from core.ports.object_store import ObjectStore, OpenUpload, StoredObject
from core.ports.packaging import PackSummary
from core.stored.manifests import WRITE_TOKEN
from core.upload.artifact_draft import ArtifactDraft

NOTHING_RECORDED = "Your files are untouched and nothing was recorded as stored."
_log = logging.getLogger(__name__)


class OpenIntents:
    """Those of one journal. Callable from any thread; raises StateError."""

    def __init__(self, store: ObjectStore, journal: Intents, clock: Clock) -> None:
        self._store = store
        self._journal = journal
        self._clock = clock

    def of(self, job_id: int, run_id: int | None, key: str) -> Sequence[Intent]:
        """Newest first."""
        return [i for i in self._journal.intents(job_id, run_id) if i.key == key]

    def completed(self, job_id: int, run_id: int | None, key: str) -> Sequence[Intent]:
        """Those of which all was sent, as far as is known here."""
        return [intent for intent in self.of(job_id, run_id, key) if intent.sha256]

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
            left_out=draft.left_out,
            directory=draft.directory,
        )

    def begin(self, draft: ArtifactDraft) -> tuple[Intent, bool]:
        """A new one, or the newest whose upload can be gone on with; others are given up.

        Also whether there were any: an earlier try may have begun what it could not write down.
        """
        known = self.of(draft.job_id, draft.run_id, draft.key)
        begun = first_begun(filter(draft.resumes, known))
        self._discard_all(known, but=begun)
        intent = self.new(draft)
        if begun:
            intent = replace(intent, write_token=begun.write_token, session=begun.session)
        self._journal.put_intent(intent)
        return intent, bool(known)

    def fulfilled(self, intent: Intent) -> StoredObject | None:
        """What the store holds of it, when that is complete. Raises StoreError."""
        there = self._store.head(intent.key) if intent.sha256 else None
        return there if fulfils(there, intent) else None

    def give_up(self, job_id: int, run_id: int | None, key: str) -> None:
        """Frees what earlier tries sent to `key`: it is not needed any more."""
        self._discard_all(self.of(job_id, run_id, key))

    def settle(self, job_id: int, run_id: int | None, key: str) -> None:
        """After a commit: what was only begun at `key` is needed no more.

        What cannot be freed now is no intent any longer, so that whoever looks for orphans frees it.
        """
        for intent in filter(_is_begun, self.of(job_id, run_id, key)):
            self.discard(intent)
            self._journal.close_intent(intent.write_token)

    def give_up_begun(self, job_id: int, run_id: int) -> None:
        """Frees what earlier tries sent of a run; keys at which one was about to be completed stay."""
        for key in _only_begun(self._journal.intents(job_id, run_id)):
            self.give_up(job_id, run_id, key)

    def discard(self, intent: Intent) -> None:
        """Frees what was sent; stays for another time where the store cannot be reached."""
        if not intent.session or self._is_freed(intent.key, intent.session):
            self._journal.close_intent(intent.write_token)

    def leave(self, intent: Intent, *, in_doubt: bool = False) -> None:
        """Closes one of which nothing is left.

        With a digest it was about to be completed: the object may be there although no reply came.
        `in_doubt` an upload in parts may have been begun although no reply came.
        """
        if in_doubt or _left(intent):
            self._journal.put_intent(intent)
        else:
            self._journal.close_intent(intent.write_token)

    def _discard_all(self, intents: Iterable[Intent], but: Intent | None = None) -> None:
        for intent in intents:
            if intent is not but:
                self.discard(intent)

    def _is_freed(self, key: str, begun: OpenUpload) -> bool:
        """False where another try may have more success."""
        try:
            self._store.discard_upload(key, begun.upload_id)
        except StoreError as error:
            _log.warning("what was sent to %s was not freed", key, exc_info=True)
            return not error.retryable
        return True


def first_begun(intents: Iterable[Intent]) -> Intent | None:
    """The first whose upload can be gone on with."""
    return next((intent for intent in intents if intent.session), None)


def _only_begun(intents: Sequence[Intent]) -> set[str]:
    keys = {intent.key for intent in intents}
    return keys - {intent.key for intent in filter(_is_completed, intents)}


def _is_begun(intent: Intent) -> bool:
    return bool(intent.session) and not intent.sha256


def _is_completed(intent: Intent) -> bool:
    return bool(intent.sha256)


def _left(intent: Intent) -> bool:
    return bool(intent.session or intent.sha256)


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


def fulfils(stored: StoredObject | None, intent: Intent) -> bool:
    """Whether the object is what was intended, and by whom."""
    if stored is None:
        return False
    return is_by(stored, intent) and stored.size == intent.stored_bytes


def is_by(stored: StoredObject | None, intent: Intent) -> bool:
    """Whether it was this intent that the object was stored for."""
    return stored is not None and stored.metadata.get(WRITE_TOKEN) == intent.write_token
