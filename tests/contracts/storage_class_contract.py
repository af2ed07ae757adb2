"""What every store with storage classes does. A subclass provides the `store`."""

import pytest

from core.errors import ObjectArchivedError, ObjectNotFoundError, PreconditionFailedError
from core.ports.object_store import ObjectStore, RestoreTier
from tests.contracts.object_store_contract import KEY, OTHER, content, token, upload

ARCHIVE = "GLACIER_IR"


class StorageClassContract:
    """Moving objects between storage classes."""

    def test_change_class(self, store: ObjectStore) -> None:
        """Content and metadata stay; head and listing tell the class, and nothing else has it."""
        metadata = token()
        stored = upload(store, b"content", metadata=metadata)
        store.put(OTHER, b"other")
        assert stored.storage_class == ""
        moved = store.change_class(KEY, ARCHIVE, if_match=stored.etag)
        head = store.head(KEY)
        assert head
        assert (head.etag, head.storage_class, head.size) == (moved.etag, ARCHIVE, 7)
        assert dict(head.metadata) == dict(moved.metadata) == metadata
        assert {s.key: s.storage_class for s in store.list("")} == {KEY: ARCHIVE, OTHER: ""}
        assert content(store, KEY) == b"content"
        assert store.excerpt(KEY, start=0, length=1).object.storage_class == ARCHIVE

    def test_change_class_of_another_version(self, store: ObjectStore) -> None:
        """An object that was replaced meanwhile stays where it is."""
        first = store.put(KEY, b"first")
        store.put(KEY, b"second")
        with pytest.raises(PreconditionFailedError):
            store.change_class(KEY, ARCHIVE, if_match=first.etag)
        head = store.head(KEY)
        assert head
        assert head.storage_class == ""

    def test_change_class_of_nothing(self, store: ObjectStore) -> None:
        """There is nothing to move, and nothing is made."""
        with pytest.raises(ObjectNotFoundError):
            store.change_class(KEY, ARCHIVE, if_match="x")
        assert store.head(KEY) is None

    def test_restore(self, store: ObjectStore) -> None:
        """What is archived cannot be read; once a restore was asked for, head tells of it, nothing else."""
        stored = store.put(KEY, b"content")
        moved = store.change_class(KEY, "DEEP_ARCHIVE", if_match=stored.etag)
        assert moved.restored is None
        with pytest.raises(ObjectArchivedError):
            content(store, KEY)
        store.restore(KEY, tier=RestoreTier.BULK, days=3)
        store.restore(KEY, tier=RestoreTier.BULK, days=3)
        head = store.head(KEY)
        assert head
        assert head.restored is not None
        assert (head.etag, head.storage_class) == (moved.etag, "DEEP_ARCHIVE")

    def test_restore_of_nothing(self, store: ObjectStore) -> None:
        """There is nothing to restore."""
        with pytest.raises(ObjectNotFoundError):
            store.restore(KEY, tier=RestoreTier.STANDARD, days=1)

    def test_replaced_content_is_of_the_usual_class(self, store: ObjectStore) -> None:
        """A new version of what was archived is at hand."""
        stored = store.put(KEY, b"first")
        moved = store.change_class(KEY, ARCHIVE, if_match=stored.etag)
        upload(store, b"second", if_match=moved.etag)
        head = store.head(KEY)
        assert head
        assert head.storage_class == ""
