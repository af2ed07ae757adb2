"""The key sheet: one page made from the bindings of the screens, in the words of the help."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.tui.screens import SCREENS, bindings
from tui.widgets.keys import written
from tui.wording.action_keys import keyed

KEY_SHEET = Path(__file__).parent.parent / "docs/keys.md"

_INTRODUCTION = """\
# Keys

Made from the app by `make keys`. A key that does nothing here and now is grey; pressed, it says why.

Any action may have other keys: `runferry config set keys.upload w`, or a line of the table `[keys]` in the settings
file; the names are those of the second column ([docs/configuration.md](configuration.md#keys)).
"""
_NEARLY_ALL = len(SCREENS) - 1
"""Of an opened run only what it shows can be moved."""
_PLACES: Mapping[str, Sequence[str]] = {
    "Watch": ("Watch",),
    "An opened run": ("run",),
    "Browse": ("Browse",),
    "Files of a run, what is in a stored archive": ("files", "stored"),
    "Comparison of runs, ensemble": ("comparison", "ensemble"),
    "Transfers": ("Transfers",),
    "Activity": ("Activity",),
    "Settings": ("Settings",),
}


@dataclass(frozen=True)
class _Key:
    """Of one binding; `name` is empty where settings have none."""

    keys: tuple[str, ...]
    name: str
    text: str


def key_sheet() -> str:
    """The page, as it is with the keys that the app comes with."""
    on = {screen: [*_keys_on(screen)] for screen in SCREENS}
    all_of_them = [key for keys in on.values() for key in dict.fromkeys(keys)]
    common = [key for key in on["Watch"] if all_of_them.count(key) >= _NEARLY_ALL]
    sections = [_section("Everywhere, or nearly so", common)]
    for title, screens in _PLACES.items():
        here = [_where(key, screens, on) for screen in screens for key in on[screen]]
        sections.append(_section(title, [key for key in here if key not in common]))
    return "\n".join([_INTRODUCTION, *sections])


def _keys_on(screen: str) -> Iterator[_Key]:
    for owner in SCREENS[screen]:
        for binding in bindings(owner):
            keys = tuple(written(key) for key in binding.key.split(","))
            yield _Key(keys, binding.id or "", keyed(binding.tooltip or binding.description))


def _where(key: _Key, screens: Sequence[str], on: Mapping[str, Iterable[_Key]]) -> _Key:
    """Told with it where it is not on all of them."""
    there = [screen for screen in screens if key in on[screen]]
    if len(there) == len(screens):
        return key
    return _Key(key.keys, key.name, f"{key.text} ({', '.join(there)})")


def _section(title: str, keys: Iterable[_Key]) -> str:
    """A line for each thing that can be done, as in the help."""
    by_text: dict[tuple[str, bool], list[_Key]] = {}
    for key in dict.fromkeys(keys):
        by_text.setdefault((key.text, bool(key.name)), []).append(key)
    rows = [_row(text, same) for (text, _), same in by_text.items()]
    return "\n".join([f"## {title}\n", "| key | name | |", "|---|---|---|", *rows, ""])


def _row(text: str, same: Iterable[_Key]) -> str:
    keys = dict.fromkeys(key for each in same for key in each.keys)
    names = dict.fromkeys(each.name for each in same if each.name)
    return f"| {_code(keys)} | {_code(names) or 'always so'} | {text} |"


def _code(words: Iterable[str]) -> str:
    return " ".join(f"`{word}`" for word in words)
