"""What is particular to the store on a directory."""

import contextlib
import errno
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from core.errors import (
    BucketNotFoundError,
    PreconditionFailedError,
    StoreAccessDeniedError,
    StoreConnectionError,
    StoreError,
)
from core.ports.object_store import Upload
from core.ports.presigned_url import LinkMethod
from storage.files.durable_files import make_directories
from storage.local.errors import os_errors
from storage.local.metadata import LocalMetadata
from storage.local.store import LocalStore
from tests.full_disk import full_disk
from tests.storage import crashing_writer
from tests.storage.crashing_writer import KEY, OTHER

PROJECT = Path(__file__).parents[3]
OLD = ["old!", {"write-token": "old"}]
NEW = ["new", {"write-token": "new"}]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "store"


def test_links(tmp_path: Path) -> None:
    """To fetch, the file itself, whatever its directory is called; to store, none."""
    store = LocalStore(str(tmp_path / "a #1 ☂ store"))
    store.put(KEY, b"content")
    url = store.presign(KEY, LinkMethod.GET, expires_seconds=60).reveal()
    with urllib.request.urlopen(url) as file:  # noqa: S310 - a file of ours
        assert file.read() == b"content"
    with pytest.raises(StoreError, match="takes no uploads by link"):
        store.presign(KEY, LinkMethod.PUT, expires_seconds=60)


@pytest.fixture
def store(root: Path) -> LocalStore:
    return LocalStore(str(root))


def files(directory: Path) -> list[str]:
    """All files below, hidden ones as well."""
    return sorted(str(p.relative_to(directory)) for p in directory.rglob("*") if p.is_file())


def start(store: LocalStore, key: str = KEY) -> Upload:
    return store.start_upload(
        key, size_bound=10, metadata={"write-token": "1"}, on_sent=lambda _: None
    )


def sidecar(root: Path) -> Path:
    """The file that holds the only object's metadata."""
    (found,) = (root / ".runferry/metadata").rglob("*.json")
    return found


@pytest.mark.parametrize(
    ("content", "left"),
    [
        (b"", {}),
        (b"\xff\xfe{}", {}),
        (b"[" * 60_000, {}),
        (b'{"metadata": "' + b"x" * (1 << 20) + b'"}', {}),
        (b"[]", {}),
        (b'{"metadata": [1, 2]}', {}),
        (b'{"metadata": null}', {}),
        (b'{"metadata": {"write-token": 5, "sha256": null, "origin": "x"}}', {"origin": "x"}),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_edited_metadata(
    store: LocalStore, root: Path, content: bytes, left: dict[str, str]
) -> None:
    """Metadata that somebody edited counts as far as it is metadata; the object is there."""
    store.put(KEY, b"content", metadata={"write-token": "1"})
    sidecar(root).write_bytes(content)
    found = store.head(KEY)
    assert found
    assert found.metadata == left
    assert store.excerpt(KEY, start=0, length=9).object.metadata == left


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo, partial(os.symlink, "nowhere")])
def test_metadata_that_is_no_file(
    store: LocalStore, root: Path, make: Callable[[Path], None]
) -> None:
    """Nothing is waited for, and nothing is followed."""
    store.put(KEY, b"content", metadata={"write-token": "1"})
    path = sidecar(root)
    path.unlink()
    make(path)
    found = store.head(KEY)
    assert found
    assert found.metadata == {}


@pytest.mark.parametrize("seconds", [-(10**9), 10**10, 10**12])
def test_time_that_no_calendar_has(store: LocalStore, root: Path, seconds: int) -> None:
    """A file may be of any time: it is listed, read and replaced like the others."""
    store.put(KEY, b"content")
    os.utime(root / KEY, (seconds, seconds))
    (listed,) = store.list("")
    assert listed == store.head(KEY)
    replaced = store.put(KEY, b"longer than before", if_match=listed.etag)
    assert replaced.etag != listed.etag


