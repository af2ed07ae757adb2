"""Values: where the value that begins at an offset ends, whatever it is written in."""

import re
from collections.abc import Iterator

from core.redaction.spans import Source, Span
from core.redaction.strings import NEW_LINE, string_spans

# A value that says where the secret is, or that there is none.
_PLACEHOLDER = re.compile(
    r"""
      \$\{[^{}]{1,80}\} | \{\{[^{}]{1,80}\}\} | \{[\w.!:]{0,80}\} | \$\([^()]{1,80}\)
    | \$[a-z]+_[a-z_]+ | %[a-z]+_[a-z_]+% | %[sr] | %\(\w{1,40}\)[sr]
    | <[a-z][a-z _.-]{0,60}> | \[redacted\] | ‹[a-z]{1,20}› | [*.…x]{3,} | \*{3,}[a-z0-9]{0,4}
    | null | none | nil | unset | empty | true | false | yes | no | on | off
    """,
    re.VERBOSE,
)
# Without quotes it may also be code, such as a line of a traceback, ...
_CODE = re.compile(
    r"""
      (?:self|os|config|settings|args|options|getpass) \. [\w.]{1,80} (?=[\s,;:)\]}\[(]|$)
    | (?:\w{1,40}\.){1,6} \w{0,40}(?:password|passwd|secret|token|_key) (?=[\s,;:)\]}]|$)
    | [a-z_]{1,40} (?:\.[a-z_]{1,40}){1,6} \(
    | (?: [a-z_]{1,40}_token | str | string | bytes | int ) (?=[\s,;:)\]}|=]|$)
    """,
    re.VERBOSE,
)
# ... or what a message says about the secret.
_STATUS = re.compile(
    "denied|expired|invalid|missing|ok|revoked|valid|wrong"
    "|an?|and|are|for|from|has|in|is|it|must|not|of|or|that|the|this|to|was"
)

# A block of YAML: "|" or ">-", then lines that are indented.
_BLOCK = re.compile(rf"[|>][+-]?[0-9]? [ \t│]{{0,80}} {NEW_LINE}", re.VERBOSE)
_BLOCK_LINE = re.compile(
    rf"(?:[│|][ ]?)? (?: [ \t]++ ((?: [^\n\\]++ | (?!{NEW_LINE})\\ )++) )? (?:{NEW_LINE}|$)",
    re.VERBOSE,
)

# <your secret key>
_HINT = re.compile(r"<[a-z][a-z _.-]{0,60}>(?!\S)")
# [bold red]value[/]
_MARKUP = re.compile(r"(?:\[(?:/|/?[a-z#@][^\]\n]{0,40})\]){1,3}(?=[\w\"'])")
# For the text as it is: \R does not end a line.
_END = r"""
      \s | $
    | [;,] (?= [A-Za-z_][\w.-]{2,63} = )                           # the next name=
    | ["'`] (?= [\s,;)\]}>:] | $ )                                 # the quote around name and value
    | \\{1,8} (?: ["'`] (?= [\s,;)\]}>:\\] | $ ) | [nr] )          # the same, a new line: in a repr
    | \\{0,8} &(?:amp;){0,3}(?:quot|apos|lt|gt|\#3[49]|\#x2[27]);      # the same, in HTML
    | </? [A-Za-z][\w:.-]{0,40} \s{0,4} /?>                        # the end of the element
    | \[/ | \]\(                                                   # the end of markup, of a link
"""
_WORD_END = re.compile(_END, re.VERBOSE)
_PARAMETER_END = re.compile(
    _END
    + r"""
    | (?: & (?:amp;)? | %(?:25){0,3}26 | \\{1,4}u0026 )            # the next parameter
        (?= [A-Za-z_][\w.-]{0,63} (?: = | %(?:25){0,3}3[Dd] | \\{1,4}u003[Dd] ) )
    """,
    re.VERBOSE,
)
_OPENING_BRACKETS = "([{"
_AFTER_BARE = ")]},;.:>"

# "correct horse battery staple": words up to the end of the line, unless another name follows.
_MORE_WORDS = re.compile(
    r"(?:[ \t]{1,3}[^\s│|#;=:]{1,64}){1,12}(?=[ \t]{0,40}(?:$|[│|#;]))", re.MULTILINE
)
# A long value that was wrapped goes on in lines that hold nothing else.
_WRAPPED_LINE = re.compile(
    r"[ \t]{0,80}[│|]?\\?\n[ \t│|]{0,80}([a-z0-9+/=_-]{16,}+)(?=[ \t]{0,80}[│|]?\\?(?:\n|$))"
)
_WRAPS_FROM = 20


def value_spans(
    source: Source, start: int, *, phrase: bool = False, parameter: bool = False
) -> list[Span]:
    """The parts of the value at `start` that would show it, without quotes and brackets.

    Args:
        source: The text.
        start: Where the value, or the quote or bracket before it, begins.
        phrase: Whether an unquoted value may be several words up to the end of the line.
        parameter: Whether an unquoted value ends where `&name=` follows.
    """
    folded = source.folded
    if spans := string_spans(folded, start):
        return [span for span in spans if not is_placeholder(folded[slice(*span)])]
    if block := _BLOCK.match(folded, start):
        return list(_block_lines(folded, block.end()))
    start, end = _bare(source, start, _PARAMETER_END if parameter else _WORD_END)
    if phrase and (words := _MORE_WORDS.match(folded, end)):
        end = words.end()
    if start >= end or _says_nothing(folded[start:end]):
        return []
    return [(start, end), *(_wrapped_lines(folded, end) if end - start >= _WRAPS_FROM else ())]


def is_placeholder(value: str) -> bool:
    """Whether the value says where the secret is, or that there is none."""
    return bool(_PLACEHOLDER.fullmatch(value))


def _says_nothing(value: str) -> bool:
    return is_placeholder(value) or bool(_STATUS.fullmatch(value))


def _bare(source: Source, start: int, ending: re.Pattern[str]) -> Span:
    """The value that begins here without a quote; empty if it is a placeholder."""
    text, folded = source
    if _CODE.match(folded, start) or _HINT.match(folded, start):
        return start, start
    tag = _MARKUP.match(folded, start)
    inside = tag.end() if tag else start
    boundary = ending.search(text, inside + folded.startswith("&", inside))
    end = boundary.start() if boundary else len(folded)
    if _says_nothing(folded[start:end]):
        return end, end
    while not tag and start < end and folded[start] in _OPENING_BRACKETS:
        start += 1
    while start < end and folded[end - 1] in _AFTER_BARE:
        end -= 1
    return start, end


def _block_lines(folded: str, start: int) -> Iterator[Span]:
    while start < len(folded) and (line := _BLOCK_LINE.match(folded, start)):
        if line[1]:
            yield line.span(1)
        start = line.end()


def _wrapped_lines(folded: str, start: int) -> Iterator[Span]:
    while line := _WRAPPED_LINE.match(folded, start):
        yield line.span(1)
        start = line.end(1)
