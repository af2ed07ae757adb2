"""One object being written into the local store."""

from collections.abc import Callable, Mapping

from core.errors import PreconditionFailedError
from core.ports.object_store import StoredObject, Upload
from core.ports.send_pace import SendPace
from core.printable import printable
from storage.local.drafts import Draft
from storage.local.errors import os_errors
from storage.local.layout import LocalLayout
from storage.local.objects import LocalObjects


class LocalUpload(Upload):
    """Writes a draft; `complete` gives it its key."""

    def __init__(
        self,
        layout: LocalLayout,
        objects: LocalObjects,
        draft: Draft,
        key: str,
        *,
        metadata: Mapping[str, str],
        on_sent: Callable[[int], None],
        pace: SendPace,
    ) -> None:
        self._root = layout.root
        self._objects = objects
        self._draft = draft
        self._key = key
        self._metadata = metadata
        self._on_sent = on_sent
        self._pace = pace

    def write(self, data: bytes) -> None:
        view = memoryview(data)
        with self._pace.request() as allow:
            while view:
                count = allow(len(view))
                with os_errors(self._root, f"writing {printable(self._key)}"):
                    self._draft.write(view[:count])
                self._on_sent(count)
                view = view[count:]

    def flush(self) -> None:
        """A draft has been written as far as it was told."""

    def complete(self, *, if_match: str | None = None) -> StoredObject:
        with os_errors(self._root, f"storing {printable(self._key)}"):
            stored = self._publish(if_match)
        self._draft.close()
        return stored

    def abort(self) -> bool:
        self._draft.close()
        return True

    def suspend(self) -> None:
        """A draft is not gone on with: writing it anew is as fast as reading it."""
        self._draft.close()

    def _publish(self, if_match: str | None) -> StoredObject:
        """A publication that failed half-way and is repeated finds its own object."""
        try:
            return self._objects.publish(
                self._draft,
                self._key,
                metadata=self._metadata,
                if_absent=if_match is None,
                if_match=if_match,
            )
        except PreconditionFailedError:
            found = self._objects.find(self._key)
            if found and self._metadata and found.metadata == self._metadata:
                return found
            raise
