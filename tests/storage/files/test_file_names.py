"""Which names a file can have: most are seen to be fine at once, which must not let others in."""

import pytest

from storage.files.file_names import name_problem

PART = "x" * 101


@pytest.mark.parametrize(
    "name",
    ["RUN4/out.txt", "_a", "7", "a..b", "a b", "ä/☂", ".hidden", "-x", PART, f"{PART}x", "x" * 255]
    + ["/".join([PART] * parts) for parts in (2, 31, 32, 40)],
)
def test_fine(name: str) -> None:
    """Of any length that fits, with any characters that every system can extract."""
    assert name_problem(name) == ""


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "empty part"),
        (".", "empty part"),
        ("a/..", "empty part"),
        ("a/./b", "empty part"),
        ("a//b", "empty part"),
        ("a/", "empty part"),
        ("/a", "absolute"),
        ("C:", "absolute"),
        ("c:/a", "absolute"),
        ("a\\b", "backslash"),
        ("a\0b", "NUL"),
        ("a\udcff", "not UTF-8"),
        ("x" * 256, "too long"),
        ("/".join([PART] * 41), "too long"),
    ],
)
def test_refused(name: str, says: str) -> None:
    """What leads out of a directory, means something else elsewhere, or does not fit."""
    assert says in name_problem(name)
