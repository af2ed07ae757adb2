"""Named values: what stands beside a name that says it is secret."""

import re
from collections.abc import Callable
from string import ascii_lowercase, digits
from typing import NamedTuple

from core.redaction import names
from core.redaction.spans import Source, Span
from core.redaction.values import (
    is_placeholder,
    is_quoted,
    looks_random,
    value_spans,
)

_NAME_CHARACTERS = ascii_lowercase + digits + "_.-"
_LONGEST_PREFIX = 64

# What may stand before a name at the beginning of its line.
_INDENT = re.compile(r"[\s│|>*-]*+(?:(?:export|set|env|setx) +|\$env:)?[\"']?")
_LONGEST_INDENT = 80

# The working directory is no password: PWD=/home/alice
_PATH = re.compile(r"[\"']?(?:[/~.]|[a-z]:)")
_SCHEME = re.compile(
    r"(?:(digest)|aws4-hmac-sha256|aws4-ecdsa-p256-sha256|aws|basic|bearer|negotiate|ntlm|oauth"
    r"|token) {1,4}(?=\S)"
)
_HEADER_END = re.compile(r"\\{0,4}[\"'](?=[\s,;)\]}]|$)|\\{1,4}[rn]|\n|$")
_LINE_END = re.compile(r"\\{1,4}[rn]|\n|$")
_SCOPED_ID = re.compile(r"[bruf]?\\*[\"']?(\S{1,128}?)(?=(?:\\{0,4}/|%(?:25){0,3}2f)[0-9]{8}\D)")
_HEX_LINE = re.compile(r"\n([0-9a-f]{40,128})(?![0-9a-z])")
_IDENTIFIER = re.compile(r"[a-z_]++(?=[^\w-]|$)")
_WORD = re.compile(r"\S*+")


class _Name(NamedTuple):
    kind: str
    prefix: str
    text: str
    end: int

    @property
    def start(self) -> int:
        return self.end - len(self.text) - len(self.prefix)

    @property
    def is_flag(self) -> bool:
        return self.prefix.startswith("-")


def find_named_values(source: Source) -> list[Span]:
    """The values of passwords, keys, tokens, signatures and credential headers."""
    if not source.holds(names.NAME_PARTS):
        return []
    spans: list[Span] = []
    done = 0
    for match in names.NAME.finditer(source.folded):
        if match.start() >= done:
            name = _name(source.folded, match)
            found = [] if _is_harmless(source.folded, name) else _READERS[name.kind](source, name)
            spans += found
            done = max([done, *(end for _, end in found)])
    return spans


def _name(folded: str, match: re.Match[str]) -> _Name:
    head = folded[max(0, match.start() - _LONGEST_PREFIX) : match.start()]
    prefix = head[len(head.rstrip(_NAME_CHARACTERS)) :]
    return _Name(match.lastgroup or "", prefix, match[0], match.end())


def _is_harmless(folded: str, name: _Name) -> bool:
    if name.prefix.startswith(names.HARMLESS_PREFIXES):
        return True
    before = folded[max(0, name.start - _LONGEST_PREFIX) : name.end - len(name.text)]
    return name.kind == "token" and before.rstrip("_.- ").endswith(names.HARMLESS_TOKENS)


def _plain(source: Source, name: _Name) -> list[Span]:
    """A password, key or token: what the name is followed by, if that is a value."""
    folded = source.folded
    if element := _element(folded, name):
        return element
    start = _value_start(folded, name)
    if start is None or (name.text == "pwd" and _PATH.match(folded, start)):
        return []
    whole_name = folded[name.start : name.end]
    spans = value_spans(source, start, phrase=not name.is_flag and _begins_line(folded, name))
    return [(left, right) for left, right in spans if folded[left:right] != whole_name]


def _signature(source: Source, name: _Name) -> list[Span]:
    """Like a password; or, as botocore logs it, in hex on the next line."""
    if found := _plain(source, name):
        return found
    assignment = names.ASSIGNMENT.match(source.folded, name.end)
    line = assignment and _HEX_LINE.match(source.folded, assignment.end())
    return [line.span(1)] if line else []


def _request(source: Source, name: _Name) -> list[Span]:
    """A whole signed request, over many lines: the element or the quoted field, nothing else."""
    if element := _element(source.folded, name):
        return element
    assignment = names.ASSIGNMENT.match(source.folded, name.end)
    if assignment and is_quoted(source.folded, assignment.end()):
        return value_spans(source, assignment.end())
    return []


