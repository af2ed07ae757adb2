"""Bare secrets: AWS secret access keys without any context, told apart from paths and digests."""

import re
from collections import Counter
from math import log2

from core.redaction.spans import Source, Span

# A secret key is 40 characters of base64. SHA-256 has 44, MD5 24, a host id 76 of them.
_LENGTH = 40
_RUN = re.compile(
    r"""
    (?<![A-Za-z0-9+/]) (?=[A-Za-z0-9+/%\\]{40})
    (?: [A-Za-z0-9+/]++ | \\/ | %(?:25){0,3}2[BbFf] | \\{1,4}u002[BbFf] )++
    """,
    re.VERBOSE,
)
_ESCAPED = re.compile(r"\\/|%(?:25){0,3}2[BbFf]|\\{1,4}u002[BbFf]")
# The rest of an escape that the run seems to begin with: \n, \x00, \u003d, %3D, [33m
_ESCAPE_BEFORE = re.compile(
    r"""
      (?<=\\) (?: [nrt] | x[0-9a-f]{2} | u[0-9a-f]{4} )
    | (?<=%) (?:25){0,3} [0-9A-F]{2}
    | (?<=[\[;]) [0-9]{1,2} m
    """,
    re.VERBOSE,
)
# Beside these it is a part of an id, or of a file name.
_NEIGHBOURS = "_.-"
_FILE_SUFFIX = re.compile(r"[_-]|\.[A-Za-z0-9]")

_KINDS = re.compile("(?=.*[A-Z])(?=.*[a-z]).*[0-9+]")
# Bits per character, the threshold of trufflehog; hex has at most 4.
_ENTROPY = 4.25
# A segment of a path or a long identifier: words of two letters and more, numbers between them.
_SEGMENT = re.compile(r"[A-Za-z0-9]{0,3}|(?:[A-Z]?[a-z]{2,}+|[A-Z]{2,}+|[0-9]++)++")


def find_bare_secrets(source: Source) -> list[Span]:
    """Runs of exactly the length, alphabet and disorder of an AWS secret access key."""
    text = source.text
    spans: list[Span] = []
    for run in _RUN.finditer(text):
        start, end = run.span()
        if end - start >= _LENGTH:
            start = _begin(text, start)
            if start >= 0 and not _FILE_SUFFIX.match(text, end) and _is_secret(text[start:end]):
                spans.append((start, end))
    return spans


def _begin(text: str, start: int) -> int:
    """Where the secret begins if it is one; negative if something belongs to it on the left."""
    if escape := _ESCAPE_BEFORE.match(text, start):
        return escape.end()
    return -1 if start and text[start - 1] in _NEIGHBOURS else start


def _is_secret(run: str) -> bool:
    value = _ESCAPED.sub("/", run)
    return bool(
        len(value) == _LENGTH
        and _KINDS.match(value)
        and not all(map(_SEGMENT.fullmatch, run.split("/")))
        and _entropy(value) >= _ENTROPY
    )


def _entropy(value: str) -> float:
    counts = Counter(value).values()
    return -sum(count / len(value) * log2(count / len(value)) for count in counts)
