"""What every object store does. A subclass provides the `store`."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import cache
from random import Random
from threading import Barrier

import pytest

from core.errors import ObjectNotFoundError, PreconditionFailedError
from core.ports.object_store import ObjectStore, StoredObject, Upload
from core.ports.presigned_url import LinkMethod
from core.ports.send_pace import SendPace
from tests.fakes.send_pace import CountingPace
from tests.fakes.upload_session import NewSession

KEY = "jobs/7/2026/11/20/120000/run_4_results.zip"
OTHER = "jobs/7/2026/11/20/120000/versions/run_4_results.v0001.zip"
MIB = 1 << 20


def content(store: ObjectStore, key: str, *, start: int = 0) -> bytes:
    """The object's bytes."""
    return b"".join(store.read(key, start=start))


def content_time(store: ObjectStore) -> datetime:
    """When the object was stored, by the store's clock."""
    found = store.head(KEY)
    assert found
    assert found.last_modified
    return found.last_modified


def token() -> dict[str, str]:
    """Metadata of one upload, as the use cases make it."""
    return {"write-token": uuid.uuid4().hex, "content-id": "c" * 64}


def upload(
    store: ObjectStore,
    data: bytes,
    key: str = KEY,
    *,
    metadata: dict[str, str] | None = None,
    if_match: str | None = None,
) -> StoredObject:
    """Stores `data` by an upload in blocks, as the packager writes them."""
    started = start(store, len(data), key, metadata=metadata)
    try:
        write(started, data)
        return started.complete(if_match=if_match)
    finally:
        started.abort()


def start(
    store: ObjectStore,
    size_bound: int,
    key: str = KEY,
    *,
    metadata: dict[str, str] | None = None,
    on_sent: Callable[[int], None] = lambda _: None,
    pace: SendPace | None = None,
) -> Upload:
    """An upload; the test ends it."""
    return store.start_upload(
        key, size_bound=size_bound, metadata=metadata or token(), on_sent=on_sent, pace=pace
    )


def write(started: Upload, data: bytes) -> None:
    """Writes blocks whose ends never meet those of parts."""
    for offset in range(0, len(data), 1_000_003):
        started.write(data[offset : offset + 1_000_003])


@cache
def noise(size: int) -> bytes:
    """Bytes of which no two parts are equal, the same in every run."""
    return Random(size).randbytes(size)  # noqa: S311 - nothing is secret about it