def _credential(source: Source, name: _Name) -> list[Span]:
    """The key id in front of date, region and service, which stay."""
    assignment = names.ASSIGNMENT.match(source.folded, name.end)
    scoped = assignment and _SCOPED_ID.match(source.folded, assignment.end())
    return [scoped.span(1)] if scoped else []


def _header(source: Source, name: _Name) -> list[Span]:
    """All of the header behind the scheme, to the end of its line or of the quote around it."""
    folded = source.folded
    start = _value_start(folded, name)
    if start is None or is_quoted(folded, start) or folded.startswith(("[", "("), start):
        spans = _plain(source, name)
    else:
        spans = [(start, start)]
    return [_without_scheme(folded, span) for span in spans]


def _without_scheme(folded: str, span: Span) -> Span:
    start, end = span
    scheme = _SCHEME.match(folded, start)
    if start == end:  # not quoted; a digest has quotes of its own
        line_end = (_LINE_END if scheme and scheme[1] else _HEADER_END).search(folded, start)
        end = line_end.start() if line_end else len(folded)
    return (scheme.end() if scheme and scheme.end() < end else start), end


def _auth(source: Source, name: _Name) -> list[Span]:
    """Too common a word: only beside a pair, `auth=("user", "…")`, or what is not a word."""
    folded = source.folded
    assignment = names.ASSIGNMENT.match(folded, name.end)
    if not assignment:
        return []
    spans = value_spans(source, assignment.end())
    is_pair = folded.startswith("(", assignment.end())
    return spans if is_pair else [span for span in spans if looks_random(folded, span[0])]


_READERS: dict[str, Callable[[Source, _Name], list[Span]]] = {
    "password": _plain,
    "secret": _plain,
    "token": _plain,
    "sas": _plain,
    "signature": _signature,
    "request": _request,
    "credential": _credential,
    "header": _header,
    "auth": _auth,
}


def _value_start(folded: str, name: _Name) -> int | None:
    """Where the value of the name begins, if the name is followed by one."""
    for separator in (names.ASSIGNMENT, names.NAMED_PAIR):
        if match := separator.match(folded, name.end):
            return match.end()
    if match := names.NEXT_ITEM.match(folded, name.end):
        return match.end() if name.is_flag or _is_pair(folded, name, match.end()) else None
    if match := names.TABLE_CELL.match(folded, name.end):
        return match.end() if looks_random(folded, match.end()) else None
    if match := names.ONE_BLANK.match(folded, name.end):
        return match.end() if _follows_blank(folded, name, match.end()) else None
    return None


def _is_pair(folded: str, name: _Name, start: int) -> bool:
    """Whether this is `("name", "value")`, or the end of a call, and not a list of names."""
    opening = folded[max(0, name.start - 3) : name.start].rstrip("\"'b")
    if opening.endswith("("):
        return not _IDENTIFIER.match(folded, start + 1)
    return looks_random(folded, start + 1)


def _follows_blank(folded: str, name: _Name, start: int) -> bool:
    """Whether what follows after one blank is a value, as after a flag or in `config set`."""
    if name.is_flag:
        metavar = _IDENTIFIER.match(folded, start)
        return not (metavar and _squashed(name.prefix + name.text).endswith(_squashed(metavar[0])))
    if is_quoted(folded, start):
        return name.kind == "password"
    return "_" in name.prefix + name.text and looks_random(folded, start)


def _squashed(identifier: str) -> str:
    return identifier.replace("-", "").replace("_", "")


def _begins_line(folded: str, name: _Name) -> bool:
    earliest = max(0, name.start - _LONGEST_INDENT)
    line = folded.rfind("\n", earliest, name.start) + 1
    return (line > 0 or earliest == 0) and bool(_INDENT.fullmatch(folded, line, name.start))


def _element(folded: str, name: _Name) -> list[Span]:
    """The content of the XML element of this name, also if the text ends before the element."""
    tag = names.TAG.match(folded, name.end)
    if not tag:
        return []
    opening = names.TAG_OPENINGS[tag[1]]
    before = folded[max(0, name.start - _LONGEST_PREFIX) : name.start].rstrip(
        _NAME_CHARACTERS + ":"
    )
    if not before.endswith(opening):
        return []
    start = tag.end()
    end = folded.find(names.CDATA_END if tag["cdata"] else opening, start)
    closed = end >= 0 and (tag["cdata"] or folded.startswith(opening + "/", end))
    end = len(folded) if end < 0 else end
    if not closed and name.kind != "request":
        word = _WORD.match(folded, start, end)
        end = word.end() if word else start
    return [] if is_placeholder(folded, start, end) else [(start, end)]
