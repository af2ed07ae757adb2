"""What the app does at a key, by the names that settings have of it, and where."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Action:
    """`keys` as in "up k" or "^p", one or several; `screens` where they mean it, in words."""

    keys: tuple[str, ...]
    screens: frozenset[str]


_MAIN = "Watch Browse Transfers Activity Settings"
_VIEWERS = "files stored"
_COMPARED = "comparison ensemble"
_EVERYWHERE = f"{_MAIN} {_VIEWERS} {_COMPARED} run"
_IN_LISTS = f"{_MAIN} {_VIEWERS} {_COMPARED}"

_TABLE: Mapping[str, tuple[str, str]] = {
    "watch": ("1", _EVERYWHERE),
    "browse": ("2", _EVERYWHERE),
    "transfers": ("3", _EVERYWHERE),
    "activity": ("4", _EVERYWHERE),
    "settings": ("5", _EVERYWHERE),
    "help": ("? f1", _EVERYWHERE),
    "palette": ("^p", _EVERYWHERE),
    "go_to": (":", _EVERYWHERE),
    "back_in_history": ("[", _EVERYWHERE),
    "on_in_history": ("]", _EVERYWHERE),
    "suspend": ("^z", _EVERYWHERE),
    "quit": ("q", _EVERYWHERE),
    "row_up": ("up k", _EVERYWHERE),
    "row_down": ("down j", _EVERYWHERE),
    "top": ("g home", _IN_LISTS),
    "bottom": ("G end", _IN_LISTS),
    "half_page_down": ("^d", _IN_LISTS),
    "half_page_up": ("^u", _IN_LISTS),
    "page_down": ("pagedown", _EVERYWHERE),
    "page_up": ("pageup", _EVERYWHERE),
    "scroll_left": ("left", _VIEWERS),
    "scroll_right": ("right", _VIEWERS),
    "list_before": ("left", "Browse"),
    "list_behind": ("right", "Browse"),
    "fold": ("left", f"Watch {_VIEWERS}"),
    "unfold": ("right", f"Watch {_VIEWERS}"),
    "open": ("enter", _IN_LISTS),
    "mark": ("space", _IN_LISTS),
    "mark_range": ("v", _IN_LISTS),
    "mark_all": ("^a", "Watch Browse stored ensemble"),
    "back": ("esc", _EVERYWHERE),
    "upload": ("u", "Watch run"),
    "upload_anyway": ("U", "Watch run"),
    "hold": ("h", "Watch run"),
    "auto_upload": ("a", "Watch"),
    "files": ("f", "Watch run comparison"),
    "compare": ("c", "Watch Browse ensemble"),
    "preview": ("p", "Watch Settings"),
    "previous_curve": (",", f"Watch run {_COMPARED}"),
    "next_curve": (".", f"Watch run {_COMPARED}"),
    "curves": ("V", f"Watch run {_COMPARED}"),
    "rescan": ("R", "Watch"),
    "download": ("d", "Browse stored"),
    "link": ("l", "Browse stored"),
    "sync": ("R", "Browse"),
    "change": ("t", "Browse"),
    "archive": ("A", "Browse"),
    "delete": ("D", "Watch Browse"),
    "move": ("B", "Browse"),
    "adopt": ("M", "Browse"),
    "stop": ("x", "Browse stored"),
    "pause": ("s", "Transfers"),
    "cancel": ("x", "Transfers"),
    "retry_all": ("R", "Transfers"),
    "clear": ("C", "Transfers"),
    "limit": ("b", "Transfers"),
    "more_at_a_time": ("+", "Transfers"),
    "fewer_at_a_time": ("-", "Transfers"),
    "undo": ("z", "Watch Transfers"),
    "kind": ("K", "Activity"),
    "time": ("W", "Activity"),
    "save": ("S", "Activity ensemble"),
    "retry": ("r", f"Browse Transfers Activity {_VIEWERS} {_COMPARED}"),
    "copy": ("y", _IN_LISTS),
    "filter": ("/", f"{_MAIN} {_VIEWERS}"),
    "sort": ("o", "Watch Browse"),
    "reverse": ("O", "Watch Browse"),
    "read_again": ("R", f"Settings {_VIEWERS} {_COMPARED}"),
    "test": ("T", "Settings"),
    "use": ("P", "Settings"),
    "take_out": ("D", "Settings"),
    "edit": ("e", "Settings"),
    "next_view": ("tab", _VIEWERS),
    "previous_column": (",", _VIEWERS),
    "next_column": (".", _VIEWERS),
    "next_match": ("n", _VIEWERS),
    "previous_match": ("N", _VIEWERS),
    "wrap": ("w", _VIEWERS),
    "read_on": ("m", _VIEWERS),
}

_LOOKING = frozenset(
    [
        "watch",
        "browse",
        "transfers",
        "activity",
        "settings",
        "help",
        "palette",
        "go_to",
        "back_in_history",
        "on_in_history",
        "quit",
        "suspend",
        "back",
        "row_up",
        "row_down",
        "top",
        "bottom",
        "half_page_down",
        "half_page_up",
        "page_down",
        "page_up",
        "scroll_left",
        "scroll_right",
        "list_before",
        "list_behind",
        "fold",
        "unfold",
        "open",
        "mark",
        "mark_range",
        "mark_all",
        "files",
        "compare",
        "preview",
        "previous_curve",
        "next_curve",
        "curves",
        "rescan",
        "link",
        "sync",
        "stop",
        "kind",
        "time",
        "retry",
        "copy",
        "filter",
        "sort",
        "reverse",
        "read_again",
        "use",
        "next_view",
        "previous_column",
        "next_column",
        "next_match",
        "previous_match",
        "wrap",
        "read_on",
    ]
)
_CHANGING = frozenset(
    [
        "undo",
        "upload",
        "upload_anyway",
        "hold",
        "auto_upload",
        "download",
        "change",
        "archive",
        "delete",
        "move",
        "adopt",
        "pause",
        "cancel",
        "retry_all",
        "clear",
        "limit",
        "more_at_a_time",
        "fewer_at_a_time",
        "save",
        "test",
        "take_out",
        "edit",
    ]
)
_CHANGING_THERE = {"open": frozenset({"settings"}), "retry": frozenset({"transfers", "activity"})}

ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        name: Action(tuple(keys.split()), frozenset(screens.split()))
        for name, (keys, screens) in _TABLE.items()
    }
)


def changes(name: str, mode: str) -> bool:
    """Whether an action of the screen `mode` changes a store, a tree, settings, or what is kept in the state.

    Every action has to be one of those that look or of those that change: of an unknown one it is not
    known that it only looks.
    """
    return name not in _LOOKING or mode in _CHANGING_THERE.get(name, ())


def undeclared() -> frozenset[str]:
    """Actions that are neither, or both."""
    return frozenset(ACTIONS) - (_LOOKING ^ _CHANGING)


_NAMED = frozenset(
    [
        "up",
        "down",
        "left",
        "right",
        "home",
        "end",
        "pageup",
        "pagedown",
        "enter",
        "space",
        "tab",
        "esc",
        "backspace",
        "delete",
        "insert",
    ]
)
_OTHER_NAMES = {"escape": "esc", "comma": ",", "return": "enter"}
_KEY = re.compile(r"(?:(ctrl|alt|shift)\+|(\^))?(.|[a-z]+|f(?:[1-9]|1[0-2]))")
_SAME_FOR_A_TERMINAL = {"^i": "tab", "^m": "enter", "^j": "enter", "^h": "backspace", "^[": "esc"}
_TAKEN = {"^c": "copies what is selected", "^q": "quits, whatever else does"}


def as_key(typed: str) -> str:
    """A key as `ACTIONS` has it. Raises ValueError; its text completes "the key …"."""
    found = _KEY.fullmatch(typed)
    modifier, name = (found[1] or found[2], found[3]) if found else (None, typed)
    name = _OTHER_NAMES.get(name, name)
    one = len(name) == 1 and name.isprintable() and not name.isspace()
    if not (one or name in _NAMED or re.fullmatch(r"f(?:[1-9]|1[0-2])", name)):
        raise ValueError("is none that a terminal has: write it as in u, U, ?, ^u, f5 or pageup")
    if modifier in {"ctrl", "^"}:
        key = f"^{name.lower()}"
    else:
        key = f"{modifier}+{name}" if modifier else name
    if same := _SAME_FOR_A_TERMINAL.get(key):
        raise ValueError(f"is {same} for a terminal")
    if does := _TAKEN.get(key):
        raise ValueError(f"is taken: it {does}")
    return key


def keys_of(name: str, own: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Those of an action, with those that are the user's `own`."""
    return own.get(name) or ACTIONS[name].keys


def conflicts(own: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str, str]]:
    """(action, key, other action): what two of them would mean on the same screen, one of them by `own`.

    What is shared without anybody's doing is told apart by where on the screen the keys go.
    """
    for name in own:
        action = ACTIONS[name]
        for other, beside in ACTIONS.items():
            if other != name and action.screens & beside.screens:
                both = {*own[name]} & {*keys_of(other, own)} - ({*action.keys} & {*beside.keys})
                yield from ((name, key, other) for key in both)
