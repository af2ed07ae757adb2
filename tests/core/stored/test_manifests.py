"""Which stored objects are taken for the content of a version."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.model import Manifest
from core.ports.object_store import Excerpt, StoredObject
from core.stored.manifests import WRITE_TOKEN, is_content_of, may_be_content_of, read_manifest
from core.stored.record_format import encode_manifest
from tests.fakes.object_store import FakeObjectStore

OURS = Manifest(
    job_id=1,
    run_id=4,
    version=1,
    key="jobs/1/2026/11/20/140731/run_4_results.zip",
    content_id="c0" * 32,
    sha256="ab" * 32,
    write_token="f00d",
    files=1,
    raw_bytes=3,
    stored_bytes=100,
    stored_at=datetime(2026, 11, 20, 14, 7, 31, tzinfo=UTC),
    encoder="",
    host="lab",
    app_version="0.1.0",
    etag="e1",
)
ADOPTED = replace(OURS, write_token="")


def stored(etag: str, token: str, size: int = 100) -> StoredObject:
    return StoredObject(OURS.key, size, etag, metadata={WRITE_TOKEN: token} if token else {})


def test_same_etag() -> None:
    """The same bytes, of the same upload as far as anybody can tell."""
    assert is_content_of(stored("e1", "f00d"), OURS)
    assert is_content_of(stored("e1", ""), OURS)
    assert is_content_of(stored("e1", ""), ADOPTED)


@pytest.mark.parametrize("manifest", [OURS, ADOPTED])
def test_same_etag_of_another_upload(manifest: Manifest) -> None:
    """The same bytes do in its place; but the other upload may need them for its own version."""
    assert may_be_content_of(stored("e1", "beef"), manifest)
    assert not is_content_of(stored("e1", "beef"), manifest)


def test_other_etag() -> None:
    """The token tells that it was only moved to another storage class."""
    assert is_content_of(stored("e2", "f00d"), OURS)
    assert may_be_content_of(stored("e2", "f00d"), OURS)
    for token in ("", "beef"):
        assert not may_be_content_of(stored("e2", token), OURS)


def test_other_etag_of_what_was_adopted() -> None:
    """Nobody can tell whether it was moved or replaced: it stays a version, and proves nothing."""
    assert may_be_content_of(stored("e2", ""), ADOPTED)
    assert not is_content_of(stored("e2", ""), ADOPTED)
    assert not may_be_content_of(stored("e2", "beef"), ADOPTED)


@pytest.mark.parametrize("manifest", [OURS, ADOPTED])
@pytest.mark.parametrize("etag", ["e1", "e2"])
@pytest.mark.parametrize("token", ["", "f00d"])
def test_other_size(manifest: Manifest, etag: str, token: str) -> None:
    """Then it is something else, whatever else is said."""
    other = stored(etag, token, size=99)
    assert not is_content_of(other, manifest)
    assert not may_be_content_of(other, manifest)


class Garbling(FakeObjectStore):
    """Its first answers have a byte that is none of JSON."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self._times = times

    def excerpt(self, key: str, *, start: int, length: int) -> Excerpt:
        found = super().excerpt(key, start=start, length=length)
        self._times -= 1
        return replace(found, data=b"\0" + found.data[1:]) if self._times >= 0 else found


@pytest.mark.parametrize(("times", "read"), [(1, OURS), (2, None)])
def test_garbled(times: int, read: Manifest | None) -> None:
    """A byte that changed on its way is no damaged manifest: it is read once more."""
    store, prefix = Garbling(times), OURS.key.rpartition("/")[0]
    key = f"{prefix}/run_4_results.v0001.json"
    store.put(key, encode_manifest(OURS))
    assert read_manifest(store, key) == read