class TestFiles:
    def test_objects_are_files(self, store: LocalStore, root: Path) -> None:
        """Content is under its key, readable for others; the rest is in one hidden place."""
        store.put(KEY, b"content", metadata={"write-token": "1"})
        assert (root / KEY).read_bytes() == b"content"
        umask = os.umask(0)
        os.umask(umask)
        assert (root / KEY).stat().st_mode & 0o777 == 0o666 & ~umask
        assert {name.split("/")[0] for name in files(root)} == {"jobs", ".runferry"}

    def test_layout_on_disk(self, store: LocalStore, root: Path) -> None:
        """Stores that are there already stay readable: these names and contents are for ever."""
        digest = "5c59b0bfacfc9ed99818f3932463ecf575e6d48ca38608b50901ef0f74a11457"
        sidecar = root / f".runferry/metadata/5c/{digest}/18795ff4c9e70000-7.json"
        for path, data in (
            (root / "jobs/7/run_4_results.zip", b"content"),
            (sidecar, b'{"key": "jobs/7/run_4_results.zip", "metadata": {"write-token": "1"}}'),
        ):
            path.parent.mkdir(parents=True)
            path.write_bytes(data)
        os.utime(root / KEY, ns=(0, 0x18795FF4C9E70000))
        found = store.head(KEY)
        assert found
        assert (found.etag, found.metadata) == ("18795ff4c9e70000-7", {"write-token": "1"})
        replaced = store.put(KEY, b"newer", if_match=found.etag, metadata={"write-token": "2"})
        assert files(root) == [
            ".runferry/lock",
            f".runferry/metadata/5c/{digest}/{replaced.etag}.json",
            "jobs/7/run_4_results.zip",
        ]

    def test_nothing_piles_up(self, store: LocalStore, root: Path) -> None:
        """Replacing and deleting leave no file behind."""
        store.put(KEY, b"0", metadata={"n": "0"})
        count = len(files(root))
        for number in range(5):
            store.put(KEY, b"%d" % number, metadata={"n": str(number)})
        assert len(files(root)) == count
        store.delete(KEY)
        assert files(root) == [".runferry/lock"]
        assert not (root / "jobs").exists()

    def test_etags_differ(self, store: LocalStore) -> None:
        """Contents of one size have different etags, however fast they follow each other."""
        etags = [store.put(KEY, b"%02d" % number).etag for number in range(50)]
        assert len(set(etags)) == len(etags)

    def test_clock_stands_still(self, store: LocalStore, monkeypatch: pytest.MonkeyPatch) -> None:
        """Contents written at the same moment have different etags, and no etag comes back."""
        monkeypatch.setattr("storage.local.drafts.time.time_ns", lambda: 1_763_640_000_000_000_000)
        etags = [store.put(KEY, b"%02d" % number).etag for number in range(9)]
        assert len(set(etags)) == len(etags)

    def test_copies_are_links(self, store: LocalStore, root: Path) -> None:
        """A copy takes no space."""
        store.put(KEY, b"x")
        store.copy(KEY, OTHER)
        assert (root / KEY).samefile(root / OTHER)

    @pytest.mark.parametrize("copies", ["kernel", "refused", "unknown"])
    def test_without_links(
        self, store: LocalStore, root: Path, monkeypatch: pytest.MonkeyPatch, copies: str
    ) -> None:
        """Where the file system has no hard links, everything works by renames and copies."""

        def no_links(*_: object) -> None:
            raise OSError(errno.EPERM, "no links here")

        def no_copies(*_: object) -> None:
            raise OSError(errno.EXDEV, "no copies here")

        monkeypatch.setattr(os, "link", no_links)
        if copies != "kernel":
            monkeypatch.setattr(os, "copy_file_range", no_copies, raising=False)
        if copies == "unknown":
            monkeypatch.delattr(os, "copy_file_range")
        store.put(KEY, b"x", metadata={"write-token": "1"}, if_absent=True)
        with pytest.raises(PreconditionFailedError):
            store.put(KEY, b"y", if_absent=True)
        copied = store.copy(KEY, OTHER)
        assert dict(copied.metadata) == {"write-token": "1"}
        assert (root / OTHER).read_bytes() == b"x"
        assert not (root / KEY).samefile(root / OTHER)
        large = b"0123456789" * 300_000
        store.put(KEY, large)
        store.copy(KEY, OTHER, if_match=copied.etag)
        assert (root / OTHER).read_bytes() == large

    def test_reader_keeps_its_version(self, store: LocalStore) -> None:
        """Who reads an object that is replaced reads on in the old one."""
        store.put(KEY, b"a" * (2 << 20))
        blocks = store.read(KEY)
        first = next(blocks)
        store.put(KEY, b"b" * (2 << 20))
        assert set(first + b"".join(blocks)) == {ord("a")}


