"""Known values: secrets that the program itself has resolved, in any form they may be printed in."""

import re
from base64 import b64encode
from collections.abc import Iterator
from threading import Lock
from typing import NamedTuple

from core.redaction.controls import JOINT, disarm
from core.redaction.reading import Reading, read, without_layout
from core.redaction.spans import Source, Span

# A value shorter than this is only redacted where a rule finds it: beside its name, in a URL.
_SHORTEST = 8
# A fragment of this length gives a value away; a shorter one does not.
_FRAGMENT = 12
# Wherever a fragment begins, a seed of it begins at a multiple of the stride: a quick look.
_SEED = 7
_STRIDE = _FRAGMENT - _SEED + 1
# Fewer letters may be a word ("minioadmin"), fewer digits a number: they must follow `=` or `:`.
_WORD = 12
# A fragment such as "============" or "//////////wE" is not typical of any value.
_VARIETY = 5
_URL_SAFE = str.maketrans("+/", "-_")


class _Index(NamedTuple):
    seeds: frozenset[str] = frozenset()
    fragments: frozenset[str] = frozenset()
    wholes: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    literals: frozenset[str] = frozenset()
    assigned_word: re.Pattern[str] | None = None


class KnownValues:
    """The registered values. `add` and `find` may be called on any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._values: set[str] = set()
        self._index = _Index()

    def add(self, value: str) -> None:
        """Make a value known; one that is too short to be told from ordinary text is ignored."""
        value = disarm(value.strip()).replace(JOINT, "")
        with self._lock:
            if value not in self._values:
                self._values.add(value)
                self._index = _extended(self._index, value)

    def find(self, source: Source) -> list[Span]:
        """Where known values, their encodings or fragments of them stand."""
        index = self._index
        spans: list[Span] = []
        if index.assigned_word:
            spans += [match.span(1) for match in index.assigned_word.finditer(source.folded)]
        if (index.seeds or index.wholes) and _may_be_in(read(source.folded), index):
            reading = Reading.of(source)
            for start, end in _found(index, reading.characters):
                spans += reading.spans(source.text, start, end)
        for literal in index.literals:
            spans += _places(literal, source.folded)
        return spans


def _may_be_in(characters: str, index: _Index) -> bool:
    """Whether a closer look is worth its while."""
    seeds = index.seeds
    return any(
        characters[at : at + _SEED] in seeds for at in range(0, len(characters), _STRIDE)
    ) or any(whole in characters for whole in index.wholes)


def _found(index: _Index, characters: str) -> Iterator[Span]:
    """Ranges of `characters` that are known; neighbouring fragments as one range."""
    begin, end = 0, 0
    for start in range(len(characters) - _FRAGMENT + 1 if index.fragments else 0):
        if characters[start : start + _FRAGMENT] in index.fragments:
            if start > end:
                if end:
                    yield begin, end
                begin = start
            end = start + _FRAGMENT
    if end:
        yield begin, end
    for whole in index.wholes:
        yield from _places(whole, characters)


def _places(part: str, characters: str) -> Iterator[Span]:
    start = characters.find(part)
    while start >= 0:
        yield start, start + len(part)
        start = characters.find(part, start + len(part))


def _extended(index: _Index, value: str) -> _Index:
    if len(value) < _SHORTEST:
        return index
    if len(value) < _WORD and (value.isalpha() or value.isdigit()):
        return _with_word(index, value)
    seeds, fragments, wholes = set(index.seeds), set(index.fragments), set(index.wholes)
    for form in _forms(value):
        grams = {form[at : at + _FRAGMENT] for at in range(len(form) - _FRAGMENT + 1)}
        telling = {gram for gram in grams if len(set(gram)) >= _VARIETY}
        fragments |= telling
        seeds |= {gram[at : at + _SEED] for gram in telling for at in range(_STRIDE)}
        if not telling:
            wholes.add(form)
    # What looks like markup in a value is left out by reading, and with it perhaps most of it.
    literals = {Source.of(value).folded} if "[" in value else set[str]()
    return index._replace(
        seeds=frozenset(seeds),
        fragments=frozenset(fragments),
        wholes=frozenset(wholes),
        literals=index.literals | literals,
    )


def _with_word(index: _Index, word: str) -> _Index:
    words = index.words | {Source.of(word).folded}
    either = "|".join(map(re.escape, sorted(words)))
    pattern = re.compile(rf"[=:][ \t]{{0,2}}[\"']?({either})(?![\w.-])")
    return index._replace(words=words, assigned_word=pattern)


def _forms(value: str) -> Iterator[str]:
    r"""What a reading of the value, or of an encoding of it, may look like.

    URL, JSON, XML, repr and \u escapes are not here: reading resolves them.
    """
    encoded = value.encode(errors="surrogatepass")
    candidates = [
        value,
        value.replace(" ", "+"),  # as a form is encoded
        value.replace("\\", ""),  # \n in the value is no new line once it was URL-encoded
        encoded.hex(),
    ]
    for shift in range(3):  # where the value begins within a group of three bytes
        grouped = _base64_of_tail(encoded, shift)
        candidates += [grouped, grouped.translate(_URL_SAFE)]
    folded = [Source.of(candidate).folded for candidate in candidates]
    forms = {*map(read, folded), *map(without_layout, folded)}
    return (form for form in forms if len(form) >= _SHORTEST)


def _base64_of_tail(encoded: bytes, shift: int) -> str:
    """The base64 characters that `encoded` alone determines behind `shift` foreign bytes."""
    text = b64encode(bytes(shift) + encoded).decode().rstrip("=")
    first = (shift * 8 + 5) // 6
    last = len(text) - (1 if (shift + len(encoded)) % 3 else 0)
    return text[first:last]
