"""Which files of two runs differ, and in which line."""

import gzip
import zlib

import pytest

from core.compare.compare_files import CompareFiles, Difference
from core.errors import ArtifactNotFoundError
from tests.fakes.run_files import FakeRunFiles

compare_files = CompareFiles()


class Summed(FakeRunFiles):
    """Knows checksums, as stored runs do."""

    def crc(self, path: str) -> int | None:
        return zlib.crc32(b"".join(FakeRunFiles.read(self, path).blocks()))

    def read(self, path: str):
        raise AssertionError(f"{path} need not be read")


def test_files() -> None:
    """Missing ones, others of another size, and of the same size with another content."""
    first = FakeRunFiles({"a": b"1", "same": b"xy", "longer": b"12", "other": b"12", "LOG": b"q"})
    second = FakeRunFiles({"b": b"1", "same": b"xy", "longer": b"123", "other": b"13", "LOG": b"q"})
    found = compare_files(first, second)
    assert (found.only_first, found.only_second) == (["a"], ["b"])
    assert (found.differing, found.unread, found.same) == (["longer", "other"], [], 2)


def test_nothing_is_read_that_is_known() -> None:
    """Checksums of what is stored tell; a file of another size is not read either."""
    first = Summed({"same": b"xy", "other": b"12", "longer": b"1"})
    second = Summed({"same": b"xy", "other": b"13", "longer": b"12"})
    found = compare_files(first, second)
    assert (found.differing, found.same) == (["longer", "other"], 1)


def test_one_of_them_is_read() -> None:
    """Of a local and a stored one the local one."""
    files = {"same": b"xy", "other": b"12"}
    found = compare_files(FakeRunFiles(files), Summed({"same": b"xy", "other": b"13"}))
    assert (found.differing, found.same) == (["other"], 1)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (b"a\nb\n", b"a\nb\n", Difference(0, None, None)),
        (b"a\nb\nc\n", b"a\nx\x1bx\nc\n", Difference(2, "b", "x\\x1bx")),
        (b"a\n", b"a\nb\n", Difference(2, None, "b")),
        (b"", b"b", Difference(1, None, "b")),
        (b"same\n" * 20_000 + b"a\n", b"same\n" * 20_000 + b"b\n", Difference(20_001, "a", "b")),
        (b"\0\1\2\3" * 99, b"a\n", Difference(0, None, None, text=False)),
        (gzip.compress(b"a\nb\n"), gzip.compress(b"a\nc\n"), Difference(2, "b", "c")),
    ],
    ids=["same", "changed", "longer", "empty", "far", "binary", "packed"],
)
def test_lines(first: bytes, second: bytes, expected: Difference) -> None:
    """Counted from 1, and harmless to print; one that has ended has no line there."""
    runs = FakeRunFiles({"f": first}), FakeRunFiles({"f": second})
    assert compare_files.lines(*runs, "f") == expected
    assert not any(run.contents["f"].open for run in runs)


def test_only_the_beginning() -> None:
    """What is larger than 64 MiB is not read to its end, and that is said."""
    large = b"x" * (1 << 20) + b"\n"
    runs = FakeRunFiles({"f": large * 66}), FakeRunFiles({"f": large * 66 + b"more"})
    assert compare_files.lines(*runs, "f") == Difference(0, None, None, complete=False)
    assert runs[0].contents["f"].taken < 66 << 20


def test_missing() -> None:
    """A file that one of them has not cannot be compared by lines."""
    with pytest.raises(ArtifactNotFoundError):
        compare_files.lines(FakeRunFiles({"f": b""}), FakeRunFiles({}), "f")
