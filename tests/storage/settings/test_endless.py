"""Regular expressions that could take for ever."""

import re

import pytest

from storage.settings.endless import may_not_end


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+", "(a*)*$", "^(a+)+$", r"(\w+\s?)*x", "(?:.*)*", "(?P<n>x+)+y", "((ab)+)+", r"(.*,)+",
        "(a+){2,}", "([a-z]+)*=", r"(\d+|x)+z", "((a+))+", "(x(a+)?)*", r"(a+\b)+",
        r"(?s)(.+\n)+x", r"(?s:(.+\n)+)x", r"(\s*\n)+x", "(?i)([a-z]+A)+", r"(?s:(?:.+\n)*x)",
    ],
)  # fmt: skip
def test_may_not_end(pattern: str) -> None:
    """A repetition that is repeated."""
    re.compile(pattern)
    assert may_not_end(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "", "Total wall time", r"^ *(\d+) +(\d+)", "(a|b)+", r"(\d+,)+", r"(?:\w+\.)*\w+", "(a+)++",
        "(?>a+)+", "(ab)+", r"\(a+\)+", "[(a+)]+", "(a+)?", "(a+){3}", "(?i)end", "(?m)^End$",
        "(?#a+)x", "(?P<n>a+) (?P=n)+", "a++b*", r"^Finished .* (\S+)$",
        r"^A\n(?:.+\n){1,20}end", r"(?:(?!Time = ).*\n)*?End", r"(?s:.*)(?:.+\n)+", r"([^\t]*\t)+",
        r"(?s:(?-s:(.+\n)+))",
    ],
)  # fmt: skip
def test_ends(pattern: str) -> None:
    """What people write into their rules."""
    re.compile(pattern)
    assert not may_not_end(pattern)
