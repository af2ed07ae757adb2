"""Every sign that RunFerry and its libraries draw, and what stands for it in ASCII, as wide.

Of the states in one list no two have the same.
"""

from functools import cache

_SIGNS = {
    "·": ".",
    "◐": ">",
    "◌": "~",
    "●": "*",
    "■": "#",
    "✗": "x",
    "△": "%",
    "○": "o",
    "▲": "^",
    "▼": "v",
    "‖": "=",
    "✓": "+",
    "◷": "@",
    "◆": "+",
    "▸": ">",
    "▾": "v",
    "•": "*",
    "›": ">",
    "‹": "<",
    "→": ">",
    "←": "<",
    "↑": "^",
    "↓": "v",
    "…": "~",
    "—": "-",
    "–": "-",
    "×": "x",
    "≈": "~",
    "≤": "<",
    "≥": "~",  # as ">" it would say more than is known
    "“": '"',
    "”": '"',
}
_BARS = {
    "━": "=",
    "╸": ">",
    "╺": "-",
    "╾": "=",
    "╼": "-",
    "═": "=",
    "│": "|",
    "┃": "|",
    "║": "|",
    "─": "-",
    "▌": "|",
    "▐": "|",
    "░": ".",
    "▒": ":",
    "▓": "%",
}
_EIGHTHS = dict(zip("▁▂▃▄▅▆▇█", "_.-=+*%#", strict=True))
"""The levels of a line of figures."""
_OTHER_LINES = "╭╮╯╰┌┐└┘├┤┬┴┼┏┓┗┛┣┫┳┻╋╔╗╚╝╠╣╦╩╬"
_OTHER_BLOCKS = (
    {"▀": "^", "▔": "-"} | dict.fromkeys("▉▊▋▍▎▏▕", "|") | dict.fromkeys("▖▗▘▙▚▛▜▝▞▟", "#")
)
_BRAILLE = range(0x2800, 0x2900)
_FEW_DOTS, _SOME_DOTS = 2, 4


def _of_braille(code: int) -> str:
    """As dark as it is."""
    dots = (code - _BRAILLE.start).bit_count()
    if not dots:
        return " "
    return "." if dots <= _FEW_DOTS else ":" if dots <= _SOME_DOTS else "#"


@cache
def twins() -> dict[int, str]:
    """For `str.translate`."""
    known = _EIGHTHS | dict.fromkeys(_OTHER_LINES, "+") | _OTHER_BLOCKS | _BARS | _SIGNS
    of_curves = {code: _of_braille(code) for code in _BRAILLE}
    return of_curves | {ord(sign): twin for sign, twin in known.items()}
