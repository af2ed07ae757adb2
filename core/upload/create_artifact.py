"""The one way in: every artifact is created here, in the order of writes that loses nothing.

Intent (durable), content, source confirmed, complete on condition, read back, commit, rows, done.
Killed anywhere in between, `recover` and the next try go on from what store and journal say.
"""

import logging
from collections.abc import Callable

from core.errors import (
    JobNotFoundError,
    PreconditionFailedError,
    ResultsMetadataError,
    RunFerryError,
    StateError,
    StoreAccessDeniedError,
    StoreError,
)
from core.model import FileId
from core.pace.throttle import Throttle
from core.ports.clock import Clock
from core.ports.journal.orphans import Orphan
from core.ports.journal.proofs import ProofKind
from core.ports.journal.uploads import Intent, UploadJournal
from core.ports.object_store import ObjectStore, StoredObject
from core.ports.packaging import PackStream
from core.progress import Progress
from core.stored.keep_proofs import KeepProofs, Proven
from core.stored.unreadable import in_the_way
from core.transfer_view import Phase
from core.upload.artifact_draft import ArtifactDraft, Commit
from core.upload.copy_content import CopyContent
from core.upload.known_content import KnownContent
from core.upload.link_meter import LinkMeter
from core.upload.open_intents import OpenIntents, first_begun, is_by
from core.upload.send_content import SendContent
from core.waiting.giving_up import not_given_up

_log = logging.getLogger(__name__)


