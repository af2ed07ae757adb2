"""The memory of one upload under way: what `kill -9` must not take."""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from core.errors import RunFerryError
from core.ports.journal.uploads import Intent, Intents
from core.ports.object_store import OpenUpload, SentPart, UploadSession
from core.progress import Progress

_log = logging.getLogger(__name__)


class JournaledSession(UploadSession):
    """Writes each step down before the next one is made.

    A journal that fails only makes a later try send more than it would have to: the upload goes on.
    """

    def __init__(
        self, journal: Intents, intent: Intent, progress: Progress, *, repeated: bool = False
    ) -> None:
        self.intent = intent
        self._journal = journal
        self._progress = progress
        self._before = intent.session
        self._repeated = repeated
        self._parts = _parts(journal, intent)
        progress.expect_kept(sum(part.size for part in self._parts.values()))

    @property
    def before(self) -> OpenUpload | None:
        """As the intent was found."""
        return self._before

    @property
    def parts(self) -> Mapping[int, SentPart]:
        """As they were written down."""
        return self._parts

    @property
    def repeated(self) -> bool:
        """As the intents of the key were found."""
        return self._repeated

    def unfreed(self, upload: OpenUpload) -> None:
        """An intent of its own: whoever gives up what was begun at this key frees it, too.

        It is the older one, and the newest is gone on with. One is enough, however many tries end
        before they have begun another upload.
        """
        try:
            if not self._is_left(upload):
                self._journal.put_intent(self._left(upload))
        except RunFerryError:
            _log.exception("that %s was not freed was not written down", upload.upload_id)

    def opened(self, upload: OpenUpload) -> None:
        """Into the intent."""
        self.intent = replace(self.intent, session=upload)
        self._progress.expect_kept(0)
        try:
            if self._parts:
                self._journal.forget_parts(self.intent.write_token)
            self._journal.put_intent(self.intent)
        except RunFerryError:
            _log.exception("the upload of %s was not written down", self.intent.key)

    def sent(self, part: SentPart) -> None:
        """Beside the intent."""
        try:
            self._journal.put_part(self.intent.write_token, part)
        except RunFerryError:
            _log.exception("part %d of %s was not written down", part.number, self.intent.key)
            return
        known = self._parts.get(part.number)
        self._progress.add_in_store(part.size - (known.size if known else 0))

    @property
    def holds_parts(self) -> bool:
        """Whether another try finds something there that it need not send."""
        return self._progress.in_store > 0

    def dropped(self) -> None:
        """Nothing of it is there any more."""
        self._progress.expect_kept(0)

    def kept(self, count: int) -> None:
        """Counts as done, not as sent."""
        self._progress.add_kept(count)

    def _is_left(self, upload: OpenUpload) -> bool:
        begun = self._journal.intents(self.intent.job_id, self.intent.run_id)
        return upload in [intent.session for intent in filter(self._is_another, begun)]

    def _is_another(self, intent: Intent) -> bool:
        return intent.key == self.intent.key and intent.write_token != self.intent.write_token

    def _left(self, upload: OpenUpload) -> Intent:
        older = self.intent.started_at - timedelta(seconds=1)
        token = secrets.token_hex(16)
        return replace(self.intent, write_token=token, started_at=older, session=upload)


def _parts(journal: Intents, intent: Intent) -> Mapping[int, SentPart]:
    known = journal.parts(intent.write_token) if intent.session else ()
    return {part.number: part for part in known}
