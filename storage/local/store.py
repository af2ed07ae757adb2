"""ObjectStore on a directory: the default store, and a mirror of the layout in the bucket."""

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path

from core.errors import StoreError
from core.ports.object_store import (
    Excerpt,
    ObjectStore,
    PendingUpload,
    RestoreTier,
    StoredObject,
    Upload,
    UploadSession,
)
from core.ports.presigned_url import LinkMethod, PresignedUrl
from core.ports.send_pace import AtOnce, SendPace
from core.printable import printable
from storage.files.durable_files import make_directories
from storage.local.drafts import Draft, Drafts
from storage.local.errors import missing_root, os_errors
from storage.local.layout import LocalLayout
from storage.local.listing import list_objects, list_prefixes
from storage.local.objects import LocalObjects, with_metadata
from storage.local.upload import LocalUpload
from storage.preconditions import check_condition

_BLOCK = 1 << 20


class LocalStore(ObjectStore):
    """Objects as files below `path`, which the first use creates with its parents.

    Several processes may use one directory at a time. Objects are plain files under their keys;
    locks, drafts and metadata are in the hidden directory `.runferry`.
    """

    def __init__(self, path: str, *, own: bool = False) -> None:
        """An `own` store, whose place nobody named, holds nothing until it is made, by the first write.

        Any other one may only be missing at the moment.
        """
        self._own = own
        self._layout = LocalLayout(path)
        self._objects = LocalObjects(self._layout)
        self._drafts = Drafts(self._layout.drafts, self._layout.lock)
        self._opening = threading.Lock()
        self._proof = ""  # what must exist for the store to be there

    @property
    def location(self) -> str:
        return self._layout.root

    def url(self, key: str) -> str:
        parent, name = self._layout.listed(key)
        return os.path.join(self.location, f"{parent}{name}")

    def now(self) -> datetime:
        return datetime.now(UTC)

    def check(self) -> None:
        self._open(reads=True)
        if not self._proof:
            self._check_place()
            return
        with os_errors(self._layout.root, "trying to write"), self._draft() as draft:
            draft.write(b"x")
            draft.seal()

    def head(self, key: str) -> StoredObject | None:
        self._open(reads=True)
        with os_errors(self._layout.root, f"looking at {printable(key)}"):
            return self._objects.find(key)

    def read(
        self,
        key: str,
        *,
        start: int = 0,
        length: int | None = None,
        if_match: str | None = None,
    ) -> Iterator[bytes]:
        self._open(reads=True)
        with os_errors(self._layout.root, f"reading {printable(key)}"):
            file, found = self._objects.open(key)
            with closing(file):
                check_condition(key, found, if_match=if_match)
                yield from _blocks(file, start, found.size if length is None else length)

    def excerpt(self, key: str, *, start: int, length: int) -> Excerpt:
        self._open(reads=True)
        with os_errors(self._layout.root, f"reading {printable(key)}"):
            file, found = self._objects.open(key)
            with closing(file):
                data = b"".join(_blocks(file, start, length))
        return Excerpt(with_metadata(found, self._objects.metadata(found)), data)

    def put(
        self,
        key: str,
        data: bytes,
        *,
        if_absent: bool = False,
        if_match: str | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> StoredObject:
        self._open()
        with os_errors(self._layout.root, f"storing {printable(key)}"), self._draft() as draft:
            draft.write(data)
            return self._objects.publish(
                draft, key, metadata=metadata or {}, if_absent=if_absent, if_match=if_match
            )

    def start_upload(
        self,
        key: str,
        *,
        size_bound: int,
        metadata: Mapping[str, str],
        on_sent: Callable[[int], None],
        session: UploadSession | None = None,
        pace: SendPace | None = None,
    ) -> Upload:
        self._open()
        self._layout.path(key)
        with os_errors(self._layout.root, f"storing {printable(key)}"):
            draft = self._drafts.create()
        return LocalUpload(
            self._layout,
            self._objects,
            draft,
            key,
            metadata=dict(metadata),
            on_sent=on_sent,
            pace=pace or AtOnce(),
        )

    def pending_uploads(self, prefix: str) -> Iterator[PendingUpload]:
        """None: drafts of processes that are gone are swept by the next upload."""
        return iter(())

    def presign(self, key: str, method: LinkMethod, *, expires_seconds: int) -> PresignedUrl:
        if method is LinkMethod.PUT:
            raise StoreError(
                f"The local store {printable(self.location)} takes no uploads by link.",
                todo="Store it with `runferry`, or choose a profile with an S3 bucket.",
            )
        return PresignedUrl(Path(self._layout.path(key)).as_uri(), expires=False)

    def discard_upload(self, key: str, upload_id: str) -> None:
        """Drafts of processes that are gone are swept by the next upload."""

    def copy(
        self,
        source: str,
        target: str,
        *,
        source_etag: str | None = None,
        if_match: str | None = None,
        metadata: Mapping[str, str] | None = None,
        on_copied: Callable[[int], None] = lambda _: None,
    ) -> StoredObject:
        self._open()
        with os_errors(self._layout.root, f"copying {printable(source)}"):
            if if_match is None:
                linked = self._objects.link(source, target, source_etag, metadata)
                if linked:
                    return linked
            # A replacement is a file of its own: a link would bring back the time, and so perhaps
            # the etag, of what was there before.
            return self._copy_content(source, target, source_etag, if_match, metadata)

    def check_classes(self) -> None:
        raise self._no_classes()

    def change_class(self, key: str, storage_class: str, *, if_match: str) -> StoredObject:
        raise self._no_classes()

    def restore(self, key: str, *, tier: RestoreTier, days: int) -> None:
        raise self._no_classes()

    def list(self, prefix: str, *, after: str = "") -> Iterator[StoredObject]:
        self._open(reads=True)
        with os_errors(self._layout.root, "listing"):
            yield from list_objects(self._layout, prefix, after)

    def list_prefixes(self, prefix: str) -> Iterator[str]:
        self._open(reads=True)
        with os_errors(self._layout.root, "listing"):
            yield from list_prefixes(self._layout, prefix)

    def delete(self, key: str, *, if_match: str | None = None) -> None:
        self._open()
        with os_errors(self._layout.root, f"deleting {printable(key)}"):
            self._objects.remove(key, if_match)

    def close(self) -> None:
        """Nothing is held between two calls; a draft belongs to its upload."""

    def _copy_content(
        self,
        source: str,
        target: str,
        source_etag: str | None,
        if_match: str | None,
        metadata: Mapping[str, str] | None,
    ) -> StoredObject:
        file, original = self._objects.open(source)
        with closing(file), self._draft() as draft:
            check_condition(source, original, if_match=source_etag)
            draft.write_file(file)
            return self._objects.publish(
                draft,
                target,
                metadata=self._objects.metadata(original) if metadata is None else metadata,
                if_absent=if_match is None,
                if_match=if_match,
            )

    def _no_classes(self) -> StoreError:
        return StoreError(
            f"The local store {printable(self.location)} has no archive storage class.",
            kept="Everything is where it was.",
            todo="Choose a profile with an S3 bucket.",
        )

    def _draft(self) -> closing[Draft]:
        return closing(self._drafts.create())

    def _open(self, *, reads: bool = False) -> None:
        """Creates the store at the first use; afterwards its absence is an error.

        A disk that was unmounted must not look like a store that has lost its objects.
        """
        with self._opening:
            if not self._proof:
                if reads and self._own and not self._is_there():
                    return
                self._proof = self._create()
            elif not os.path.isdir(self._proof):
                raise missing_root(self._layout.root)

    def _is_there(self) -> bool:
        """What cannot be looked for may well be there: that is an error."""
        with os_errors(self._layout.root, "looking for it"):
            try:
                os.lstat(self._layout.root)
            except FileNotFoundError:
                return False
        return True

    def _check_place(self) -> None:
        """Whether it could be made, by trying: nothing of that stays."""
        place = os.path.dirname(self._layout.root)
        while not os.path.lexists(place):
            place = os.path.dirname(place)
        with os_errors(self._layout.root, "creating it"):
            probe = os.path.join(place, f".runferry-{os.urandom(8).hex()}")
            os.mkdir(probe)
            os.rmdir(probe)

    def _create(self) -> str:
        with os_errors(self._layout.root, "creating it"):
            make_directories(self._layout.root)
        try:
            make_directories(self._layout.hidden)
        except OSError:  # a store that may only be read; the first write says why
            return self._layout.root
        return self._layout.hidden


def _blocks(file: FileIO, start: int, length: int) -> Iterator[bytes]:
    file.seek(start)
    while length > 0 and (block := file.read(min(_BLOCK, length))):
        length -= len(block)
        yield block
