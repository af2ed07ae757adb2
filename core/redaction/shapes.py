"""Shapes: secrets that are recognised by how they look, whatever stands around them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from core.redaction.spans import Source, Span


class Shape(NamedTuple):
    """A family of secrets.

    Attributes:
        marks: One of these, separated by blanks, is in every text that the pattern matches.
        pattern: Matches the secret, or has it as its group. Either it cannot fail after an
            unbounded repeat, or all its repeats are bounded: a long run is read once. It is
            compiled when a mark is first seen.
        proof: What the match must look like as a whole, where the pattern alone says too little.
    """

    marks: str
    pattern: str
    proof: str = ""


def _prefixed(prefixes: str, body: str) -> Shape:
    """Tokens that begin with one of the prefixes, separated by blanks."""
    return Shape(prefixes, f"(?:{'|'.join(map(re.escape, prefixes.split()))}){body}")


# May stand directly before a secret without being part of it: %2F, \n, \x00, \u003d, [33m
_ESCAPE = re.compile(
    r"(?:%(?:25){0,3}[0-9A-Fa-f]{2}|\\(?:[nrt]|x[0-9a-f]{2}|u[0-9a-f]{4})|\[[0-9;]{1,8}m)$"
)
_LONGEST_ESCAPE = 12

_SCHEME_AND_CREDENTIAL = r"\w+ (?=.*(?:[0-9=]|[a-z][A-Z])).*"
_BASE64 = r"(?:[A-Za-z0-9+/=_-]|\\/|%(?:25){0,3}(?:2[BbFf]|3[Dd]))"

SHAPES = (
    # AWS access key ids and unique ids: 20 characters; longer ones only with a digit, because
    # TODAYINASIAASACKOFRICEFELLOVER.
    Shape(
        "A3T AKIA ASIA ABIA ACCA AROA AIDA AGPA ANPA AIPA ANVA APKA ASCA",
        r"A(?:3T[A-Z0-9]|KIA|SIA|BIA|CCA|ROA|IDA|GPA|NPA|IPA|NVA|PKA|SCA)"
        r"(?:[A-Z0-9]{16}|(?=[A-Z]{0,24}[0-9])[A-Z0-9]{17,24})(?![A-Za-z0-9])",
    ),
    # AWS session tokens: the base64 of "origin_ec", "aws" and their kin.
    _prefixed(
        "IQoJb3JpZ2lu IgoJb3JpZ2lu FwoGZXIvYXdz FQoGZXIvYXdz AQoDYXdz AQoEYXdz", _BASE64 + "{16,}+"
    ),
    # Signature version 2: AWS id:signature
    Shape("AWS", r"AWS ([\w.-]{3,128}:[A-Za-z0-9+/]{27}=)"),
    # Amazon Bedrock API keys
    _prefixed("ABSK bedrock-api-key-", "[A-Za-z0-9+/=_-]{40,}+"),
    # Google: HMAC ids of Cloud Storage, API keys, OAuth access tokens and client secrets
    _prefixed("GOOG1", "[A-Z0-9]{20,}+"),
    _prefixed("GOOG", "[A-Z0-9]{20}(?![A-Za-z0-9])"),
    _prefixed("AIza", r"[\w-]{35,}+"),
    _prefixed("ya29. GOCSPX-", r"[\w./-]{16,}+"),
    # Alibaba access key ids
    _prefixed("LTAI", "[A-Za-z0-9]{12,26}(?![A-Za-z0-9])"),
    # GitHub, GitLab
    _prefixed("ghp_ gho_ ghu_ ghs_ ghr_ github_pat_", r"\w{20,}+"),
    _prefixed("glpat- gldt- glrt- glcbt- glptt- gloas-", r"[\w.-]{16,}+"),
    # Slack
    _prefixed("xoxa- xoxb- xoxe- xoxp- xoxr- xoxs- xapp-1-", r"[\w.-]{10,}+"),
    Shape("hooks.slack.com", r"hooks\.slack\.com/(?:services|workflows)/([\w/-]{16,}+)"),
    # HashiCorp Vault, DigitalOcean, Docker, Databricks
    _prefixed("hvs. hvb. hvr.", r"[\w-]{16,}+"),
    _prefixed("dop_v1_ doo_v1_ dor_v1_", r"\w{32,}+"),
    _prefixed("dckr_pat_ dckr_oat_", r"[\w-]{27,}+"),
    _prefixed("dapi", "[a-f0-9]{32}(?![A-Za-z0-9])"),
    # npm, PyPI, Hugging Face, OpenAI and Anthropic, Stripe
    _prefixed("npm_ hf_", "[A-Za-z0-9]{30,}+"),
    _prefixed("pypi-AgEIcHlwaS5vcmc", r"[\w-]{30,}+"),
    _prefixed("sk-ant- sk-proj- sk-svcacct-", r"[\w-]{20,}+"),
    _prefixed("sk_live_ sk_test_ rk_live_ rk_test_ whsec_", "[A-Za-z0-9+/=]{16,}+"),
    # age identities
    _prefixed("AGE-SECRET-KEY-1", "[A-Za-z0-9]{20,}+"),
    # JSON web tokens: a header and a payload at least
    Shape(
        "eyJ",
        r"eyJ[\w-]*+(?:\.[\w-]*+)*+",
        r"eyJ[\w-]{5,}+\.[\w-]{5,}+(?:\.[\w-]*+)*+",
    ),
    # What follows a scheme is a credential, if it is no word: "Basic authentication"
    Shape("earer EARER", r"(?i:bearer) ([\w.~+/=-]{16,}+)", _SCHEME_AND_CREDENTIAL),
    Shape("asic ASIC", r"(?i:basic) ([A-Za-z0-9+/=]{8,}+)", _SCHEME_AND_CREDENTIAL),
)
_MARKS = tuple((mark, shape) for shape in SHAPES for mark in shape.marks.split())


def find_shapes(source: Source) -> list[Span]:
    """Secrets that look like nothing else."""
    shapes = {shape for mark, shape in _MARKS if mark in source.text}
    return [span for shape in shapes for span in _of_shape(source.text, shape)]


def _of_shape(text: str, shape: Shape) -> Iterator[Span]:
    for match in re.finditer(shape.pattern, text, re.ASCII):
        if _begins_token(text, match.start()) and _is_proven(shape, match[0]):
            yield match.span(match.re.groups)


def _is_proven(shape: Shape, match: str) -> bool:
    return not shape.proof or bool(re.fullmatch(shape.proof, match, re.ASCII))


def _begins_token(text: str, start: int) -> bool:
    """Whether nothing before `start` belongs to the same token; an escape does not."""
    if start == 0 or not (text[start - 1].isascii() and text[start - 1].isalnum()):
        return True
    return bool(_ESCAPE.search(text, max(0, start - _LONGEST_ESCAPE), start))
