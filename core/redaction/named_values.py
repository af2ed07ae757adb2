"""Named values: what stands beside a name that says it is secret."""

import re
from collections.abc import Callable

from core.redaction.elements import element_spans
from core.redaction.names import Name, find_names
from core.redaction.separators import assigned_at, looks_random, value_start
from core.redaction.spans import Source, Span
from core.redaction.strings import is_quoted
from core.redaction.values import value_spans

# The working directory is no password: PWD=/home/alice
_DIRECTORIES = ("pwd", "oldpwd")
_PATH = re.compile(r"[\"']?(?:[/~.]|[a-z]:)")

# What may stand before a name at the beginning of its line, which may be a line in a repr.
_INDENT = re.compile(
    r"(?:^|.*\n|.*\\n)[\s│|>*-]*(?:(?:export|set|env|setx) +|\$env:)?[\"']?", re.DOTALL
)
# Kinds whose values have no `&` in them.
_ENCODED = ("token", "signature", "sas")
# What stands before the name of a parameter.
_PARAMETER = re.compile(r"(?:[?&;]|%(?:25){0,3}(?:3f|26)|u0026)$")

_SCHEME = re.compile(
    r"(?:(digest)|aws4-hmac-sha256|aws4-ecdsa-p256-sha256|aws|basic|bearer|negotiate|ntlm|oauth"
    r"|token) {1,4}(?=\S)"
)
# For the text as it is: \R does not end a line.
_HEADER_END = re.compile(r"\\{0,4}[\"'](?=[\s,;)\]}]|$)|\\{1,4}[rn]|\n|$")
_LINE_END = re.compile(r"\\{1,4}[rn]|\n|$")

_SCOPED_ID = re.compile(
    r"[bruf]?\\{0,8}[\"']?(\S{1,128}?)(?=(?:\\{0,4}/|%(?:25){0,3}2f)[0-9]{8}\D)"
)
_HEX_LINE = re.compile(r"\n([0-9a-f]{40,128})(?![0-9a-z])")


def find_named_values(source: Source) -> list[Span]:
    """The values of passwords, keys, tokens, signatures and credential headers."""
    spans: list[Span] = []
    for name in find_names(source.folded):
        if not spans or name.end > spans[-1][1]:
            spans += _READERS[name.kind](source, name)
    return spans


def _plain(source: Source, name: Name) -> list[Span]:
    """A password, key or token: what the name is followed by, if that is a value."""
    folded = source.folded
    if element := element_spans(folded, name):
        return element
    start = value_start(folded, name)
    if start is None or (name.text in _DIRECTORIES and _PATH.match(folded, start)):
        return []
    if is_quoted(folded, start):
        return value_spans(source, start)
    parameter = name.kind in _ENCODED or bool(_PARAMETER.search(name.before))
    spans = value_spans(source, start, phrase=_is_setting(source, name), parameter=parameter)
    return [span for span in spans if folded[slice(*span)] != name.text]


def _is_setting(source: Source, name: Name) -> bool:
    """Whether this is a line of a settings file, where a password may have blanks; not of a shell."""
    is_variable = source.text[name.end : name.end + 1] == "=" and (
        source.text[name.start : name.end].isupper()
    )
    return name.kind == "password" and not is_variable and bool(_INDENT.fullmatch(name.before))


def _signature(source: Source, name: Name) -> list[Span]:
    """Like a password; or, as botocore logs it, in hex on the next line."""
    start = assigned_at(source.folded, name)
    line = start is not None and _HEX_LINE.match(source.folded, start)
    return [line.span(1)] if line else _plain(source, name)


def _credential(source: Source, name: Name) -> list[Span]:
    """The key id in front of date, region and service, which stay."""
    start = assigned_at(source.folded, name)
    scoped = start is not None and _SCOPED_ID.match(source.folded, start)
    return [scoped.span(1)] if scoped else []


def _header(source: Source, name: Name) -> list[Span]:
    """All of a header behind the scheme, to the end of its line or of the quote around it."""
    folded = source.folded
    start = value_start(folded, name)
    if start is None or is_quoted(folded, start) or folded.startswith(("[", "("), start):
        return [_without_scheme(folded, *span) for span in _plain(source, name)]
    return [_without_scheme(folded, start, _header_end(source, start))]


def _header_end(source: Source, start: int) -> int:
    scheme = _SCHEME.match(source.folded, start)
    is_digest = scheme and scheme[1]  # it has quotes of its own
    end = (_LINE_END if is_digest else _HEADER_END).search(source.text, start)
    return end.start() if end else len(source.text)


def _without_scheme(folded: str, start: int, end: int) -> Span:
    scheme = _SCHEME.match(folded, start, end)
    return (scheme.end() if scheme else start), end


def _auth(source: Source, name: Name) -> list[Span]:
    """Too common a word: only beside a pair, `auth=("user", "…")`, or what is not a word."""
    start = assigned_at(source.folded, name)
    if start is None:
        return []
    is_pair = source.folded.startswith("(", start)
    return value_spans(source, start) if is_pair or looks_random(source.folded, start) else []


_READERS: dict[str, Callable[[Source, Name], list[Span]]] = {
    "password": _plain,
    "pass": _plain,
    "secret": _plain,
    "token": _plain,
    "sas": _plain,
    "signature": _signature,
    "request": _plain,
    "credential": _credential,
    "header": _header,
    "auth": _auth,
}
