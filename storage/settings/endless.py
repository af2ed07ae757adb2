r"""Regular expressions that could take for ever, known by how they are written.

What repeats a repetition, as `(a+)+$`, fails in exponentially many ways, and nothing stops Python's
search from outside. It is harmless where a character that the inner one does not take ends each
round, as the comma in `(\d+,)+` or the end of a line in `(.+\n)+`, and where what was taken is kept:
`(a+)++`, `(?>a+)+`.
"""

import re
from dataclasses import dataclass, field
from itertools import pairwise

_PIECE = re.compile(
    r"\((?:\?(?:P<\w+>|P=\w+\)|<[=!]|[>:=!]|[a-zA-Z-]+[:)]|\#[^)]*\)))?"  # a group begins
    r"|[)|]|[*+?][+?]?|\{\d*,?\d*\}[+?]?|\[\^?\]?(?:\\.|[^\]\\])*\]|\\.|.",
    re.DOTALL,
)
_OFTEN = re.compile(r"[*+][?]?|\{\d*,\d*\}[?]?")
_FLAGS = re.compile(r"\(\?([a-zA-Z]*)(?:-([a-zA-Z]*))?[:)]")
_CONTROLS = {r"\n": "\n", r"\r": "\r", r"\t": "\t", r"\f": "\f", r"\v": "\v"}
_QUANTIFIER = re.compile(r"[*+?][+?]?|\{\d*,?\d*\}[+?]?")


@dataclass
class _Group:
    kept: bool = False
    loops: list[str] = field(default_factory=list[str])
    """What is repeated in it; empty text stands for another group."""
    last: str = ""
    branches: bool = False
    crosses_lines: bool = False
    """Whether a dot takes the end of a line, too."""

    def begun(self, piece: str) -> "_Group":
        """A group in this one."""
        return _Group(kept=piece == "(?>", crosses_lines=self._dot_after(piece))

    def set_flags(self, piece: str) -> None:
        """Those of `(?s)`, which is no group."""
        self.crosses_lines = self._dot_after(piece)

    def _dot_after(self, piece: str) -> bool:
        flags = _FLAGS.fullmatch(piece)
        on, off = flags.groups("") if flags else ("", "")
        return "s" in on or (self.crosses_lines and "s" not in off)


def may_not_end(pattern: str) -> bool:
    """Whether it repeats a repetition of which nothing tells the rounds apart; of valid expressions."""
    pieces = [*_PIECE.findall(pattern), ""]
    groups = [_Group()]
    for piece, following in pairwise(pieces):
        often = bool(_OFTEN.fullmatch(following))
        if piece.startswith("(") and not piece.endswith(")"):
            groups.append(groups[-1].begun(piece))
        elif _FLAGS.fullmatch(piece):
            groups[-1].set_flags(piece)
        elif piece == ")" and len(groups) > 1:
            group = groups.pop()
            if often and not group.kept and group.loops and not _told_apart(group):
                return True
            groups[-1].loops += [""] if often or group.loops else []
            groups[-1].last = ""
        elif piece == "|":
            groups[-1].branches = True
        elif not _QUANTIFIER.fullmatch(piece):
            groups[-1].loops += [piece] if often else []
            groups[-1].last = "" if _QUANTIFIER.fullmatch(following) else piece
    return False


def _told_apart(group: _Group) -> bool:
    end = _character(group.last)
    if group.branches or not end:
        return False
    flags = re.IGNORECASE | (re.DOTALL if group.crosses_lines else re.NOFLAG)
    return all(loop and not re.fullmatch(loop, end, flags) for loop in group.loops)


def _character(piece: str) -> str:
    """The one that a piece stands for; "" for several, and for none."""
    if piece in _CONTROLS:
        return _CONTROLS[piece]
    end = piece.removeprefix("\\")
    escaped = end != piece
    return "" if len(end) != 1 or (end.isalnum() if escaped else end in ".$^") else end
