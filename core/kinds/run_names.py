"""Which directories are runs, by their names."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from core.errors import InvalidIdError
from core.model import check_id

_LONGEST_PATTERN = 1000
_MOST_PARTS = 16
_LONGEST_NAME = 255
"""No file system has longer ones."""
_MOST_OPEN = 3
"""Repeats without an end in one part: each may have to be tried at every character of a name."""
_FLAGS = re.compile(r"\(\?[aims]+\)")
_SIGN = re.compile(
    r"\\. | \[\^?\]?(?:\\.|[^\]\\])*\] | \((?:\?(?::|P<\w+>|[aims]*:|P=|=|!|<=|<!|\(|\#))? | \) "
    r"| \{[0-9]*,[0-9]*\} | \{[0-9]+\} | .",
    re.VERBOSE | re.DOTALL,
)
_OPEN_REPEAT = re.compile(r"[*+]|\{[0-9]*,\}")
_REPEATS = re.compile(r"[*+]|\{[0-9]*,[0-9]*\}")
_ANYTHING = "\x01"
_Ends = Callable[[str], re.Match[str] | None]


class RunName(NamedTuple):
    """A run as a path tells it: its directory, the results root that it is in, its number if any.

    `part` tells that the path is, or is in, one of the directories that the run consists of.
    """

    path: str
    root: str
    number: int | None
    part: bool = False

    @property
    def name(self) -> str:
        """Of the directory, below the results root."""
        return self.path[len(self.root.rstrip("/")) + 1 :]


class _Pattern:
    """One regular expression for each part of a path; those up to `head` make the run."""

    def __init__(self, text: str) -> None:
        flags = _FLAGS.match(text)
        opening = flags[0] if flags else ""
        parts = [*_parts(text[len(opening) :])]
        self._parts = [re.compile(opening + part, re.DOTALL) for part in parts]
        with_group = (n for n, part in enumerate(self._parts, 1) if part.groups)
        self.head = next(with_group, len(parts))
        self.length = len(parts)
        self._open = [part.fullmatch(_ANYTHING) is not None for part in self._parts]

    def matches(self, names: Sequence[str], length: int) -> bool:
        """Whether the last `length` of the names are what the first parts ask for."""
        # The last one first, and by itself: it tells most directories apart.
        if len(names) < length or not self._parts[length - 1].fullmatch(names[-1]):
            return False
        if length == 1:
            return True
        above = zip(self._parts[: length - 1], names[-length:-1], strict=True)
        return all(part.fullmatch(name) for part, name in above)

    def ends(self, length: int) -> _Ends:
        """What the last name has to be."""
        return self._parts[length - 1].fullmatch

    def tells(self, length: int, first: int, last: int) -> bool:
        """Whether its first parts would not take just any names, from `first` to before `last`.

        They are counted from the first part on.
        """
        return last <= 0 or not any(self._open[max(0, first) : min(last, length)])

    def number(self, name: str) -> int | None:
        """In the name of the part that has it."""
        match = self._parts[self.head - 1].fullmatch(name)
        return _usable(match[1]) if match and match.re.groups else None


@dataclass(frozen=True)
class RunNames:
    """By regular expressions for the last parts of a path, one for each part.

    The first group is the number. Where it stands before the last part, as in `run_([0-9]+)/RUN[0-9]+`,
    the run is the directory with the number, and consists of those that match what follows.
    `examples` say it in words.
    """

    patterns: tuple[str, ...]
    examples: str = ""

    def __str__(self) -> str:
        return ", ".join(self.patterns)

    def named(self, path: str) -> RunName | None:
        """The run that the directory at an absolute path is, or is a part of, by its name."""
        return next(self._all(path), None)

    def place_of(self, root: str, path: str) -> RunName | None:
        """The outermost run that `path`, at or below `root`, is or is in; both absolute.

        Parts of a pattern that take any name take none from the root upwards.
        """
        if found := self.root_named(root):
            return found
        above = root.rstrip("/")
        below = path[len(above) + 1 :]
        whole = None
        for place in _on_the_way(above, below.split("/") if below else ()):
            found = self.found_at(root, place)
            if found and (found.part or self.is_whole(place)):
                return found
            whole = whole or found
        return whole

    def found_at(self, root: str, path: str) -> RunName | None:
        """As `named`, of a directory below a root that somebody named."""
        return next(self._all(path, root.rstrip("/").count("/") + 1), None)

    def root_named(self, root: str) -> RunName | None:
        """As `named`, of a directory that somebody names as a root.

        What matches every name says nothing of it: runs are below it then.
        """
        names = root.split("/")
        return next(self._all(root, len(names), len(names) - 1), None)

    def is_whole(self, path: str) -> bool:
        """Whether the directory is a run, or a part of one, whatever is in it."""
        names = path.split("/")
        return any(p.matches(names, p.length) for p in self._compiled)

    def has_parts(self, path: str) -> bool:
        """Whether a run of this name consists of directories below it, if there are such."""
        names = path.split("/")
        return any(p.length > p.head and p.matches(names, p.head) for p in self._compiled)

    def leads(self, results_root: str, path: str) -> bool:
        """Whether runs of that root may be further below: by what its name is the beginning of."""
        names = path[len(results_root.rstrip("/")) + 1 :].split("/")
        depth = len(names)
        return any(p.length > depth and p.matches(names, depth) for p in self._compiled)

    def _all(self, path: str, floor: int = 0, ceiling: int = 0) -> Iterator[RunName]:
        """By each pattern; none by one that takes any names between `ceiling` and `floor`."""
        names = path.split("/")
        last = names[-1][:_LONGEST_NAME]
        for ends, pattern, length in self._shapes:
            if ends(last) and pattern.matches(names, length):
                start = len(names) - length
                if pattern.tells(length, ceiling - start, floor - start):
                    yield _run(pattern, path, names, length - pattern.head)

    @cached_property
    def _shapes(self) -> Sequence[tuple[_Ends, _Pattern, int]]:
        """What a directory may be to a pattern, by its last part."""
        return [
            (pattern.ends(length), pattern, length)
            for pattern in self._compiled
            for length in dict.fromkeys((pattern.length, pattern.head))
        ]

    @cached_property
    def _compiled(self) -> Sequence[_Pattern]:
        return [*map(_Pattern, self.patterns)]


def pattern_problem(pattern: str) -> str:
    """What is wrong with it, in words; empty when it can be used.

    One that may be kept busy for ever by the name of a directory is refused.
    """
    if len(pattern) > _LONGEST_PATTERN:
        return f"it has {len(pattern):,} characters; {_LONGEST_PATTERN:,} are possible"
    flags = _FLAGS.match(pattern)
    parts = [*_parts(pattern[flags.end() :] if flags else pattern)]
    if len(parts) > _MOST_PARTS:
        return f"it has {len(parts)} parts; {_MOST_PARTS} are possible"
    problems = (_part_problem(part) for part in parts)
    return next((problem for problem in problems if problem), "") or _depth_problem(pattern)


def _depth_problem(pattern: str) -> str:
    made = _Pattern(pattern)
    deep = made.length - made.head > 1
    return "its number may stand in the last part, or in the one before" if deep else ""


def _part_problem(part: str) -> str:
    if not part:
        return "a part of it is empty"
    try:
        re.compile(part)
    except (re.error, OverflowError, RecursionError) as error:
        return f"{error} (in {part!r})"
    if "/" in _signs(part):
        return f"{part!r} has a / in a group"
    return _slowness(part)


def _slowness(part: str) -> str:
    """Repeats of repeats take time without end, and so do many in a row."""
    signs = [*_signs(part)]
    open_repeats = [sign for sign in signs if _OPEN_REPEAT.fullmatch(sign)]
    if len(open_repeats) > _MOST_OPEN:
        return f"{part!r} has more than {_MOST_OPEN} repeats without an end"
    varied = [False]
    for sign, following in zip(signs, [*signs[1:], ""], strict=True):
        if sign.startswith("(") and sign != "(?#":
            varied.append(False)
        elif sign == ")":
            inner = varied.pop() if len(varied) > 1 else False
            if inner and _REPEATS.fullmatch(following):
                return f"{part!r} repeats a group that repeats or varies itself"
            varied[-1] = varied[-1] or inner
        elif sign in {"|", "?"} or _REPEATS.fullmatch(sign):
            varied[-1] = True
    return ""


def _signs(pattern: str) -> Iterator[str]:
    return (match[0] for match in _SIGN.finditer(pattern))


def _parts(pattern: str) -> Iterator[str]:
    """Split at each slash outside of groups and classes."""
    part, depth = "", 0
    for sign in _signs(pattern):
        if sign == "/" and not depth:
            yield part
            part = ""
            continue
        depth += sign.startswith("(") - (sign == ")")
        part += sign
    yield part


def _run(pattern: _Pattern, path: str, names: Sequence[str], deeper: int) -> RunName:
    last = len(names) - 1 - deeper
    root = "/".join(names[: last + 1 - pattern.head])
    whole = path.rsplit("/", deeper)[0]
    return RunName(whole, root or "/", pattern.number(names[last]), part=deeper > 0)


def _on_the_way(root: str, names: Sequence[str]) -> Iterator[str]:
    for depth in range(1, len(names) + 1):
        yield "/".join([root, *names[:depth]])


def _usable(digits: str | None) -> int | None:
    """None for 0, for what is too long for an id, and for what is no number."""
    if not digits or not (digits.isascii() and digits.isdigit()):
        return None
    try:
        return check_id(int(digits), "Run id")
    except InvalidIdError:
        return None
