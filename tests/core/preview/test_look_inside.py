"""A stored archive is looked into, and seen again when there is no store."""

import io
import zipfile

import pytest

from core.download.pieces import FIRST_PIECE
from core.download.read_members import ReadMembers
from core.errors import (
    ArtifactNotFoundError,
    CatalogError,
    ObjectNotFoundError,
    PreconditionFailedError,
    RunFerryError,
    StoreAccessDeniedError,
    StoreConnectionError,
    UnsafeArchiveError,
)
from core.model import Artifact, ArtifactKind
from core.preview.look_inside import LookInside
from storage.packing.zip_reader import ZipArchiveReader
from tests.contracts.object_store_contract import KEY, noise
from tests.core.asked_store import AskedStore
from tests.fakes.catalog import FakeCatalog
from tests.fakes.clock import FixedClock
from tests.fakes.members_cache import FakeMembersCache

LARGE = noise(9 << 20)


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr("RUN4/out.csv", LARGE)
        target.writestr("RUN4/DAILY/Date.txt", b"0 2020-01-01\n")
        target.writestr("RUN4/padding", noise(200_000))
    return buffer.getvalue()


ZIP = archive()


class Bench:
    """A store with one archive."""

    def __init__(self) -> None:
        self.store = AskedStore()
        self.cache = FakeMembersCache()
        self.clock = FixedClock()
        members = ReadMembers(self.store, FakeCatalog(), ZipArchiveReader(), lambda: None)
        self.look_inside = LookInside(members, self.cache, self.clock)

    def put(self, data: bytes = ZIP, sha256: str = "5b" * 32) -> Artifact:
        stored = self.store.put(KEY, data)
        kind = ArtifactKind.RUN_RESULTS
        return Artifact(7, kind, KEY, len(data), 4, 1, sha256, stored_at=stored.last_modified)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_by_one_request(bench: Bench) -> None:
    """The tree comes by one request, a member by those for what is read of it."""
    inside = bench.look_inside(bench.put())
    assert [node.path for node in inside.tree.children("RUN4/")] == [
        "RUN4/DAILY/",
        "RUN4/out.csv",
        "RUN4/padding",
    ]
    assert (inside.remembered_at, inside.requests, len(bench.store.asked)) == (None, 1, 1)
    content = inside.read("RUN4/out.csv")
    assert (content.name, content.size, inside.requests) == ("out.csv", len(LARGE), 1)
    blocks = content.blocks()
    next(blocks)
    blocks.close()
    assert (inside.requests, len(bench.store.asked)) == (2, 2)
    assert b"".join(content.blocks()) == LARGE
    assert inside.requests == len(bench.store.asked) == 6


@pytest.mark.parametrize("beyond", [-1, 0, 1, 2])
def test_ends_of_pieces(bench: Bench, beyond: int) -> None:
    """A member may end with a piece, or a byte behind it."""
    data = noise(FIRST_PIECE + beyond - 30 - len("RUN4/out.csv"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        target.writestr("RUN4/out.csv", data)
        target.writestr("RUN4/padding", noise(200_000))
    inside = bench.look_inside(bench.put(buffer.getvalue()))
    assert b"".join(inside.read("RUN4/out.csv").blocks()) == data
    assert inside.requests == 2 + (beyond > 0)


def test_no_member(bench: Bench) -> None:
    """A folder is none, and what is not there is none."""
    inside = bench.look_inside(bench.put())
    for path in ("RUN4/", "RUN4/nothing\x1b"):
        with pytest.raises(ArtifactNotFoundError, match="no member RUN4/"):
            inside.read(path)


def test_offline(bench: Bench) -> None:
    """What was seen is seen again without the store, with the time of that."""
    artifact = bench.put()
    bench.look_inside(artifact)
    seen_at = bench.clock.now()
    bench.clock.advance(3600)
    bench.store.fail_next("excerpt", StoreConnectionError("no answer"))
    inside = bench.look_inside(artifact)
    assert (inside.remembered_at, inside.requests, inside.tree.root.files) == (seen_at, 0, 3)


def test_offline_and_never_seen(bench: Bench) -> None:
    """Then it is said that the store does not answer."""
    artifact = bench.put()
    bench.store.fail_next("excerpt", StoreConnectionError("no answer"))
    with pytest.raises(StoreConnectionError, match="no answer"):
        bench.look_inside(artifact)


@pytest.mark.parametrize(
    "error", [StoreAccessDeniedError("denied"), ObjectNotFoundError("There is no object.")]
)
def test_refused(bench: Bench, error: RunFerryError) -> None:
    """A store that answers is believed: what it says is not hidden behind what was seen before."""
    artifact = bench.put()
    bench.look_inside(artifact)
    bench.store.fail_next("excerpt", error)
    with pytest.raises(type(error)):
        bench.look_inside(artifact)


def test_remembered(bench: Bench) -> None:
    """It asks for nothing until a member is read, and then once for the directory."""
    artifact = bench.put()
    assert bench.look_inside.remembered(artifact) is None
    bench.look_inside(artifact)
    bench.store.asked.clear()
    inside = bench.look_inside.remembered(artifact)
    assert inside
    assert inside.remembered_at == bench.clock.now()
    assert (bench.store.asked, inside.requests) == ([], 0)
    for _ in range(2):
        assert b"".join(inside.read("RUN4/DAILY/Date.txt").blocks()) == b"0 2020-01-01\n"
    assert len(bench.store.asked) == inside.requests
    assert bench.store.asked.count(KEY) <= 3


def test_another_content(bench: Bench) -> None:
    """What was seen of one content is never shown for another one at the same key."""
    first = bench.put()
    bench.look_inside(first)
    second = bench.put(archive(), sha256="6c" * 32)
    assert bench.look_inside.remembered(second) is None
    assert bench.look_inside.remembered(first)
    unmanaged = Artifact(7, ArtifactKind.RUN_RESULTS, KEY, len(ZIP), 4)
    assert bench.look_inside.remembered(unmanaged) is None


@pytest.mark.parametrize("method", ["put", "get"])
def test_cache_that_fails(bench: Bench, method: str) -> None:
    """A cache is no reason not to look."""
    artifact = bench.put()
    bench.cache.fail_next(method, CatalogError("disk full"))
    assert bench.look_inside(artifact).tree.root.files == 3
    assert bench.look_inside.remembered(artifact) is None


def test_no_archive(bench: Bench) -> None:
    """It says what is wrong with it."""
    with pytest.raises(UnsafeArchiveError, match="cannot be looked into"):
        bench.look_inside(bench.put(noise(100_000)))


def _flipped(data: bytes) -> bytes:
    return (
        data[: len(LARGE) // 2] + bytes([data[len(LARGE) // 2] ^ 1]) + data[len(LARGE) // 2 + 1 :]
    )


def test_damaged_member(bench: Bench) -> None:
    """What was read comes first; at its end it is said that it is not to be trusted."""
    inside = bench.look_inside(bench.put(_flipped(ZIP)))
    blocks = inside.read("RUN4/out.csv").blocks()
    assert LARGE.startswith(next(blocks))
    with pytest.raises(
        UnsafeArchiveError, match=r"out.csv .* checksum is wrong.* not to be trusted"
    ):
        list(blocks)


def test_replaced_meanwhile(bench: Bench) -> None:
    """A member is of the archive whose directory was read, or an error."""
    inside = bench.look_inside(bench.put())
    bench.put(_flipped(ZIP))
    with pytest.raises(PreconditionFailedError):
        list(inside.read("RUN4/out.csv").blocks())