class ObjectStoreContract:
    """Tests by area; those for one adapter only are in `tests/storage`."""

    large = 6 * MIB + 7
    """More bytes than the smallest part of S3 has."""

    # put, head, read

    def test_put(self, store: ObjectStore) -> None:
        """An object comes back with its metadata."""
        stored = store.put(KEY, b"content", metadata={"write-token": "f00d"})
        head = store.head(KEY)
        assert head
        assert (head.key, head.size, head.etag) == (KEY, 7, stored.etag)
        assert dict(head.metadata) == dict(stored.metadata) == {"write-token": "f00d"}
        assert head.last_modified
        assert head.last_modified.tzinfo
        assert content(store, KEY) == b"content"

    def test_head_of_nothing(self, store: ObjectStore) -> None:
        """There is no object, not even where others lie below."""
        store.put(KEY, b"x")
        assert store.head(OTHER) is None
        assert store.head("jobs/7") is None

    def test_put_replaces(self, store: ObjectStore) -> None:
        """Without a condition the newer content wins, with its own metadata and etag."""
        first = store.put(KEY, b"old", metadata={"write-token": "old"})
        store.put(KEY, b"new", metadata={"origin": "new"})
        head = store.head(KEY)
        assert head
        assert head.etag != first.etag
        assert dict(head.metadata) == {"origin": "new"}
        assert content(store, KEY) == b"new"

    def test_put_if_absent(self, store: ObjectStore) -> None:
        """The second creator is told, and changes nothing, even with the same content."""
        store.put(KEY, b"first", if_absent=True, metadata={"by": "first"})
        for data in (b"second", b"first"):
            with pytest.raises(PreconditionFailedError):
                store.put(KEY, data, if_absent=True, metadata={"by": "second"})
        head = store.head(KEY)
        assert head
        assert dict(head.metadata) == {"by": "first"}
        assert content(store, KEY) == b"first"

    def test_put_if_match(self, store: ObjectStore) -> None:
        """Exactly the known version is replaced."""
        first = store.put(KEY, b"first")
        second = store.put(KEY, b"second", if_match=first.etag)
        with pytest.raises(PreconditionFailedError):
            store.put(KEY, b"third", if_match=first.etag)
        assert content(store, KEY) == b"second"
        store.delete(KEY)
        with pytest.raises(PreconditionFailedError):
            store.put(KEY, b"fourth", if_match=second.etag)
        assert store.head(KEY) is None

    def test_read_from(self, store: ObjectStore) -> None:
        """Reading begins where it is told, and finds nothing at or beyond the end."""
        data = noise(3 * MIB + 5)
        store.put(KEY, data)
        assert content(store, KEY, start=2 * MIB + 1) == data[2 * MIB + 1 :]
        assert content(store, KEY, start=len(data)) == b""
        assert content(store, KEY, start=len(data) + 1) == b""
        assert all(0 < len(block) <= MIB for block in store.read(KEY))

    def test_read_range(self, store: ObjectStore) -> None:
        """A range has exactly its bytes, cut at the end of the object; also the last ones."""
        data = noise(3 * MIB + 5)
        stored = store.put(KEY, data)
        size = stored.size
        for start, length in ((0, 1), (7, MIB + 1), (MIB, 2 * MIB), (size - 9, 9), (size - 9, 99)):
            ranged = store.read(KEY, start=start, length=length, if_match=stored.etag)
            assert b"".join(ranged) == data[start : start + length]
        assert list(store.read(KEY, start=5, length=0)) == []
        assert list(store.read(KEY, start=size, length=5)) == []

    def test_read_range_of_another_version(self, store: ObjectStore) -> None:
        """A range of a version that was replaced meanwhile is not read."""
        first = store.put(KEY, b"first")
        store.put(KEY, b"later")
        with pytest.raises(PreconditionFailedError):
            next(store.read(KEY, start=1, length=2, if_match=first.etag))

    def test_excerpt(self, store: ObjectStore) -> None:
        """A range comes with the object that it is of, wherever it lies."""
        data = noise(2 * MIB + 5)
        store.put(KEY, data, metadata={"write-token": "f00d"})
        head = store.head(KEY)
        for start, length in ((0, 5), (3, MIB + 1), (len(data) - 2, 2), (len(data) - 2, MIB)):
            got = store.excerpt(KEY, start=start, length=length)
            assert got.data == data[start : start + length]
            assert got.object == head
        beyond = store.excerpt(KEY, start=len(data), length=5)
        assert (beyond.object, beyond.data) == (head, b"")

    def test_excerpt_of_nothing(self, store: ObjectStore) -> None:
        """An absent object has no excerpt; an empty one an empty one."""
        with pytest.raises(ObjectNotFoundError):
            store.excerpt(KEY, start=0, length=5)
        store.put(KEY, b"")
        assert store.excerpt(KEY, start=0, length=5).data == b""

    def test_read_empty(self, store: ObjectStore) -> None:
        """An object without content has no blocks."""
        store.put(KEY, b"")
        assert list(store.read(KEY)) == []

    def test_read_nothing(self, store: ObjectStore) -> None:
        """An absent object is noticed at the first block."""
        blocks = store.read(KEY)
        with pytest.raises(ObjectNotFoundError):
            next(blocks)

    def test_read_if_match(self, store: ObjectStore) -> None:
        """Another version than the expected one is not read."""
        first = store.put(KEY, b"first")
        assert b"".join(store.read(KEY, if_match=first.etag)) == b"first"
        store.put(KEY, b"second")
        with pytest.raises(PreconditionFailedError):
            next(store.read(KEY, if_match=first.etag))

    def test_read_given_up(self, store: ObjectStore) -> None:
        """A reader may stop early; the store works on."""
        store.put(KEY, noise(4 * MIB))
        blocks = store.read(KEY)
        next(blocks)
        del blocks
        assert store.head(KEY)

    # uploads

    @pytest.mark.parametrize("size", ["none", "small", "large"])
    def test_upload(self, store: ObjectStore, size: str) -> None:
        """Content of any size arrives whole, with metadata, and is counted as it is sent."""
        data = noise({"none": 0, "small": 70_000, "large": self.large}[size])
        metadata, sent = token(), list[int]()
        started = start(store, len(data), metadata=metadata, on_sent=sent.append)
        write(started, data)
        stored = started.complete()
        started.abort()
        assert (stored.key, stored.size) == (KEY, len(data))
        assert dict(stored.metadata) == metadata
        assert stored == store.head(KEY)
        assert content(store, KEY) == data
        assert sum(sent) == len(data)

    @pytest.mark.parametrize("size", ["small", "large"])
    def test_upload_at_a_pace(self, store: ObjectStore, size: str) -> None:
        """Nothing goes out that was not allowed to, and it counts as it goes: evenly."""
        data = noise({"small": 70_000, "large": self.large}[size])
        pace, sent = CountingPace(50_000), list[int]()
        started = start(store, len(data), on_sent=sent.append, pace=pace)
        write(started, data)
        started.complete()
        started.abort()
        assert content(store, KEY) == data
        assert sum(pace.allowed) == len(data)
        assert pace.allowed == sent

    def test_flush(self, store: ObjectStore) -> None:
        """All parts have arrived then, and nothing is seen; what comes after is not lost."""
        data, sent = noise(self.large), list[int]()
        started = start(store, len(data), on_sent=sent.append)
        write(started, data)
        started.flush()
        assert (sum(sent), store.head(KEY)) == (len(data), None)
        started.complete()
        assert content(store, KEY) == data

    def test_upload_is_invisible(self, store: ObjectStore) -> None:
        """Nothing is seen before completion."""
        started = start(store, self.large)
        write(started, noise(self.large))
        assert store.head(KEY) is None
        assert list(store.list("")) == []
        assert list(store.list_prefixes("")) == []
        started.abort()

    @pytest.mark.parametrize("size", ["small", "large"])
    def test_abort(self, store: ObjectStore, size: str) -> None:
        """An aborted upload leaves nothing, however often it is aborted."""
        started = start(store, self.large)
        write(started, noise(100 if size == "small" else self.large))
        assert started.abort()
        assert started.abort()
        assert store.head(KEY) is None
        assert list(store.list("")) == []

    @pytest.mark.parametrize("size", ["small", "large"])
    def test_upload_creates(self, store: ObjectStore, size: str) -> None:
        """An upload never replaces what is there."""
        store.put(KEY, b"theirs", metadata={"write-token": "theirs"})
        with pytest.raises(PreconditionFailedError):
            upload(store, noise(100 if size == "small" else self.large))
        assert content(store, KEY) == b"theirs"

    @pytest.mark.parametrize("size", ["small", "large"])
    def test_upload_if_match(self, store: ObjectStore, size: str) -> None:
        """An upload replaces exactly the version that it was told to."""
        data = noise(100 if size == "small" else self.large)
        first = store.put(KEY, b"first")
        second = store.put(KEY, b"second")
        with pytest.raises(PreconditionFailedError):
            upload(store, data, if_match=first.etag)
        assert content(store, KEY) == b"second"
        stored = upload(store, data, if_match=second.etag)
        assert stored.etag != second.etag
        assert content(store, KEY) == data

    def test_upload_if_match_of_nothing(self, store: ObjectStore) -> None:
        """A version that is gone cannot be replaced."""
        with pytest.raises(PreconditionFailedError):
            upload(store, b"data", if_match="0-0")
        assert store.head(KEY) is None

    # copies

    def test_copy(self, store: ObjectStore) -> None:
        """A copy has content and metadata of its source, and its own life."""
        metadata = token()
        upload(store, b"data", metadata=metadata)
        copied = store.copy(KEY, OTHER)
        assert (copied.key, copied.size, dict(copied.metadata)) == (OTHER, 4, metadata)
        assert copied == store.head(OTHER)
        store.put(KEY, b"newer", metadata={"write-token": "newer"})
        head = store.head(OTHER)
        assert head
        assert dict(head.metadata) == metadata
        store.delete(KEY)
        assert content(store, OTHER) == b"data"

    def test_copy_creates(self, store: ObjectStore) -> None:
        """A copy never replaces what is there."""
        store.put(KEY, b"data")
        store.put(OTHER, b"theirs")
        with pytest.raises(PreconditionFailedError):
            store.copy(KEY, OTHER)
        assert content(store, OTHER) == b"theirs"

    def test_copy_with_metadata(self, store: ObjectStore) -> None:
        """A copy can have metadata of its own; the source keeps what it has."""
        theirs, ours = token(), token()
        upload(store, b"data", metadata=theirs)
        copied = store.copy(KEY, OTHER, metadata=ours)
        assert dict(copied.metadata) == ours
        for key, metadata in ((KEY, theirs), (OTHER, ours)):
            head = store.head(key)
            assert head
            assert (dict(head.metadata), content(store, key)) == (metadata, b"data")

    def test_copy_of_a_version(self, store: ObjectStore) -> None:
        """A source that was replaced meanwhile is not copied."""
        first = store.put(KEY, b"first")
        second = store.put(KEY, b"second")
        with pytest.raises(PreconditionFailedError):
            store.copy(KEY, OTHER, source_etag=first.etag)
        assert store.head(OTHER) is None
        copied = store.copy(KEY, OTHER, source_etag=second.etag)
        assert copied.size == 6
        with pytest.raises(PreconditionFailedError):
            store.copy(KEY, OTHER, source_etag=first.etag, if_match=copied.etag)
        assert store.head(OTHER) == copied

    def test_copy_replaces(self, store: ObjectStore) -> None:
        """Exactly the known version is replaced, with a new etag, and only where it lies."""
        store.put(KEY, b"data")
        first = store.put(OTHER, b"first")
        second = store.put(OTHER, b"second")
        with pytest.raises(PreconditionFailedError):
            store.copy(KEY, OTHER, if_match=first.etag)
        assert content(store, OTHER) == b"second"
        copied = store.copy(KEY, OTHER, if_match=second.etag, metadata=token())
        assert copied == store.head(OTHER)
        assert copied.etag not in {first.etag, second.etag}
        assert content(store, OTHER) == content(store, KEY) == b"data"
        store.delete(OTHER)
        with pytest.raises(PreconditionFailedError):
            store.copy(KEY, OTHER, if_match=copied.etag)

    def test_copy_of_nothing(self, store: ObjectStore) -> None:
        """What is not there cannot be copied."""
        with pytest.raises(ObjectNotFoundError):
            store.copy(KEY, OTHER)
        assert store.head(OTHER) is None

    # listings

    def test_list(self, store: ObjectStore) -> None:
        """Objects below a prefix come in the order of their keys, over all pages."""
        names = ["A", "a-b", "a.b", "a/b", "a/c/d", "a0", "b c+%25&=?#'", "~"]
        for name in reversed(names):
            store.put(f"jobs/{name}", name.encode())
        listed = list(store.list("jobs/"))
        assert [stored.key for stored in listed] == [f"jobs/{name}" for name in names]
        for stored in listed:
            head = store.head(stored.key)
            assert head
            assert (stored.size, stored.etag) == (head.size, head.etag)
            assert dict(stored.metadata) == {}

    def test_list_part_of_name(self, store: ObjectStore) -> None:
        """A prefix may end within a name."""
        for name in ("run_4_results.v0001.json", "run_4_results.zip", "run_41_results.zip"):
            store.put(f"jobs/7/{name}", b"x")
        assert [s.key for s in store.list("jobs/7/run_4_results.v")] == [
            "jobs/7/run_4_results.v0001.json"
        ]
        assert [s.key for s in store.list("jobs/8")] == []

    def test_list_behind_a_key(self, store: ObjectStore) -> None:
        """Also when there is no such key, and when it lies within what looks like a directory."""
        names = ["1/a", "1/b/c", "1/b/d", "1-", "10", "2"]
        for name in names:
            store.put(f"jobs/{name}", b"x")
        names.sort()
        for after in ["", *names, "0", "1/", "1/b", "1/b/", "1/b/cc", "1/z", "15", "3"]:
            listed = [stored.key for stored in store.list("jobs/", after=f"jobs/{after}")]
            assert listed == [f"jobs/{name}" for name in names if name > after]
        assert [stored.key for stored in store.list("jobs/1/", after="jobs/1/b/c")] == [
            "jobs/1/b/d"
        ]
        assert list(store.list("jobs/1", after="k")) == []

    def test_list_prefixes(self, store: ObjectStore) -> None:
        """Only what is directly below, only once, in order."""
        for key in ("jobs/2/a", "jobs/10/a/b", "jobs/10/c", "jobs/file", "other/x"):
            store.put(key, b"x")
        assert list(store.list_prefixes("jobs/")) == ["jobs/10/", "jobs/2/"]
        assert list(store.list_prefixes("jobs/1")) == ["jobs/10/"]
        assert list(store.list_prefixes("")) == ["jobs/", "other/"]
        assert list(store.list_prefixes("jobs/10/c/")) == []

    # unfinished uploads

    def test_pending_uploads(self, store: ObjectStore) -> None:
        """What was begun and suspended is listed until it is freed, where it is kept at all."""
        session = NewSession()
        started = store.start_upload(
            KEY, size_bound=self.large, metadata=token(), on_sent=lambda _: None, session=session
        )
        write(started, noise(self.large))
        started.suspend()
        kept = [(KEY, session.open.upload_id)] if session.open else []
        found = list(store.pending_uploads("jobs/7/"))
        assert [(pending.key, pending.upload_id) for pending in found] == kept
        assert all(pending.started_at.tzinfo for pending in found)
        assert list(store.pending_uploads("jobs/8/")) == []
        for pending in found:
            store.discard_upload(pending.key, pending.upload_id)
        assert list(store.pending_uploads("")) == []
        assert store.head(KEY) is None

    def test_nothing_is_pending(self, store: ObjectStore) -> None:
        """Neither a finished upload nor one that was given up."""
        upload(store, noise(self.large))
        given_up = start(store, self.large, OTHER)
        write(given_up, noise(self.large))
        given_up.abort()
        assert list(store.pending_uploads("")) == []

    def test_now(self, store: ObjectStore) -> None:
        """The clock of the store is that of its objects."""
        store.put(KEY, b"x")
        assert abs(store.now() - content_time(store)) < timedelta(minutes=5)

    # deleting

    def test_delete(self, store: ObjectStore) -> None:
        """A deleted object is gone from every view, its neighbours are not."""
        store.put(KEY, b"x", metadata={"write-token": "1"})
        store.put("jobs/8/a", b"x")
        store.delete(KEY)
        store.delete(KEY)
        assert store.head(KEY) is None
        assert [stored.key for stored in store.list("")] == ["jobs/8/a"]
        assert list(store.list_prefixes("jobs/")) == ["jobs/8/"]

    def test_delete_if_match(self, store: ObjectStore) -> None:
        """A version that was replaced meanwhile is not deleted."""
        first = store.put(KEY, b"first")
        second = store.put(KEY, b"second")
        with pytest.raises(PreconditionFailedError):
            store.delete(KEY, if_match=first.etag)
        assert content(store, KEY) == b"second"
        store.delete(KEY, if_match=second.etag)
        assert store.head(KEY) is None
        store.delete(KEY, if_match=second.etag)

    def test_delete_and_create(self, store: ObjectStore) -> None:
        """A key can be used again; nothing of the old object comes back."""
        store.put(KEY, b"x", metadata={"write-token": "1"})
        store.delete(KEY)
        store.put(KEY, b"x", if_absent=True)
        head = store.head(KEY)
        assert head
        assert dict(head.metadata) == {}

    # several at a time

    @pytest.mark.parametrize("way", ["put", "upload"])
    def test_one_winner(self, store: ObjectStore, way: str) -> None:
        """Of eight that create a key at the same time, one does, and its content stays."""
        barrier = Barrier(8)

        def create(number: int) -> int | None:
            data = b"%d" % number
            metadata = token()
            barrier.wait(30)
            try:
                if way == "put":
                    store.put(KEY, data, if_absent=True, metadata=metadata)
                else:
                    upload(store, data, metadata=metadata)
            except PreconditionFailedError:
                return None
            return number

        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(create, range(8)))
        winners = [number for number in results if number is not None]
        assert len(winners) == 1
        assert content(store, KEY) == b"%d" % winners[0]

    # the rest

    def test_check(self, store: ObjectStore) -> None:
        """A store that works says so, and looking at it changes nothing."""
        store.check()
        assert list(store.list("")) == []

    def test_url(self, store: ObjectStore) -> None:
        """An object's URL begins with the location of its store."""
        assert store.url(KEY) == f"{store.location}/{KEY}"
        assert store.url("jobs/12/") == f"{store.location}/jobs/12/"

    def test_link(self, store: ObjectStore) -> None:
        """It names the object, which need not exist, and shows itself to nobody who prints it."""
        url = store.presign(KEY, LinkMethod.GET, expires_seconds=60)
        assert KEY in url.reveal()
        assert KEY not in f"{url} {url!r}"

    def test_close(self, store: ObjectStore) -> None:
        """A store can be closed twice, with an upload still open."""
        started = start(store, self.large)
        write(started, noise(self.large))
        store.close()
        store.close()
        started.abort()
