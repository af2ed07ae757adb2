"""What a terminal is told beside what it draws: title, notice, bell."""

from collections.abc import Mapping

from core.printable import harmless
from core.redaction import redact
from tui.wording.long_work import PROGRAM

SAVE_TITLE, RESTORE_TITLE = "\x1b[22;0t", "\x1b[23;0t"
BELL = "\a"
_LONGEST = 200
_WITHOUT = frozenset({"linux", "dumb"})
"""Terminals that have neither title nor desktop, and may print what is meant for those."""


def title_sequence(title: str, environ: Mapping[str, str]) -> str:
    """OSC 0; empty where there is no title."""
    return "" if environ.get("TERM", "") in _WITHOUT else f"\x1b]0;{_plain(title)}{BELL}"


def notice_sequence(text: str, environ: Mapping[str, str]) -> str:
    """For the desktop: OSC 777 where that is known, OSC 9 elsewhere; empty where there is none.

    One of them: terminals that know both would tell it twice.
    """
    term = environ.get("TERM", "")
    if term in _WITHOUT:
        return ""
    if environ.get("VTE_VERSION") or term.startswith(("rxvt", "foot")):
        sequence = f"\x1b]777;notify;{PROGRAM};{_plain(text)}{BELL}"
    else:
        sequence = f"\x1b]9;{PROGRAM}: {_plain(text)}{BELL}"
    return passed_through(sequence, environ)


def passed_through(sequence: str, environ: Mapping[str, str]) -> str:
    """Wrapped for tmux or screen, which drop what they do not know."""
    if environ.get("TMUX"):  # lets it through with `allow-passthrough`
        return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    return f"\x1bP{sequence}\x1b\\" if environ.get("STY") else sequence


def _plain(text: str) -> str:
    """Nothing in it ends a sequence, or is anybody's secret; terminals part fields by semicolons."""
    return redact(harmless(text)).replace(";", ",")[:_LONGEST]
