"""Storage classes and lifecycle rules on real servers: done as asked, or refused with no change."""

from collections.abc import Iterator
from contextlib import closing, suppress

import pytest

from core.care.apply_lifecycle import ApplyLifecycle
from core.care.lifecycle_rules import proposed_rules
from core.errors import StoreError
from core.settings import Profile
from storage.s3.lifecycle import S3Lifecycle
from storage.s3.store import S3Store
from tests.contracts.object_store_contract import KEY, content, token, upload


@pytest.fixture
def store(profile: Profile) -> Iterator[S3Store]:
    store = S3Store(profile)
    yield store
    store.close()


def test_change_class(store: S3Store) -> None:
    """Content and metadata stay, whatever the server makes of the class."""
    metadata, refused = token(), False
    stored = upload(store, b"content", metadata=metadata)
    try:
        store.change_class(KEY, "GLACIER_IR", if_match=stored.etag)
    except StoreError:
        refused = True
    head = store.head(KEY)
    assert head
    assert head.storage_class == ("" if refused else "GLACIER_IR")
    assert dict(head.metadata) == metadata
    assert content(store, KEY) == b"content"


def test_lifecycle(profile: Profile) -> None:
    """The rules are there exactly as they were meant, or none is."""
    lifecycle = S3Lifecycle(profile)
    rules = proposed_rules(abort_days=7, archive_days=90, storage_class="GLACIER_IR")
    applying = ApplyLifecycle(lifecycle)
    with closing(lifecycle), suppress(StoreError):
        applying(applying.plan(rules))
        assert not applying.plan(rules).changes