class TestForeignFiles:
    def test_files_of_others(self, store: LocalStore, root: Path) -> None:
        """What another program puts into the directory is an object without metadata."""
        store.put("jobs/1/a", b"x")
        (root / "jobs/1/b").write_bytes(b"theirs")
        head = store.head("jobs/1/b")
        assert head
        assert (head.size, dict(head.metadata)) == (6, {})
        assert b"".join(store.read("jobs/1/b")) == b"theirs"
        assert [stored.key for stored in store.list("")] == ["jobs/1/a", "jobs/1/b"]

    def test_no_objects(self, store: LocalStore, root: Path) -> None:
        """Links, pipes, empty directories and names that nobody can write are not listed."""
        store.put("jobs/1/a", b"x")
        (root / "jobs/1/link").symlink_to(root / "jobs/1/a")
        (root / "jobs/1/loop").symlink_to(root / "jobs")
        (root / "jobs/2").mkdir()
        os.mkfifo(root / "jobs/1/pipe")
        (root / "jobs/1/line\nbreak").touch()
        (root / os.fsdecode(b"jobs/1/\xff")).touch()
        assert [stored.key for stored in store.list("")] == ["jobs/1/a"]
        assert list(store.list_prefixes("jobs/")) == ["jobs/1/"]
        assert store.head("jobs/1/link") is None
        assert store.head("jobs/1/pipe") is None

    def test_changed_by_others(self, store: LocalStore, root: Path) -> None:
        """Content that was changed behind our back does not keep our metadata."""
        store.put(KEY, b"ours", metadata={"write-token": "1"})
        (root / KEY).write_bytes(b"theirs")
        head = store.head(KEY)
        assert head
        assert dict(head.metadata) == {}

    def test_backup(self, store: LocalStore, root: Path, tmp_path: Path) -> None:
        """A store that was moved to another disk has its metadata."""
        store.put(KEY, b"x", metadata={"write-token": "1"})
        shutil.copytree(root, tmp_path / "moved")
        head = LocalStore(str(tmp_path / "moved")).head(KEY)
        assert head
        assert dict(head.metadata) == {"write-token": "1"}

    def test_faster_program(
        self, store: LocalStore, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A file that another program puts there in the last moment is not replaced."""

        def meanwhile(path: str) -> None:
            make_directories(path)
            if not path.startswith(str(root / ".runferry")):
                (root / KEY).write_bytes(b"theirs")

        monkeypatch.setattr("storage.local.objects.make_directories", meanwhile)
        with pytest.raises(PreconditionFailedError, match="another program"):
            store.put(KEY, b"ours")
        assert (root / KEY).read_bytes() == b"theirs"

    def test_damaged_metadata(self, store: LocalStore, root: Path) -> None:
        """Metadata that cannot be read is as good as none."""
        store.put(KEY, b"x", metadata={"write-token": "1"})
        for file in (root / ".runferry/metadata").rglob("*.json"):
            file.write_text("{")
        head = store.head(KEY)
        assert head
        assert dict(head.metadata) == {}


class TestKeys:
    @pytest.mark.parametrize(
        "key",
        [
            "",
            "/jobs/a",
            "jobs//a",
            "jobs/a/",
            "jobs/../../a",
            "./a",
            "jobs/.",
            ".runferry/lock",
            "jobs/a\nb",
            "jobs/a\x00b",
            "jobs/\udcff",
            "x" * 300,
            "x/" * 600 + "x",
        ],
    )
    def test_refused(self, store: LocalStore, tmp_path: Path, key: str) -> None:
        """A key that could lead out of the store, or that no file system takes, is refused."""
        store.put(KEY, b"x")
        before = files(tmp_path)
        for use in (
            lambda: store.put(key, b"y"),
            lambda: store.copy(KEY, key),
            lambda: start(store, key).complete(),
            lambda: store.delete(key),
        ):
            with pytest.raises(StoreError):
                use()
        assert [name for name in files(tmp_path) if "drafts" not in name] == before

    @pytest.mark.parametrize("prefix", ["../", "/", "jobs/../", ".runferry/", "jobs//"])
    def test_prefixes(self, store: LocalStore, prefix: str) -> None:
        """Listings do not lead out of the store either."""
        store.put(KEY, b"x")
        with pytest.raises(StoreError):
            list(store.list(prefix))
        with pytest.raises(StoreError):
            list(store.list_prefixes(prefix))

    def test_object_in_the_way(self, store: LocalStore) -> None:
        """A key below an object cannot be stored, and says so."""
        store.put("jobs/a", b"x")
        with pytest.raises(StoreError):
            store.put("jobs/a/b", b"y")
        assert store.head("jobs/a/b") is None


class TestRoot:
    def test_created(self, store: LocalStore, root: Path) -> None:
        """The first use makes the directory, not the constructor."""
        assert not root.exists()
        assert list(store.list("")) == []
        assert root.is_dir()

    def test_not_a_directory(self, store: LocalStore, root: Path) -> None:
        """A file in the place of the store is an error at once."""
        root.write_text("not a directory")
        with pytest.raises(StoreError, match=str(root)):
            store.check()

    def test_gone(self, store: LocalStore, root: Path) -> None:
        """A store whose disk was unmounted does not pass for an empty one, nor begins anew."""
        store.put(KEY, b"x")
        shutil.rmtree(root)
        for mounted in (False, True):
            if mounted:
                root.mkdir()
            for use in (
                lambda: store.head(KEY),
                lambda: list(store.list("")),
                lambda: store.put(KEY, b"y"),
                store.check,
            ):
                with pytest.raises(BucketNotFoundError, match="no longer there"):
                    use()
        assert files(root) == []

    @pytest.mark.skipif(not os.path.isdir("/sys"), reason="needs a directory closed to root")
    def test_denied(self) -> None:
        """Where the directory may not be made, the message says where and what to do."""
        with pytest.raises(StoreAccessDeniedError, match=r"/sys/runferry.*choose another"):
            LocalStore("/sys/runferry/store").check()

    def test_nobody_uses_its_own_yet(self, tmp_path: Path) -> None:
        """A look makes nothing."""
        store = LocalStore(str(tmp_path / "store"), own=True)
        assert (store.head(KEY), [*store.list("")], [*store.list_prefixes("jobs/")]) == (
            None,
            [],
            [],
        )
        store.check()
        assert not os.listdir(tmp_path)

    def test_a_file_in_the_way_of_its_own(self, tmp_path: Path) -> None:
        """It is not a store without objects: nothing could ever be in it."""
        (tmp_path / "home").touch()
        store = LocalStore(str(tmp_path / "home/store"), own=True)
        with pytest.raises(BucketNotFoundError, match="a file is in the way"):
            list(store.list(""))

    @pytest.mark.skipif(not os.path.isdir("/sys"), reason="needs a directory closed to root")
    def test_no_room_for_its_own(self) -> None:
        """RunFerry's own store is empty then; a place that somebody named may be missing."""
        own, named = (LocalStore("/sys/runferry/store", own=own) for own in (True, False))
        for _ in range(2):
            assert (own.head(KEY), [*own.list("")], [*own.list_prefixes("jobs/")]) == (None, [], [])
        for use in (partial(own.put, KEY, b"x"), own.check, partial(named.head, KEY)):
            with pytest.raises(StoreAccessDeniedError, match="choose another"):
                use()

    @pytest.mark.parametrize(
        ("number", "kind", "says"),
        [
            (errno.ENOSPC, StoreError, "full"),
            (errno.EDQUOT, StoreError, "full"),
            (errno.EACCES, StoreAccessDeniedError, "permission"),
            (errno.EROFS, StoreAccessDeniedError, "Read-only"),
            (errno.ESTALE, StoreConnectionError, "did not answer"),
            (errno.ENOLCK, StoreError, "locks"),
            (errno.ELOOP, StoreError, "symbolic links"),
        ],
    )
    def test_errors(self, number: int, kind: type[StoreError], says: str) -> None:
        """Errors of the operating system say what was tried, where, and why it failed."""
        with pytest.raises(kind, match=says) as caught, os_errors("/data/store", "storing a"):
            raise OSError(number, os.strerror(number), "/data/store/a")
        assert "/data/store" in str(caught.value)

    def test_disk_full(self, store: LocalStore, root: Path) -> None:
        """An upload that does not fit fails, and what was written is freed again."""
        upload = start(store)
        with full_disk(2 << 20), pytest.raises(StoreError, match="full"):
            upload.write(bytes(3 << 20))
        upload.abort()
        assert files(root) == [".runferry/lock"]
        assert store.put(KEY, b"small").size == 5


class TestProcesses:
    def test_completion_repeated(self, store: LocalStore) -> None:
        """Who completes again what was stored, but not confirmed, finds it stored."""
        upload = start(store)
        upload.write(b"data")
        store.put(KEY, b"data", metadata={"write-token": "1"})
        assert upload.complete() == store.head(KEY)
        upload.abort()

    def test_consistent_views(self, store: LocalStore) -> None:
        """A reader never sees the metadata of one version with the size of another."""
        written = Event()

        def write() -> None:
            for number in range(150):
                store.put(KEY, bytes(number), metadata={"size": str(number)})
            written.set()

        store.put(KEY, b"", metadata={"size": "0"})
        with ThreadPoolExecutor(1) as pool:
            writing = pool.submit(write)
            while not written.is_set() and not writing.done():
                head = store.head(KEY)
                assert head
                assert dict(head.metadata) == {"size": str(head.size)}
            writing.result()

    def test_replaced_between_two_looks(
        self, store: LocalStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Metadata that vanish with their version are not missing: there is a newer version."""
        looked = Event()
        read = LocalMetadata.read

        def slow_read(self: LocalMetadata, key: str, etag: str) -> Mapping[str, str]:
            if not looked.is_set():
                looked.set()
                store.put(KEY, b"newer", metadata={"size": "5"})
            return read(self, key, etag)

        store.put(KEY, b"", metadata={"size": "0"})
        monkeypatch.setattr(LocalMetadata, "read", slow_read)
        head = store.head(KEY)
        assert head
        assert (head.size, dict(head.metadata)) == (5, {"size": "5"})

    def test_counters(self, store: LocalStore, root: Path) -> None:
        """Whoever replaces a known version never overwrites what it has not seen."""

        def count(store: LocalStore) -> None:
            counted = 0
            while counted < 15:
                head = store.head(KEY)
                assert head
                value = int(b"".join(store.read(KEY)))
                with contextlib.suppress(PreconditionFailedError):
                    store.put(KEY, b"%04d" % (value + 1), if_match=head.etag)
                    counted += 1

        store.put(KEY, b"0000")
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(count, [store, store, LocalStore(str(root)), LocalStore(str(root))]))
        assert b"".join(store.read(KEY)) == b"0060"

    def test_drafts_of_the_dead(self, store: LocalStore, root: Path) -> None:
        """The draft of a killed process is removed, that of a living upload is not."""
        code = (
            "import os, sys; from storage.local.store import LocalStore\n"
            "upload = LocalStore(sys.argv[1]).start_upload("
            "'k', size_bound=9, metadata={}, on_sent=lambda _: None)\n"
            "upload.write(b'x'); os.kill(os.getpid(), 9)"
        )
        alive = start(store)
        alive.write(b"alive")
        subprocess.run([sys.executable, "-c", code, str(root)], cwd=PROJECT, check=False)
        drafts = root / ".runferry/drafts"
        assert len(files(drafts)) == 2
        LocalStore(str(root)).put("jobs/a", b"x")
        assert len(files(drafts)) == 1
        assert alive.complete().size == 5

    def test_claims(self, root: Path) -> None:
        """Of several processes that claim the same keys, each key goes to one."""
        code = (
            "import sys; from storage.local.store import LocalStore\n"
            "from core.errors import PreconditionFailedError\n"
            "store, won = LocalStore(sys.argv[1]), 0\n"
            "sys.stdin.readline()\n"
            "for number in range(40):\n"
            "    try: store.put(f'claims/{number}', b'x', if_absent=True); won += 1\n"
            "    except PreconditionFailedError: pass\n"
            "print(won)"
        )
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", code, str(root)],
                cwd=PROJECT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(3)
        ]
        won = [int(process.communicate("go\n")[0]) for process in processes]
        assert sum(won) == 40
        assert len(list(LocalStore(str(root)).list("claims/"))) == 40


class TestCrashes:
    """A process that dies before any of its system calls leaves the old or the new state."""

    def lives(self, root: Path, operation: str) -> list[dict[str, Any]]:
        """What is found after each death; the last life came to its end."""
        done = subprocess.run(
            [sys.executable, "-m", crashing_writer.__name__, str(root), operation],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            check=True,
        )
        found = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(found) > 5
        assert {life.pop("drafts") for life in found} == {0}
        assert found[-1].pop("status") == 0
        return found

    def assert_either(
        self, lives: list[dict[str, Any]], before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        """Nothing but the two states is ever seen; the first death is too early for a change."""
        seen = [{name: life[name] for name in ("objects", "prefixes")} for life in lives]
        assert all(state in (before, after) for state in seen), seen
        assert seen[0] == before
        assert seen[-1] == after

    def test_put(self, root: Path) -> None:
        """A replaced object is the old one or the new one, each with its own metadata."""
        before, after = ({"objects": {KEY: v}, "prefixes": ["jobs/7/"]} for v in (OLD, NEW))
        self.assert_either(self.lives(root, "put"), before, after)

    def test_upload(self, root: Path) -> None:
        """A new object is there as a whole, or not at all."""
        before = {"objects": {KEY: OLD}, "prefixes": ["jobs/7/"]}
        after = {"objects": {KEY: OLD, OTHER: NEW}, "prefixes": ["jobs/7/", "jobs/8/"]}
        self.assert_either(self.lives(root, "upload"), before, after)

    def test_copy(self, root: Path) -> None:
        """A copy is there with its metadata, or not at all; the source is as it was."""
        before = {"objects": {KEY: OLD}, "prefixes": ["jobs/7/"]}
        after = {"objects": {KEY: OLD, OTHER: OLD}, "prefixes": ["jobs/7/", "jobs/8/"]}
        self.assert_either(self.lives(root, "copy"), before, after)

    def test_delete(self, root: Path) -> None:
        """A deleted object is gone, or still there with its metadata."""
        before = {"objects": {KEY: OLD}, "prefixes": ["jobs/7/"]}
        after: dict[str, Any] = {"objects": {}, "prefixes": []}
        self.assert_either(self.lives(root, "delete"), before, after)
