"""From content that lies under another key to an object that is complete: nothing is sent."""

import logging
from collections.abc import Callable
from dataclasses import replace

from core.errors import PreconditionFailedError, ResultsStorageError, StoreError
from core.ports.journal.uploads import Intent, Intents
from core.ports.object_store import ObjectStore, StoredObject
from core.progress import Progress
from core.stored.manifests import WRITE_TOKEN
from core.transfer_view import Phase
from core.upload.artifact_draft import ArtifactDraft
from core.upload.known_content import KnownContent
from core.upload.open_intents import NOTHING_RECORDED, OpenIntents, described, fulfils

_log = logging.getLogger(__name__)


class CopyContent:
    """On the server side. Callable from any thread."""

    def __init__(self, store: ObjectStore, journal: Intents, intents: OpenIntents) -> None:
        self._store = store
        self._journal = journal
        self._intents = intents

    def __call__(
        self, known: KnownContent, draft: ArtifactDraft, progress: Progress
    ) -> tuple[StoredObject, Intent] | None:
        """What the store holds now, and the intent that it fulfils; it is visible at once.

        None when the store cannot do it, or has lost the content meanwhile. Raises
        ResultsStorageError when that is open: then the next try looks.
        """
        progress.begin(Phase.COPYING)
        intent = self._intents.new(replace(draft, encoder=known.encoder))
        intent = described(intent, known.summary)
        self._journal.put_intent(intent)
        try:
            stored = self._copied(known.object, draft, intent, progress)
        except StoreError as error:
            stored = self._copied_after_all(intent, error)
        return (stored, intent) if stored else None

    def _copied(
        self, original: StoredObject, draft: ArtifactDraft, intent: Intent, progress: Progress
    ) -> StoredObject:
        stored = self._store.copy(
            original.key,
            draft.key,
            source_etag=original.etag,
            if_match=draft.replaced_etag,
            metadata={**draft.metadata, WRITE_TOKEN: intent.write_token},
            on_copied=_counting(progress, original.size),
        )
        if not fulfils(stored, intent):
            raise PreconditionFailedError(f"{stored.key} is not what was copied.")
        return stored

    def _copied_after_all(self, intent: Intent, error: StoreError) -> StoredObject | None:
        """The copy, if it was made although the store says otherwise."""
        if error.retryable:
            raise ResultsStorageError.because(error, kept=NOTHING_RECORDED) from None
        there = self._there(intent)
        if there is None:
            _log.info("%s is sent, for it cannot be copied: %s", intent.key, error.what)
            self._journal.close_intent(intent.write_token)
        return there

    def _there(self, intent: Intent) -> StoredObject | None:
        try:
            return self._intents.fulfilled(intent)
        except StoreError as error:
            raise ResultsStorageError.because(error, kept=NOTHING_RECORDED) from None


def _counting(progress: Progress, size: int) -> Callable[[int], None]:
    """Only what comes in parts has a bar; of other copies nobody knows how far they are."""
    begun = False

    def copied(count: int) -> None:
        nonlocal begun
        if not begun:
            progress.begin(Phase.COPYING, total=size)
            begun = True
        progress.add_read(count)

    return copied
