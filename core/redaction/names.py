"""Names: what a secret is called, and what stands between its name and its value. Data only.

All patterns are for folded text. Repeats are bounded or possessive, so that no text is slow.
"""

import re

_GAP = "[ _.-]?"

# The name must end here: `token_count` and `password_file` are not secrets. The group that
# matched says how the value is to be read.
NAME = re.compile(
    rf"""
    (?: (?P<password>
          pass(?:word|wd|phrase|code)
        | (?: admin|auth|db|ftp|http|key|ldap|login|mail|mysql|pg|proxy|redis|root|smtp|ssh|user
          ) _? pass (?:word|wd|phrase|code)?
        | pwd )
    | (?P<secret>
          secret (?:{_GAP}access)? (?:{_GAP}key)? (?:{_GAP}(?:base|string|value))?
        | access {_GAP} key (?:{_GAP}(?:id|secret))?         # a MinIO key id has no AKIA shape
        | (?: account|api|application|customer|encryption|master|private|shared|signing
            | subscription ) {_GAP} key )
    | (?P<token> token (?:-[0-9]{{1,2}})? | jwt )            # S3 echoes tokens as <Token-0>
    | (?P<signature> signature (?:provided)? )
    | (?P<sas> (?:(?<=[?&;])|(?<=%3f)|(?<=%26)|(?<=u0026)) sig )   # Azure; only in a query
    | (?P<request> (?: stringtosign | canonicalrequest ) (?:bytes)? )
    | (?P<credential> credential )                           # SigV4: id/date/region/service
    | (?P<header> (?:proxy-)? authorization | (?:set-)? cookie )
    | (?P<auth> (?<![a-z0-9.-]) auth )                       # docker, npm, requests
    ) (?![a-z])
    """,
    re.VERBOSE,
)
# One of these is in every text that `NAME` matches.
NAME_PARTS = (
    "pass",
    "pwd",
    "secret",
    "key",
    "token",
    "jwt",
    "sig",
    "canonicalr",
    "cred",
    "auth",
    "cookie",
)

# S3 error codes are names of secrets too: "InvalidAccessKeyId: The AWS Access Key Id you provided".
HARMLESS_PREFIXES = ("invalid", "expired", "missing", "unrecognized", "unexpected", "malformed")
# Tokens that only say where a listing continues, and the ones that mark what we wrote.
HARMLESS_TOKENS = ("continuation", "next", "page", "write", "unexpected", "invalid", "illegal")

QUOTE = r"""(?: \\{0,7} ["'`] | %(?:25){0,3}2[27] | &(?:quot|apos|\#3[49]); | \\{1,4}u002[27] )"""
_EQUALS = r"""
    (?: => | -> | := | [=!]?={1,3} | :{1,2}(?!//) | %(?:25){0,3}3[ad] | \\{1,4}u003[ad] )
"""
_NAME_END = rf"""
    (?:[_-]?[0-9]{{1,2}})? (?: {QUOTE} | [\])] | \*{{1,2}} | \[/?[a-z ]{{0,20}}\] ){{0,3}}
"""

# `name = value`, in INI, TOML, YAML, JSON, repr, URL, shell, source code with an annotation, and
# at the prompts of `aws configure`: "AWS Secret Access Key [None]: ".
ASSIGNMENT = re.compile(
    rf"""
    {_NAME_END} [ \t]{{0,40}} (?:\[[^\]\n]{{0,40}}\])?
    (?: : [ ]? (?:str|bytes|secret|secretstr|optional\[str\]) (?:[ ]\|[ ]none)? [ ]? = | {_EQUALS} )
    [ \t]{{0,40}}
    (?: \\?\n [\s│|]{{0,80}} (?=[bruf]{{0,2}}{QUOTE}) )?
    """,
    re.VERBOSE,
)
# {"name": "secret_key", "value": "…"}, <name>fs.s3a.secret.key</name><value>…, <add key= value=>
NAMED_PAIR = re.compile(
    rf"""
    {_NAME_END} [,;]? \s{{0,40}}
    (?: </name> \s{{0,40}} <value> | {QUOTE}? value {QUOTE}? \s{{0,4}} [=:] \s{{0,4}} )
    """,
    re.VERBOSE,
)
# The rest of an opening XML tag, whose `<` stands before the name.
TAG = re.compile(r"(?: [^<>\n]{0,200})?(>|&gt;|\\u003e)(?P<cdata><!\[cdata\[)?")
TAG_OPENINGS = {">": "<", "&gt;": "&lt;", "\\u003e": "\\u003c"}
CDATA_END = "]]>"
# ('X-Amz-Security-Token', 'FwoG…') and ['--secret-key', '…']
NEXT_ITEM = re.compile(rf"{QUOTE}[ \t]{{0,4}},\s{{0,40}}(?=[bruf]{{0,2}}{QUOTE})", re.VERBOSE)
# --secret-key …; two blanks are the column of a help text
ONE_BLANK = re.compile(r"[_-]?[0-9]{0,2}[ \t](?=[^\s-])")
# A row of a table: name │ value
TABLE_CELL = re.compile(r"[ \t]{1,40}[│┃|║][ \t]{1,40}")

# Values that say where the secret is, or that there is none.
PLACEHOLDER = re.compile(
    r"""
      \$\{[^{}]{1,80}\} | \{\{[^{}]{1,80}\}\} | \{[\w.!:]{0,80}\} | \$\([^()]{1,80}\)
    | \$[a-z]+_[a-z_]+ | %[a-z]+_[a-z_]+% | %[sr] | %\(\w{1,40}\)[sr]
    | <[a-z][a-z _.-]{0,60}> | \[redacted\] | ‹[a-z]{1,20}› | [*.…x]{3,} | \*{3,}[a-z0-9]{0,4}
    | \w+(?:\.\w+)*\.\w*(?:password|passwd|secret|token|access_key|secret_key)
    | (?:self|os|config|settings|args|options|getpass)\.[\w.]{1,80}(?:\[.*|\(.*)?
    """,
    re.VERBOSE,
)
EMPTY_VALUES = frozenset(
    [
        "null",
        "none",
        "nil",
        "undefined",
        "unset",
        "empty",
        "true",
        "false",
        "yes",
        "no",
        "on",
        "off",
        "str",
        "string",
        "bytes",
    ]
)
# What a message says about a secret, instead of the secret.
STATUS_WORDS = frozenset(
    [
        "denied",
        "expired",
        "incorrect",
        "invalid",
        "malformed",
        "missing",
        "ok",
        "optional",
        "rejected",
        "required",
        "revoked",
        "valid",
        "wrong",
        "a",
        "an",
        "and",
        "are",
        "for",
        "from",
        "has",
        "in",
        "is",
        "it",
        "must",
        "not",
        "of",
        "or",
        "that",
        "the",
        "this",
        "to",
        "was",
    ]
)
