"""Store an artifact of a kind that has no versions: a configuration, an input, logs."""

from collections.abc import Callable

from core.model import Artifact
from core.ports.object_store import ObjectReader
from core.progress import Progress
from core.upload.new_object import CommitObjects, NewObject, UnversionedContent
from core.upload.store_content import StoreContent, Stored


class StoreUnversioned:
    """Recognises equal content; replaces other content only when asked, and only what it saw."""

    def __init__(
        self, store_content: StoreContent, store: ObjectReader, commit_objects: CommitObjects
    ) -> None:
        self._store_content = store_content
        self._store = store
        self._commit_objects = commit_objects

    def __call__(
        self,
        key: str,
        content: UnversionedContent,
        progress: Progress,
        *,
        still_there: Callable[[], None],
    ) -> Stored[Artifact]:
        """What is stored now, and what it took.

        `still_there` raises JobNotFoundError when the job is gone: then nothing is left either.
        Raises ResultsPackagingError, ResultsStorageError, ResultsMetadataError, ConflictError,
        StoreError, TransferCancelledError.
        """
        commit = self._commit_objects(still_there)
        summary = content.summary(progress)
        new = NewObject(key, content, summary, commit, self._store)
        return self._store_content(new, progress)
