"""Searching the beginning and the end of a log."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.finish.log_text import HEAD, TAIL, LogPattern, last_line
from core.ports.tree import FileSample, SampleRequest
from tests.fakes.tree import sampled

REQUEST = SampleRequest("log", HEAD, TAIL + 1)
LONG = b"".join(b"step %d\n" % n for n in range(20_000))


def sample(content: bytes) -> FileSample:
    return sampled(content, REQUEST)


def found(pattern: str, content: bytes) -> str | None:
    return LogPattern(pattern).line_in(sample(content))


@pytest.mark.parametrize(
    ("pattern", "content", "line"),
    [
        ("Total wall time", LONG + b"Total wall time: 0:00:03\n", "Total wall time: 0:00:03"),
        ("Total wall time", LONG + b"Total wall time: 0:00:03", "Total wall time: 0:00:03"),
        ("Total wall time", b"Total wall time: 0:00:03\n" + LONG, "Total wall time: 0:00:03"),
        ("Total wall time", LONG + b"Total wall time\n" + LONG, None),
        ("^End$", LONG + b"\nEnd\n\n", "End"),
        ("^End$", LONG + b"\r\nEnd\r\n\r\n", "End"),
        ("^End$", LONG + b"\rEnd\r", "End"),
        ("^End$", b"End", "End"),
        ("^End$", b"The End\n", None),
        ("^End$", b"Ending\n", None),
        ("(?m)^End$", LONG + b"\nEnd\n\n", "End"),
        ("(?i)end", b"The END\n", "The END"),
        ("^Step #", b"Step #1\rStep #2\rError: x", "Step #1"),
        (r"\AStep", LONG + b"Step\n", None),
        (r"End\n\Z", LONG + b"End\n", "End"),
        (r"End\n\Z", LONG + b"End\nstep\n", None),
        (r"^one\n^two$", LONG + b"1\none\ntwo\n3", "one"),
        (r"one\ntwo", LONG + b"one\r\ntwo\r\n", "one"),
        ("(?s)one.*two", LONG + b"one\n1\ntwo", "one"),
        ("one.*two", LONG + b"one\ntwo", None),
        (r"one\s+two", LONG + b"one\ntwo", None),
        ("größe", LONG + "größe 1\n".encode(), "größe 1"),
        ("^0$", b"\xef\xbb\xbf0\n", "0"),
        ("x", b"", None),
        ("^$", b"", ""),
        ("\x00", LONG + b"\x00", "\x00"),
    ],
    ids=lambda value: repr(value)[:40],
)  # fmt: skip
def test_lines(pattern: str, content: bytes, line: str | None) -> None:
    """The first 4 KiB and the last 64 KiB, whatever ends a line there."""
    assert found(pattern, content) == line


@pytest.mark.parametrize("cut", range(8))
@pytest.mark.parametrize("character", ["ö", "漢", "\N{GRINNING FACE}"])
def test_a_window_that_cuts_a_character(character: str, cut: int) -> None:
    """Is no fault; what follows is found."""
    text = (character * (2 * TAIL)).encode() + b"\nEnd\n" + b"." * cut
    assert found("^End$", text) == "End"


@pytest.mark.parametrize("before", [b"The ", b"\n", b"\r\n", b"\r"])
def test_where_the_window_begins(before: bytes) -> None:
    """No line begins there unless one does in the file."""
    end = b"End\n" + b"." * (TAIL - 4)
    line = found("^End$", b"x" * TAIL + before + end)
    assert line == (None if before == b"The " else "End")
    assert found("^ End$", b"x" * TAIL + before + end) is None


def test_where_the_first_window_ends() -> None:
    """No line ends there unless one does in the file."""
    start = b"\n" * (HEAD - 3) + b"End"
    assert found("^End$", start + b"ing\n" + LONG) is None
    assert found("^End$", b"\n" * (HEAD - 4) + b"End\n" + LONG) == "End"


def test_a_very_long_line() -> None:
    """A table without line breaks is searched in pieces, of which none begins or ends a line."""
    text = b'{"a": [' + b"1, " * 10_000 + b'], "status": "done"}'
    assert found('"status": "done"', text)
    assert found("^1", text) is None
    assert found("1,$", text) is None
    assert found('done"}$', text)


@pytest.mark.parametrize("pattern", ["(.*).*=", ".*.*x$", "[^x]*y", r"(\w+)\s*(\w+)#"])
def test_patterns_that_go_back(pattern: str) -> None:
    """They take time for each line, not for all of them together: this would take hours."""
    assert found(pattern, b"aaaa bbbb cccc dddd\n" * 40_000) is None


@given(
    st.lists(st.binary(max_size=40).filter(lambda line: b"End" not in line), max_size=30),
    st.integers(0, 30),
    st.sampled_from([b"\n", b"\r\n", b"\r"]),
    st.booleans(),
)
def test_any_bytes(lines: list[bytes], at: int, end: bytes, there: bool) -> None:
    """Whatever stands around it: a line of its own is found, and nothing else."""
    clean = [re.sub(rb"[\r\n]", b"", line) for line in lines]
    if there:
        clean.insert(min(at, len(clean)), b"End")
    assert found("^End$", end.join([*clean, b""])) == ("End" if there else None)


@pytest.mark.parametrize(
    ("content", "line"),
    [(b"", ""), (b"a\n\n \n", "a"), (LONG + b"last\r\n", "last"), (b"a\rb", "b"), (b"\n\n", "")],
    ids=["empty", "white", "long", "cr", "breaks"],
)
def test_last_line(content: bytes, line: str) -> None:
    """The last that says something."""
    assert last_line(sample(content)) == line
