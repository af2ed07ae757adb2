"""What there is to say, in parts, and which of them have room."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from tui.widgets.drawn_curve import Curve
from tui.widgets.panes import Line, line


class Rank(IntEnum):
    """Which part comes first where there is little room."""

    PROGRESS = 0
    UPLOAD = 1
    CURVE = 2
    LOG = 3
    CHECKS = 4
    SIZES = 5
    FILES = 6


@dataclass(frozen=True)
class Section:
    """A title, if any, over lines, or over a picture of at most `picture` lines.

    It is left out where fewer than `least` of them fit, and gets more than `usual` ones only when
    all others have theirs. What does not fit is cut at the end; with `newest_last` at the beginning.
    """

    rank: Rank
    title: Line = ()
    lines: Sequence[Line] = ()
    least: int = 1
    usual: int = 100
    newest_last: bool = False
    picture: int = 0

    @property
    def head(self) -> int:
        """Lines of the title."""
        return 1 if self.title else 0

    @property
    def most(self) -> int:
        """Lines below the title."""
        return self.picture or len(self.lines)

    def cut(self, room: int) -> Sequence[Line]:
        """As many lines as there is room for, the title included; nothing of a picture."""
        room = max(0, room - self.head)
        shown = self.lines[-room:] if room and self.newest_last else self.lines[:room]
        return [*((self.title,) if self.title else ()), *shown]


@dataclass(frozen=True)
class Fitted:
    """The lines above a picture, its height, and the lines below it."""

    above: Sequence[Line]
    picture: int = 0
    below: Sequence[Line] = ()


@dataclass(frozen=True)
class Preview:
    """What was read of a run: parts, for a width in cells, with a picture of the curve among them.

    `variables` can be chosen for the curve, `last_words` are the last line of its log, `remarks` what is wrong.
    `excluded` bytes of it will not be stored, because they are not wanted.
    """

    sections: Callable[[int], Sequence[Section]] = lambda _: ()
    curve: Curve | None = None
    variables: Sequence[str] = ()
    last_words: str = ""
    remarks: Sequence[Line] = ()
    excluded: int = 0


def fitted(sections: Sequence[Section], height: int) -> Fitted:
    """In this order, with blank lines between them if all have their usual lines."""
    by_rank = sorted((section for section in sections if section.most), key=lambda s: s.rank)
    rooms: dict[Rank, int] = {}
    left = height
    for section in by_rank:
        least = section.head + min(section.least, section.most)
        if least <= left:
            rooms[section.rank], left = least, left - least
    shown = [section for section in by_rank if section.rank in rooms]
    left = _grow(shown, rooms, left, usual=True)
    gap = 1 if left >= len(shown) - 1 else 0
    _grow(shown, rooms, left - gap * (len(shown) - 1), usual=False)
    return _laid_out([section for section in sections if section in shown], rooms, gap)


def _grow(shown: Sequence[Section], rooms: dict[Rank, int], left: int, *, usual: bool) -> int:
    """Gives lines away, and returns how many are left."""
    for section in shown:
        wanted = min(section.usual, section.most) if usual else section.most
        more = max(0, min(left, section.head + wanted - rooms[section.rank]))
        rooms[section.rank] += more
        left -= more
    return left


def _laid_out(shown: Sequence[Section], rooms: dict[Rank, int], gap: int) -> Fitted:
    above: list[Line] = []
    below: list[Line] = []
    picture = 0
    for number, section in enumerate(shown):
        lines = below if picture else above
        lines += [line()] * gap if number else []
        room = rooms[section.rank]
        lines += section.cut(room)
        if section.picture:
            picture = room - section.head
    return Fitted(above, picture, below)
