"""Names: what a secret is called. All patterns are for folded text."""

import re
from collections.abc import Iterator
from string import ascii_lowercase, digits
from typing import NamedTuple

# What a name has in it: plain words, because every text is searched for them.
_KEYWORD = re.compile(
    "access|account|api|application|auth|canonicalrequest|cookie|credential|customer|encryption"
    "|jwt|master|pass|private|pwd|secret|shared|sig|stringtosign|subscription|token"
)
_GAP = "[ _.-]?"
# The name from there. It must end here: `token_count` and `password_file` are no secrets. The
# group says how the value is to be read.
_NAME = re.compile(
    rf"""
    (?: (?P<password> pass(?:word|wd|phrase|code) | pwd )
      | (?P<pass> pass )
      | (?P<secret>
            secret (?:{_GAP}access)? (?:{_GAP}key)? (?:{_GAP}(?:base|string|value))?
          | access {_GAP} key (?:{_GAP}(?:id|secret))?         # a MinIO key id has no AKIA shape
          | (?: account|api|application|customer|encryption|master|private|shared|signing
              | subscription ) {_GAP} key )
      | (?P<token> token (?:-[0-9]{{1,2}})? | jwt )            # S3 echoes tokens as <Token-0>
      | (?P<signature> signature (?:provided)? )
      | (?P<sas> (?:(?<=[?&;])|(?<=%3f)|(?<=%26)|(?<=u0026)) sig )     # Azure; only in a query
      | (?P<request> (?: stringtosign | canonicalrequest ) (?:bytes)? )
      | (?P<credential> credential )                           # SigV4: id/date/region/service
      | (?P<header> authorization | cookie )
      | (?P<auth> (?<![a-z0-9.-]) auth )                       # docker, npm, requests
    ) (?![a-z])
    """,
    re.VERBOSE,
)

# DB_PASS and smtp_pass are passwords, tests_pass is not.
_PASS_OF = (
    *("admin", "auth", "db", "ftp", "http", "key", "ldap", "login", "mail", "mysql", "pg"),
    *("proxy", "redis", "root", "smtp", "ssh", "user"),
)
# Error codes are names of secrets too: "InvalidAccessKeyId: The AWS Access Key Id you provided".
_ERRORS = ("invalid", "expired", "missing", "unrecognized", "unexpected", "malformed")
# Tokens that say where a listing continues or which object is ours, and tokens of a parser.
_HARMLESS_TOKENS = ("continuation", "next", "page", "write", "unexpected", "invalid", "illegal")

_PREFIX_CHARACTERS = ascii_lowercase + digits + "_.-"
_LONGEST_PREFIX = 64
# The rest of an escape, which is not a part of the prefix: %26, \n, \u0026
_ESCAPE_BEFORE = re.compile(
    r"(?<=%)(?:25){0,3}[0-9a-f]{2}|(?<=\\)(?:u[0-9a-f]{4}|x[0-9a-f]{2}|[nrt])"
)


class Name(NamedTuple):
    """A name in a text: `text` is `folded[start:end]` and begins with `prefix`."""

    kind: str
    text: str
    prefix: str
    before: str
    start: int
    end: int

    @property
    def is_flag(self) -> bool:
        """Whether this is an option of a command."""
        return self.text[0] == "-"

    @property
    def is_identifier(self) -> bool:
        """Whether this cannot be a word of a sentence."""
        return "_" in self.text or "-" in self.text


def find_names(folded: str) -> Iterator[Name]:
    """The names of secrets, from left to right; not the ones that only look like it."""
    done = 0
    for keyword in _KEYWORD.finditer(folded):
        start = keyword.start()
        if start >= done and (match := _NAME.match(folded, start)):
            done = match.end()
            if not _is_prose(folded, match):
                name = _with_prefix(folded, match)
                if not _is_harmless(name):
                    yield name


def _is_prose(folded: str, match: re.Match[str]) -> bool:
    """Whether a plain word stands between words: the usual case, so it is told first."""
    start, end = match.span()
    return (
        folded[end : end + 1] == " "
        and folded[end + 1 : end + 2].isalnum()
        and folded[start - 1 : start] not in ("_", "-")
        and not {"_", "-"} & set(match[0])
    )


def _with_prefix(folded: str, match: re.Match[str]) -> Name:
    head = folded[max(0, match.start() - _LONGEST_PREFIX) : match.start()]
    before = len(head.rstrip(_PREFIX_CHARACTERS))
    if escape := _ESCAPE_BEFORE.match(head, before):
        before = escape.end()
    prefix = head[before:]
    start = match.start() - len(prefix)
    kind = match.lastgroup or ""
    return Name(kind, prefix + match[0], prefix, head[:before], start, match.end())


def _is_harmless(name: Name) -> bool:
    if name.prefix.startswith(_ERRORS):
        return True
    if name.kind == "pass":
        return not name.prefix.rstrip("_-").endswith(_PASS_OF)
    word_before = (name.prefix or name.before).rstrip("_.- ")
    return name.kind == "token" and word_before.endswith(_HARMLESS_TOKENS)