class ArtifactProducer:
    """Creates artifacts of every kind. Callable from any thread."""

    def __init__(
        self,
        store: ObjectStore,
        journal: UploadJournal,
        clock: Clock,
        throttle: Throttle | None = None,
    ) -> None:
        self._store = store
        self._journal = journal
        self._clock = clock
        self._keep_proofs = KeepProofs(journal, clock)
        self._intents = OpenIntents(store, journal, clock)
        self._send = SendContent(store, journal, self._intents, LinkMeter(journal, clock, throttle))
        self._copy = CopyContent(store, journal, self._intents)

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
        ResultsMetadataError, and what `confirm` and the stream raise. When `commit` or `confirm`
        says that the job is gone (JobNotFoundError), nothing is left in the store.
        """
        stored, intent = self._send(stream, draft, confirm, progress)
        progress.begin(Phase.RECORDING, cancellable=False)
        file_id = self._commit(intent, stored, commit)
        self._intents.settle(draft.job_id, draft.run_id, draft.key)
        return file_id

    def copy_artifact(
        self,
        content: KnownContent,
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
        progress.begin(Phase.CHECKING)
        confirm()
        copied = self._copy(content, draft, progress)
        if copied is None:
            return None
        stored, intent = copied
        progress.begin(Phase.RECORDING, cancellable=False)
        file_id = self._commit(intent, stored, commit, ProofKind.COPIED)
        self._intents.give_up(draft.job_id, draft.run_id, draft.key)
        return file_id

    def recover(self, job_id: int, run_id: int | None, key: str, commit: Commit) -> None:
        """Commits what an earlier process stored at `key` but did not live to commit.

        What it only began to send waits for `create_artifact` or `give_up`. Raises ConflictError where
        what is there may not be read, StoreError.
        """
        for intent in self._intents.of(job_id, run_id, key):
            self._recover(intent, commit)

    def give_up(self, job_id: int, run_id: int | None, key: str) -> None:
        """Frees what earlier tries sent to `key`: it is not needed any more."""
        self._intents.give_up(job_id, run_id, key)

    def give_up_begun(self, job_id: int, run_id: int) -> None:
        """Frees what earlier tries sent of a run.

        What was about to be completed stays: the object may be there, and the next upload adopts it.
        """
        self._intents.give_up_begun(job_id, run_id)

    def withdraw(self, job_id: int, run_id: int) -> None:
        """Takes all back that earlier tries sent of a run whose job is gone, complete or not.

        Raises StoreError, StateError.
        """
        for intent in self._journal.intents(job_id, run_id):
            if stored := self._intents.fulfilled(intent):
                self._is_withdrawn(intent, stored)
            else:
                self._intents.discard(intent)

    def begun_with(self, job_id: int, run_id: int | None, key: str) -> str:
        """The encoder of the upload to `key` that `create_artifact` would go on with, if any."""
        begun = first_begun(self._intents.of(job_id, run_id, key))
        return begun.encoder if begun else ""

    def owns(self, job_id: int, run_id: int | None, key: str) -> bool:
        """Whether an earlier process stored what lies at `key`, and did not live to commit it."""
        intents = self._intents.completed(job_id, run_id, key)
        stored = self._store.head(key) if intents else None
        return any(is_by(stored, intent) for intent in intents)

    def _recover(self, intent: Intent, commit: Commit) -> None:
        if stored := self._fulfilled(intent):
            _log.info("adopting %s, stored by an earlier process", intent.key)
            self._commit(intent, stored, commit)
        elif not intent.session:
            self._close_completed(intent)

    def _fulfilled(self, intent: Intent) -> StoredObject | None:
        """Raises ConflictError for what may be ours, and may not be read: it is adopted when it may."""
        try:
            return self._intents.fulfilled(intent)
        except StoreAccessDeniedError as denied:
            raise in_the_way(self._store, intent.key, denied) from None

    def _close_completed(self, intent: Intent) -> None:
        """It was about to be completed, and was not."""
        if intent.sha256:
            self._journal.close_intent(intent.write_token)

    def _commit(
        self,
        intent: Intent,
        stored: StoredObject,
        commit: Commit,
        how: ProofKind = ProofKind.UPLOADED,
    ) -> FileId:
        """`stored` is what was intended; mostly it was just read back."""
        try:
            with not_given_up():
                file_id = commit(intent, stored)
        except JobNotFoundError as error:
            self._withdraw_for(intent, stored, error)
            raise
        except RunFerryError as error:
            raise self._orphaned(intent, error) from None
        self._journal.close_intent(intent.write_token)
        self._journal.remove_orphan(intent.key)
        self._prove(how, intent, stored)
        return file_id

    def _prove(self, how: ProofKind, intent: Intent, stored: StoredObject) -> None:
        if stored.verified:
            self._keep_proofs(how, [Proven(intent.key, intent.sha256)])

    def _withdraw_for(self, intent: Intent, stored: StoredObject, error: JobNotFoundError) -> None:
        """Says so where it cannot be done."""
        if not self._is_withdrawn(intent, stored):
            error.kept = f"What was sent is at {self._store.url(intent.key)} still: an orphan."

    def _is_withdrawn(self, intent: Intent, stored: StoredObject) -> bool:
        """Content of a job that is gone: nobody would look for it there. False where it stays."""
        left = False
        try:
            with not_given_up():
                self._store.delete(stored.key, if_match=stored.etag)
        except PreconditionFailedError:
            _log.info("%s was replaced meanwhile and stays", stored.key)
        except StoreError as error:
            _log.warning("%s was not deleted with its job: %s", stored.key, error.what)
            self._put_orphan(intent, "its job was deleted during the upload")
            left = True
        self._journal.close_intent(intent.write_token)
        return not left

    def _orphaned(self, intent: Intent, error: RunFerryError) -> ResultsMetadataError:
        url = self._put_orphan(intent, error.what)
        failure = ResultsMetadataError(
            f"The content is stored but could not be recorded: {error.what}",
            orphaned_s3_url=url,
            kept=f"The content is safe at {url}.",
            todo="Upload again: what is stored is adopted and nothing is sent twice.",
        )
        if error.offline:  # so is this one: it goes on when the store answers
            failure.exit_code, failure.answered = error.exit_code, error.answered
        return failure

    def _put_orphan(self, intent: Intent, reason: str) -> str:
        """Returns its URL."""
        url = self._store.url(intent.key)
        orphan = Orphan(url, intent.key, intent.write_token, reason, self._clock.now())
        try:
            self._journal.put_orphan(orphan)
        except StateError:  # the intent is there still: the next start finds the object by it
            _log.warning("the orphan %s was not written down", url, exc_info=True)
        return url
