r"""Regular expressions that could take for ever, known by how they are written.

What repeats a repetition, as `(a+)+$`, fails in exponentially many ways, and nothing stops Python's
search from outside. It is harmless where a character that the inner one does not take ends each
round, as the comma in `(\d+,)+`, and where what was taken is kept: `(a+)++`, `(?>a+)+`.
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
_QUANTIFIER = re.compile(r"[*+?][+?]?|\{\d*,?\d*\}[+?]?")


@dataclass
class _Group:
    kept: bool = False
    loops: list[str] = field(default_factory=list[str])
    """What is repeated in it; empty text stands for another group."""
    last: str = ""
    branches: bool = False


def may_not_end(pattern: str) -> bool:
    """Whether it repeats a repetition of which nothing tells the rounds apart; of valid expressions."""
    pieces = [*_PIECE.findall(pattern), ""]
    groups = [_Group()]
    for piece, following in pairwise(pieces):
        often = bool(_OFTEN.fullmatch(following))
        if piece.startswith("(") and not piece.endswith(")"):
            groups.append(_Group(kept=piece == "(?>"))
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
    end = group.last.removeprefix("\\")
    escaped = end != group.last
    if group.branches or len(end) != 1 or (end.isalnum() if escaped else end in ".$^"):
        return False
    return all(loop and not re.fullmatch(loop, end) for loop in group.loops)
