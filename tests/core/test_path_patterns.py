"""Patterns for paths."""

import re
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.path_patterns import covered_expression, file_expression, has_wildcards


def is_file(pattern: str, path: str) -> bool:
    return bool(re.fullmatch(file_expression(pattern), path))


def covers(pattern: str, path: str) -> bool:
    return bool(re.fullmatch(covered_expression([pattern]), path))


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("DONE", "DONE", True),
        ("DONE", "sub/DONE", False),
        ("DONE", "DONE2", False),
        ("a.b", "axb", False),
        ("*.log", "md.log", True),
        ("*.log", ".md.log", False),
        (".*.log", ".md.log", True),
        ("?DONE", ".DONE", False),
        ("[.]DONE", ".DONE", False),
        ("*.log", "sub/md.log", False),
        ("sub/*.log", "sub/md.log", True),
        ("*/md.log", "sub/md.log", True),
        ("*/md.log", ".sub/md.log", False),
        ("**/md.log", "md.log", True),
        ("**/md.log", "a/b/md.log", True),
        ("**/md.log", "a/.b/md.log", False),
        ("log.*Foam", "log.icoFoam", True),
        ("log.*Foam", "log.icoFoam.gz", False),
        ("a*b*c", "axxbxxc", True),
        ("a*b*c", "axxcxxb", False),
        ("{a,b}.log", "b.log", True),
        ("{a,b}.log", "c.log", False),
        ("{a,b}.log", "{a,b}.log", False),
        ("{*.log,log.*}", "log.icoFoam", True),
        ("{*.log,log.*}", "md.log", True),
        ("{,logs/}{a,b*}", "logs/bc", True),
        ("{,logs/}{a,b*}", "a", True),
        ("{,logs/}{a,b*}", "logs/c", False),
        ("{run}", "{run}", True),
        ("log[12]", "log2", True),
        ("log[!12]", "log3", True),
        ("log[!12]", "log1", False),
        ("a[!b]c", "a/c", False),
        ("a[+-9]c", "a/c", False),
        ("a[*]c", "a*c", True),
        ("a[*]c", "axc", False),
        ("a[]]c", "a]c", True),
        ("a[b", "a[b", True),
        ("a[z-b]", "ay", False),
        ("a[[b]", "a[", True),
        ("a[&&~|b]", "a~", True),
        ("*", "two\nlines", True),
        ("café*", "café.log", True),
        ("*.out", "\udcff.out", True),
    ],
)
def test_files(pattern: str, path: str, expected: bool) -> None:
    """As a shell has them."""
    assert is_file(pattern, path) is expected


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.png", "a.png", True),
        ("*.png", "deep/er/a.png", True),
        ("*.png", ".a.png", True),
        ("*.png", "a.pngx", False),
        ("plots", "plots", True),
        ("plots", "plots/a.png", True),
        ("plots", "x/plots/a/b", True),
        ("plots", "myplots/a", False),
        ("plots/", "plots/a.png", True),
        ("plots/", "x/plots/a.png", True),
        ("plots/", "plots", False),
        ("processor*/", "processor0/0/U", True),
        ("sub/*.txt", "sub/a.txt", True),
        ("sub/*.txt", "x/sub/a.txt", False),
        ("sub/*.txt", "sub/x/a.txt", False),
        ("sub/**/a", "sub/a", True),
        ("sub/**/a", "sub/x/y/a", True),
        ("*", "two\nlines/x", True),
    ],
)
def test_covered(pattern: str, path: str, expected: bool) -> None:
    """As git ignores them."""
    assert covers(pattern, path) is expected


def test_several() -> None:
    """One of them is enough; none at all covers nothing."""
    assert re.fullmatch(covered_expression(["a", "b/"]), "b/x")
    assert not re.fullmatch(covered_expression([]), "")


def test_wildcards() -> None:
    """What spells itself needs no looking through the names."""
    assert [has_wildcards(p) for p in ("DONE", "a*", "a?", "[a]", "{run}.x", "{a,b}")] == [
        False, True, True, True, False, True,
    ]  # fmt: skip


@given(
    st.text("ab.*?[!-]", min_size=1, max_size=8).filter(lambda p: "**" not in p),
    st.text("ab.-", min_size=1, max_size=8),
)
def test_a_name_alone(pattern: str, name: str) -> None:
    """Within one part the standard library says the same, but for dots at the beginning."""
    if not name.startswith("."):
        assert is_file(pattern, name) is fnmatchcase(name, pattern)
    assert covers(pattern, name) is fnmatchcase(name, pattern)


def test_too_many_braces() -> None:
    """A pattern that would be millions is refused, not made."""
    with pytest.raises(ValueError, match="too much"):
        file_expression("{a,b}" * 40)


def test_many_stars_are_quick() -> None:
    """However many there are: each place is looked at a few times."""
    assert not is_file("*a" * 30 + "b", "a" * 250)
    assert not covers("*a" * 30 + "b", "a" * 250)
