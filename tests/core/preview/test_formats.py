"""JSON in readable lines, and hex."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.preview.hex_text import hexed
from core.preview.json_text import formatted
from core.preview.text import TextReading
from tests.fakes.content import FakeContent

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def lines(data: bytes, block: int = 1 << 18) -> list[str]:
    text = TextReading(formatted(FakeContent(data, block=block)))
    text.more()
    return text.raw_lines(0, 1 << 20)


@given(value=VALUES, block=st.integers(1, 50), indent=st.sampled_from([None, 4]))
def test_as_python_writes_it(value: object, block: int, indent: int | None) -> None:
    """Any value looks as Python would indent it, wherever a block ends and however it was written."""
    source = json.dumps(value, indent=indent).encode()
    assert "\n".join(lines(source, block)) == json.dumps(value, indent=2)


def test_as_it_was_written() -> None:
    """Numbers keep their digits, keys their order and number, values without commas stay apart."""
    assert lines(b'{"b": 1.50, "b": 10000000000000000000001}') == [
        "{",
        '  "b": 1.50,',
        '  "b": 10000000000000000000001',
        "}",
    ]
    assert lines(b"[1 2]") == ["[", "  1 2", "]"]
    assert lines(b'{"a": 1}\n{"a": 2}\n3 4') == [
        "{", '  "a": 1', "}", "{", '  "a": 2', "}", "3", "4"
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data", [b'{"a": [1, ', b"]]]}}}", b'"never \\', b"{,,:,}", b'{"a" "b"}', b"\xff\0\x1b{", b""]
)
def test_broken(data: bytes) -> None:
    """Broken JSON is shown as far as it goes: nothing of it is lost but space."""
    text = data.decode("utf-8" if b"\xff" not in data else "latin-1")
    assert "".join(lines(data)).replace(" ", "") == text.replace(" ", "")


def test_deep() -> None:
    """Half a million levels are no reason to fall; none is indented for ever."""
    found = lines(b"[" * 500_000)
    assert len(found) == 500_000
    assert max(map(len, found)) < 100


def test_hex() -> None:
    """Sixteen bytes a line, wherever a block ends; the last may be shorter."""
    for block in (1, 7, 16, 1 << 18):
        text = TextReading(hexed(FakeContent(bytes(range(20)) + b"ABC", block=block)))
        text.more()
        assert text.lines(0, 9) == [
            "00000000  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f  ................",
            "00000010  10 11 12 13 41 42 43                             ....ABC",
        ]


def test_hex_of_nothing() -> None:
    """No line."""
    text = TextReading(hexed(FakeContent(b"")))
    text.more()
    assert (text.line_count, text.complete) == (0, True)
