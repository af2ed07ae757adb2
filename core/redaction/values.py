"""Values: where the value that begins at an offset ends, whatever it is written in."""

import re
from collections.abc import Iterator

from core.redaction.names import EMPTY_VALUES, PLACEHOLDER, QUOTE, STATUS_WORDS
from core.redaction.spans import Source, Span

# A quoted value may run on over this many characters of the lines that follow.
_RUN_ON = 2000
# Escaped five times over, a quote has this many backslashes.
_MOST_SLASHES = 32

_OPENING = re.compile(
    rf"""[bruf]{{0,2}} ( \\{{0,7}} (?: \"{{3}} | '{{3}} ) | {QUOTE} )""", re.VERBOSE
)
# ("…", ["…", Secret("…
_WRAPPER = re.compile(
    rf"(?: [a-z_][\w.]{{0,40}} )? [(\[] \s{{0,40}} (?=[bruf]{{0,2}}{QUOTE})", re.VERBOSE
)
_NEXT_STRING = re.compile(rf"\s{{0,40}} ,? \s{{0,80}} (?=[bruf]{{0,2}}{QUOTE})", re.VERBOSE)

# A block of YAML: "|" or ">-", then lines that are indented.
_BLOCK = re.compile(r"[|>][+-]?[0-9]?[ \t]{0,20}\n")
_BLOCK_LINE = re.compile(r"[ \t]++([^\n]++)\n?|[ \t]*+\n")

_MARKUP = re.compile(r"\[[a-z#/@][^\]\n]{0,40}\](?=[\w\"'])")
_BARE_END = re.compile(
    r"""
      \s | $
    | (?: [;,&] (?:amp;)? | %(?:25){0,3}26 | \\{1,4}u0026 )       # the next name=
        (?= [a-z_][\w.-]{0,63} (?: = | %(?:25){0,3}3d | \\{1,4}u003d ) )
    | ["'`] (?= [\s,;)\]}>:] | $ )                                # the quote around name and value
    | &(?:quot|apos|lt|gt|\#3[49]);
    | \\{1,8} ["'`nr]                                             # a quote or a new line, in a repr
    | </? [a-z][\w:.-]{0,40} \s{0,4} /?>                          # the end of the element
    | \[/ | \]\(                                                  # the end of markup, of a link
    """,
    re.VERBOSE,
)
_BRACKETS = "([{"
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

_RANDOM = re.compile(r"(?=\S*[a-z])(?=\S*[0-9])[\w+/=.~!@#$%^&*-]{8,}")


def value_spans(source: Source, start: int, *, phrase: bool = False) -> list[Span]:
    """The parts of the value at `start` that would show it, without quotes and brackets.

    Args:
        source: The text.
        start: Where the value, or the quote or bracket before it, begins.
        phrase: Whether an unquoted value may be several words up to the end of the line.
    """
    folded = source.folded
    if wrapper := _WRAPPER.match(folded, start):
        spans = list(_strings(folded, wrapper.end()))
    elif _OPENING.match(folded, start):
        spans = [next(_strings(folded, start))]
    elif block := _BLOCK.match(folded, start):
        spans = list(_block_lines(folded, block.end()))
    else:
        return list(_bare(folded, start, phrase=phrase))
    return [span for span in spans if not is_placeholder(folded, *span)]


def is_placeholder(folded: str, start: int, end: int) -> bool:
    """Whether the value says where the secret is, or that there is none."""
    value = folded[start:end]
    return value in EMPTY_VALUES or bool(PLACEHOLDER.fullmatch(value))


def is_quoted(folded: str, start: int) -> bool:
    """Whether a quoted value begins here."""
    return bool(_OPENING.match(folded, start))


def looks_random(folded: str, start: int) -> bool:
    """Whether the word at `start` is no word: letters and digits, eight or more."""
    return bool(_RANDOM.match(folded, start, start + 200))


def _strings(folded: str, start: int) -> Iterator[Span]:
    """The inside of the string at `start`, and of those that follow with or without a comma."""
    following: int | None = start
    while following is not None:
        opening = _OPENING.match(folded, following)
        if not opening:
            return
        end, following = _closing(folded, opening.end(), opening[1])
        yield opening.end(), end
        if following is not None and (gap := _NEXT_STRING.match(folded, following)):
            following = gap.end()
        else:
            return


def _closing(folded: str, start: int, opening: str) -> tuple[int, int | None]:
    """Where the string ends, and where to read on: nowhere if it was never closed."""
    quote = opening.lstrip("\\") if opening[-1] in "\"'`" else opening
    depth = len(opening) - len(quote)
    line_end, seen = -1, start
    while (found := folded.find(quote, seen)) >= 0:
        line_end = folded.find("\n", seen, found) if line_end < 0 else line_end
        if 0 <= line_end < found - _RUN_ON:
            break
        before = folded[max(start, found - _MOST_SLASHES) : found]
        slashes = len(before) - len(before.rstrip("\\"))
        if _closes(depth, slashes):
            return max(start, found - min(slashes, depth)), found + len(quote)
        seen = found + 1
    line_end = folded.find("\n", seen) if line_end < 0 else line_end
    return (len(folded) if line_end < 0 else line_end), None


def _closes(depth: int, slashes: int) -> bool:
    r"""Whether a quote behind so many backslashes ends a string that \-escapes opened.

    An even number are escaped backslashes before a bare quote, which ends every string. With an
    odd number the quote is escaped: one level of escaping less, the same question again.
    """
    if slashes % 2 == 0:
        return True
    return depth > 0 and _closes((depth - 1) // 2, (slashes - 1) // 2)


def _block_lines(folded: str, start: int) -> Iterator[Span]:
    while line := _BLOCK_LINE.match(folded, start):
        if line[1]:
            yield line.span(1)
        start = line.end()


def _bare(folded: str, start: int, *, phrase: bool) -> Iterator[Span]:
    tag = _MARKUP.match(folded, start)
    inside = tag.end() if tag else start
    boundary = _BARE_END.search(folded, inside)
    end = boundary.start() if boundary else len(folded)
    if is_placeholder(folded, start, end):
        return
    while not tag and start < end and folded[start] in _BRACKETS:
        start += 1
    while start < end and folded[end - 1] in _AFTER_BARE:
        end -= 1
    if phrase and (words := _MORE_WORDS.match(folded, end)):
        end = words.end()
    if start >= end or is_placeholder(folded, start, end) or folded[start:end] in STATUS_WORDS:
        return
    yield start, end
    if end - start >= _WRAPS_FROM:
        yield from _wrapped_lines(folded, end)


def _wrapped_lines(folded: str, start: int) -> Iterator[Span]:
    while line := _WRAPPED_LINE.match(folded, start):
        yield line.span(1)
        start = line.end(1)
