"""Stored results are looked into by few requests, and never by those of an older version."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from core.download.read_members import ReadMembers
from core.errors import (
    ArtifactNotFoundError,
    DownloadError,
    PreconditionFailedError,
    StoreConnectionError,
    UnsafeArchiveError,
)
from core.model import Artifact, ArtifactKind
from core.ports.catalog import Extent
from core.ports.object_store import Excerpt
from storage.packing.zip_reader import ZipArchiveReader
from tests.contracts.object_store_contract import KEY, noise
from tests.fakes.catalog import FakeCatalog
from tests.fakes.object_store import FakeObjectStore

FILES = 2000
CONTENT = "5a" * 32


class CountingStore(FakeObjectStore):
    """Counts requests and the bytes that were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[int] = []

    def read(
        self,
        key: str,
        *,
        start: int = 0,
        length: int | None = None,
        if_match: str | None = None,
    ) -> Iterator[bytes]:
        assert length is not None
        assert if_match
        self.requests.append(length)
        return super().read(key, start=start, length=length, if_match=if_match)

    def excerpt(self, key: str, *, start: int, length: int) -> Excerpt:
        self.requests.append(length)
        return super().excerpt(key, start=start, length=length)


def archive(first: bytes = b"first", files: int = FILES) -> bytes:
    """A ZIP whose first members are far from its directory."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr("first", first)
        target.writestr("large", noise(300_000))
        for number in range(files):
            target.writestr(f"RUN4/daily/{number:06}-a-name-of-usual-length.txt", b"")
    return buffer.getvalue()


@pytest.fixture
def store() -> CountingStore:
    return CountingStore()


@pytest.fixture
def catalog() -> FakeCatalog:
    return FakeCatalog()


class Behind:
    """A catalog that learns of an artifact when it is refreshed."""

    def __init__(self, catalog: FakeCatalog) -> None:
        self._catalog = catalog
        self.news: list[Artifact] = []
        self.count = 0

    def __call__(self) -> None:
        self.count += 1
        for artifact in self.news:
            self._catalog.put_artifact(artifact)


@pytest.fixture
def refresh(catalog: FakeCatalog) -> Behind:
    return Behind(catalog)


@pytest.fixture
def members(store: CountingStore, catalog: FakeCatalog, refresh: Behind) -> ReadMembers:
    return ReadMembers(store, catalog, ZipArchiveReader(), refresh)


def put(store: FakeObjectStore, data: bytes, version: int = 1) -> Artifact:
    """Stores results and returns what the catalog should know of them."""
    stored = store.put(KEY, data)
    kind = ArtifactKind.RUN_RESULTS
    when = stored.last_modified
    return Artifact(7, kind, KEY, len(data), 4, version, "5b" * 32, CONTENT, when)


@pytest.mark.parametrize(("hint", "requests"), [(True, 2), (False, 3)])
def test_few_requests(
    store: CountingStore, catalog: FakeCatalog, members: ReadMembers, hint: bool, requests: int
) -> None:
    """The number of files leads to the whole directory at once; else it takes one request more."""
    data = archive()
    catalog.put_artifact(put(store, data))
    catalog.put_extents({CONTENT: Extent(FILES if hint else 0, 9)})
    assert b"".join(members(7, 4).read("large")) == noise(300_000)
    assert len(store.requests) == requests
    assert sum(store.requests) <= FILES * 112 + (66 << 10) + 300_000 + 200


def test_member_in_the_tail(
    store: CountingStore, catalog: FakeCatalog, members: ReadMembers, refresh: Behind
) -> None:
    """What came with the directory is not fetched again."""
    catalog.put_artifact(put(store, _small()))
    opened = members(7, 4)
    assert [member.name for member in opened.members()] == ["a", "b"]
    assert b"".join(opened.read("a")) == b"one"
    assert (len(store.requests), refresh.count) == (1, 0)


def _small() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr("a", b"one")
        target.writestr("b", b"two")
    return buffer.getvalue()


def test_a_lie_about_the_number_of_files(
    store: CountingStore, catalog: FakeCatalog, members: ReadMembers
) -> None:
    """However many files a manifest claims, memory is not filled with the object."""
    catalog.put_artifact(put(store, _small()))
    catalog.put_extents({CONTENT: Extent(1 << 60, 9)})
    members(7, 4)
    assert store.requests == [32 << 20]


@pytest.mark.parametrize("how", ["another size", "later", "not there", "unknown"])
def test_catalog_is_behind(
    store: CountingStore, catalog: FakeCatalog, members: ReadMembers, refresh: Behind, how: str
) -> None:
    """What the store has now is looked into, whatever the catalog knew."""
    old = put(store, archive(b"older"))
    new = put(store, archive(b"newer"), version=2)
    if how == "another size":
        catalog.put_artifact(replace(old, size=old.size - 1))
    elif how == "later" and old.stored_at:
        catalog.put_artifact(replace(old, stored_at=old.stored_at - timedelta(minutes=5)))
    elif how == "not there":
        catalog.put_artifact(replace(old, key="jobs/7/elsewhere.zip"))
    refresh.news = [new]
    assert b"".join(members(7, 4).read("first")) == b"newer"
    assert refresh.count == 1


def test_versions(
    store: CountingStore, catalog: FakeCatalog, members: ReadMembers, refresh: Behind
) -> None:
    """The latest version unless another one is asked for; other kinds are not results."""
    old, new = put(store, archive(b"older")), put(store, archive(b"newer"), version=2)
    store.put("jobs/7/old.zip", archive(b"older"))
    catalog.put_artifact(replace(old, key="jobs/7/old.zip"))
    catalog.put_artifact(new)
    catalog.put_artifact(replace(new, kind=ArtifactKind.RUN_LOGS, version=9))
    for version, first in ((None, b"newer"), (1, b"older"), (2, b"newer")):
        assert b"".join(members(7, 4, version).read("first")) == first
    with pytest.raises(ArtifactNotFoundError, match="in version 3"):
        members(7, 4, 3)
    assert refresh.count == 1


def test_not_what_was_stored(
    store: CountingStore, catalog: FakeCatalog, members: ReadMembers, refresh: Behind
) -> None:
    """An object that is not that of its manifest, even after a refresh, is refused."""
    catalog.put_artifact(replace(put(store, _small()), size=12))
    with pytest.raises(DownloadError, match="size differs"):
        members(7, 4)
    assert refresh.count == 1


def test_unmanaged(store: CountingStore, catalog: FakeCatalog, members: ReadMembers) -> None:
    """An object without a manifest is what it is now."""
    known = put(store, _small())
    for size in (0, 5, 1 << 30):
        catalog.put_artifact(replace(known, size=size, sha256="", content_id="", version=0))
        assert len(list(members(7, 4).members())) == 2


def test_replaced_after_the_directory(
    store: CountingStore, catalog: FakeCatalog, members: ReadMembers
) -> None:
    """A member is of the version of its directory, or an error."""
    catalog.put_artifact(put(store, archive()))
    opened = members(7, 4)
    put(store, archive(b"newer"))
    with pytest.raises(PreconditionFailedError):
        next(opened.read("first"))


def test_offline(store: CountingStore, catalog: FakeCatalog, members: ReadMembers) -> None:
    """Without a connection nothing is asked twice."""
    catalog.put_artifact(put(store, _small()))
    store.fail_next("excerpt", StoreConnectionError("No line."))
    with pytest.raises(StoreConnectionError):
        members(7, 4)
    assert len(store.requests) == 1


class GarblingStore(CountingStore):
    """Changes a byte of its first excerpts."""

    def __init__(self, at: int, times: int) -> None:
        super().__init__()
        self._at, self._times = at, times

    def excerpt(self, key: str, *, start: int, length: int) -> Excerpt:
        found = super().excerpt(key, start=start, length=length)
        if not self._times:
            return found
        self._times -= 1
        data = bytearray(found.data)
        data[self._at] ^= 1
        return replace(found, data=bytes(data))


@pytest.mark.parametrize("at", [31, -20], ids=["content", "directory"])
def test_garbled_once(catalog: FakeCatalog, refresh: Behind, at: int) -> None:
    """A byte that changed on its way, of a member or of the directory, is fetched again."""
    store = GarblingStore(at, 1)
    catalog.put_artifact(put(store, _small()))
    members = ReadMembers(store, catalog, ZipArchiveReader(), refresh)
    assert b"".join(members(7, 4).read("a")) == b"one"
    assert len(store.requests) == 2


def test_directory_is_damaged(catalog: FakeCatalog, refresh: Behind) -> None:
    """What is the same twice is refused."""
    store = GarblingStore(-20, 2)
    catalog.put_artifact(put(store, _small()))
    with pytest.raises(UnsafeArchiveError):
        ReadMembers(store, catalog, ZipArchiveReader(), refresh)(7, 4)
