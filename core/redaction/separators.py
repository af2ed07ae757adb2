"""Separators: what stands between the name of a secret and its value."""

import re

from core.redaction.names import Name
from core.redaction.strings import NEW_LINE, OPENING, QUOTE, is_quoted

_NAME_END = rf"""
    (?:[_-]?[0-9]{{1,2}})? (?: {QUOTE} | [\])] | \*{{1,2}} | \[/?[a-z ]{{0,20}}\] ){{0,3}}
"""
_EQUALS = r"""
    (?: => | -> | [=-]&(?:amp;){0,3}gt; | := | [=!]?={1,3} | :{1,2}(?!//)
      | %(?:25){0,3}3[ad] | \\{1,4}u003[ad] )
"""
# `name = value` in INI, TOML, YAML, JSON, repr, URL, shell, source code with an annotation, and
# at the prompts of `aws configure`: "AWS Secret Access Key [None]: ".
_ASSIGNMENT = re.compile(
    rf"""
    {_NAME_END} [ \t]{{0,40}} (?:\[[^\]\n]{{0,40}}\])?
    (?: : [ ]? (?:str|bytes|secret|secretstr|optional\[str\]) (?:[ ]\|[ ]none)? [ ]? =
      | {_EQUALS} )
    [ \t]{{0,40}}
    (?: {NEW_LINE} [\s│|]{{0,80}} (?={OPENING}) )?
    """,
    re.VERBOSE,
)
# {"name": "secret_key", "value": "…"}, <name>fs.s3a.secret.key</name><value>…, <add key= value=>
_NAMED_PAIR = re.compile(
    rf"""
    {_NAME_END} [,;]? (?: [\s│|] | \\{{1,4}}[rn] ){{0,80}}
    (?: </name> \s{{0,40}} <value> | {QUOTE}? value {QUOTE}? \s{{0,4}} [=:] \s{{0,4}} )
    """,
    re.VERBOSE,
)
# The next item of a tuple or list: ('X-Amz-Security-Token', 'FwoG…'), ['--secret-key', '…']
_NEXT_ITEM = re.compile(rf"{QUOTE}[ \t]{{0,4}},\s{{0,40}}(?={OPENING})", re.VERBOSE)
_OPENED_PAIR = re.compile(rf"\([bu]?{QUOTE}$", re.VERBOSE)
# The next cell of a table: name │ value
_NEXT_CELL = re.compile(r"[ \t]{1,40}[│┃|║][ \t]{1,40}")
# The next word: --secret-key …; two blanks are the column of a help text.
_NEXT_WORD = re.compile(r"[_-]?[0-9]{0,2}[ \t](?=\S)")
# --password PASSWORD
_METAVAR = re.compile(r"[a-z][a-z_]{2,}+(?=[\s\"']|$)")
# Letters and digits: not a word of a sentence.
_RANDOM = re.compile(r"(?=\S*[a-z])(?=\S*[0-9])\S{8}")
_LONGEST_WORD = 200


def assigned_at(folded: str, name: Name) -> int | None:
    """Where the value begins that is assigned to the name, if one is."""
    match = _ASSIGNMENT.match(folded, name.end)
    return match.end() if match else None


def value_start(folded: str, name: Name) -> int | None:
    """Where the value of the name begins, if it is followed by one in any way."""
    for separator, is_value in _SEPARATORS:
        if match := separator.match(folded, name.end):
            return match.end() if is_value(folded, name, match.end()) else None
    return None


def looks_random(folded: str, start: int) -> bool:
    """Whether eight characters or more follow that are no word."""
    return bool(_RANDOM.match(folded, start, start + _LONGEST_WORD))


def _always(_folded: str, _name: Name, _start: int) -> bool:
    return True


def _is_item(folded: str, name: Name, start: int) -> bool:
    """Whether this is an option, a pair, or the last arguments of a call; not a list of names."""
    return name.is_flag or bool(_OPENED_PAIR.search(name.before)) or looks_random(folded, start + 1)


def _is_cell(folded: str, _name: Name, start: int) -> bool:
    return looks_random(folded, start)


def _is_argument(folded: str, name: Name, start: int) -> bool:
    """Whether the next word is a value, as after an option or in `config set`."""
    if name.is_flag and not folded.startswith("-", start):
        metavar = _METAVAR.match(folded, start)
        return not (metavar and _squashed(name.text).endswith(_squashed(metavar[0])))
    if is_quoted(folded, start):
        return name.kind == "password"
    return name.is_identifier and looks_random(folded, start)


def _squashed(identifier: str) -> str:
    return identifier.replace("-", "").replace("_", "")


_SEPARATORS = (
    (_ASSIGNMENT, _always),
    (_NAMED_PAIR, _always),
    (_NEXT_ITEM, _is_item),
    (_NEXT_CELL, _is_cell),
    (_NEXT_WORD, _is_argument),
)
