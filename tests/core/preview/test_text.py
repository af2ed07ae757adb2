"""Text is read as far as it is wanted, whatever is in it."""

import codecs
import threading

import pytest

from core.errors import StoreError
from core.preview.text import FIRST, LIMIT, LONGEST, TextReading
from tests.fakes.content import FakeContent


def reading(data: bytes, *, block: int = 1 << 18) -> TextReading:
    text = TextReading(FakeContent(data, block=block))
    text.more()
    return text


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("Größe\nzwei\n".encode(), "utf-8"),
        (codecs.BOM_UTF8 + "Größe\nzwei\n".encode(), "utf-8-sig"),
        (codecs.BOM_UTF16_LE + "Größe\nzwei\n".encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + "Größe\nzwei\n".encode("utf-16-be"), "utf-16-be"),
        ("Größe\nzwei\n".encode("latin-1"), "latin-1"),
    ],
)
@pytest.mark.parametrize("block", [1 << 18, 7])
def test_encodings(data: bytes, encoding: str, block: int) -> None:
    """The same text, however it is encoded and wherever a block ends."""
    text = reading(data, block=block)
    assert (text.encoding, text.lines(0, 9)) == (encoding, ["Größe", "zwei"])


def test_ends_of_lines() -> None:
    """Of Unix, of Windows, and of old Macs; the last may have none."""
    for data in (b"a\nb\n\nc", b"a\r\nb\r\n\r\nc\r\n", b"a\rb\r\rc"):
        assert reading(data).lines(0, 9) == ["a", "b", "", "c"]


def test_harmless() -> None:
    """Nothing steers the terminal; tabs keep columns; what is no UTF-8 behind the start is shown."""
    data = b"a\tb\x1b[2J\0\n" + b"x" * 300_000 + b"\n\xff\n"
    text = reading(data)
    assert text.line(0) == "a       b\\x1b[2J\\x00"
    assert text.line(2) == "\\xff"
    assert text.raw_lines(0, 1) == ["a\tb\x1b[2J\0"]


def test_nothing() -> None:
    """An empty file has no line, and is complete."""
    text = reading(b"")
    assert (text.line_count, text.complete, text.lines(0, 5), text.line(0)) == (0, True, [], "")
    assert text.find("x") is None


def test_read_on() -> None:
    """No more is taken than was asked for, and a block; the next call goes on where that ended."""
    content = FakeContent(b"0123456\n" * 100_000, block=1000)
    text = TextReading(content)
    assert (content.begun, text.encoding) == (0, "")
    text.more(FIRST)
    assert FIRST <= content.taken == text.bytes_read < FIRST + 1000
    assert not text.complete
    before = text.line_count
    text.more()
    assert (text.line_count, text.complete, content.begun, content.open) == (100_000, True, 1, 0)
    assert before < 100_000


def test_unfinished_line() -> None:
    """The last line of what was read is shown, but is not whole before its end was seen."""
    text = TextReading(FakeContent(b"12\n345\n6", block=5))
    text.more(1)
    assert (text.lines(0, 9), text.line_count, text.whole_lines) == (["12", "34"], 2, 1)
    text.more()
    assert (text.lines(0, 9), text.line_count, text.whole_lines) == (["12", "345", "6"], 3, 3)


def test_pages() -> None:
    """Any page is what stands there, over the ends of blocks too, and beyond the end nothing."""
    lines = [f"line {number}" for number in range(10_000)]
    text = reading("\n".join(lines).encode(), block=1000)
    for start in (0, 1, 77, 5000, 9990):
        assert text.lines(start, 40) == lines[start : start + 40]
    assert text.lines(10_000, 5) == text.lines(20_000, 5) == []


def test_one_line_of_100_mb() -> None:
    """It is shown cut, with a mark, searched whole, and read to the limit only."""
    text = TextReading(FakeContent(b"x" * (99 << 20) + b"needle" + b"x" * (1 << 20), block=1 << 20))
    text.more()
    assert (text.line_count, text.whole_lines, text.complete) == (1, 0, False)
    assert text.bytes_read == LIMIT
    assert text.line(0) == "x" * LONGEST + "…"
    assert text.find("needle") is None
    text.more()
    assert text.complete
    assert (text.find("needle"), text.find("needle", backwards=True)) == (0, 0)
    assert len(text.raw_lines(0, 1)[0]) == 1 << 20


class TestFind:
    TEXT = b"alpha\nBeta\nGAMMA beta\n\nbeta\n"

    @pytest.mark.parametrize("block", [1 << 18, 8])
    def test_next_and_previous(self, block: int) -> None:
        """Forwards and backwards, from a line on, that line included, to the end and no further."""
        text = reading(self.TEXT, block=block)
        assert [text.find("beta", start) for start in range(6)] == [1, 1, 2, 4, 4, None]
        back = [text.find("beta", start, backwards=True) for start in range(6)]
        assert back == [None, 1, 2, 2, 4, 4]
        assert text.find("alpha", -3) == 0

    def test_capitals(self) -> None:
        """They matter when some are looked for."""
        text = reading(self.TEXT)
        assert (text.find("gamma"), text.find("GAMMA"), text.find("Gamma")) == (2, 2, None)
        assert reading("Größe".encode("latin-1")).find("größe") == 0

    def test_unfinished_line(self) -> None:
        """What was read of the last line is searched, too."""
        text = TextReading(FakeContent(b"one\ntwo three\n", block=9))
        text.more(1)
        assert text.find("thr") is None
        assert (text.find("two"), text.find("two", 1), text.find("two", 2)) == (1, 1, None)
        assert (text.find("two", 1, backwards=True), text.find("two", 0, backwards=True)) == (
            1,
            None,
        )


def test_failure() -> None:
    """What was read stays; the error comes again, and nothing says that all was read."""
    text = TextReading(FakeContent(b"one\ntwo", error=StoreError("gone")))
    for _ in range(2):
        with pytest.raises(StoreError, match="gone"):
            text.more()
    assert (text.lines(0, 5), text.complete) == (["one", "two"], False)


def test_close() -> None:
    """Closing ends the request; what was read stays, and no more comes."""
    content = FakeContent(b"line\n" * 1000, block=100)
    text = TextReading(content)
    text.more(1)
    assert content.open == 1
    text.close()
    text.more()
    assert (content.open, content.taken, text.line_count, text.complete) == (0, 100, 20, False)


def test_close_while_it_is_read() -> None:
    """Another thread that is reading ends with its block, and the request with it."""
    arrived, go_on = threading.Event(), threading.Event()

    class Slow(FakeContent):
        def blocks(self):
            for block in super().blocks():
                arrived.set()
                assert go_on.wait(30)
                yield block

    content = Slow(b"line\n" * 1000, block=100)
    text = TextReading(content)
    reader = threading.Thread(target=text.more)
    reader.start()
    assert arrived.wait(30)
    text.close()
    go_on.set()
    reader.join(30)
    assert not reader.is_alive()
    assert (content.open, content.taken, text.complete) == (0, 100, False)


def test_growing_while_it_is_looked_at() -> None:
    """Another thread sees lines that are right, and never fewer than before."""
    text = TextReading(FakeContent(b"".join(b"%d\n" % n for n in range(200_000)), block=999))
    reader = threading.Thread(target=text.more)
    reader.start()
    seen = 0
    while not text.complete:
        whole = text.whole_lines
        assert whole >= seen
        seen = whole
        if whole:
            assert text.lines(whole - 1, 1) == [str(whole - 1)]
            assert text.line_count >= whole
    reader.join(30)
    assert text.line_count == 200_000
