"""The keys of actions as sentences name them: those that the user gave them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TypeVar

from core.actions import keys_of

_SIGNS = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "pgup",
    "pagedown": "pgdn",
}


class _InUse:
    """Of this process: there is one app in it, and its texts are all over the place."""

    own: Mapping[str, tuple[str, ...]] = MappingProxyType({})


def use_keys(own: Mapping[str, tuple[str, ...]]) -> None:
    """From now on: the user's own keys, by the names of `core.actions`."""
    _InUse.own = own


def has_own_keys() -> bool:
    """Whether any action has other keys than it comes with."""
    return bool(_InUse.own)


def shown(key: str) -> str:
    """A key of `core.actions` as the screen has it, as in "^p", "↑" or "space"."""
    return _SIGNS.get(key, key)


def keys_in_use(action: str) -> tuple[str, ...]:
    """Of an action, as `core.actions` has them."""
    return keys_of(action, _InUse.own)


def key(action: str) -> str:
    """The first key of an action, as in "u in Watch uploads it"."""
    return shown(keys_in_use(action)[0])


Told = TypeVar("Told")


class _Named(dict[str, str]):
    def __missing__(self, action: str) -> str:
        return key(action)


def keyed(sentence: str) -> str:
    """With the keys of actions that are named in it, as in "{upload} in Watch uploads it".

    `sentence` is one of ours, never text from elsewhere: braces mean something.
    """
    return sentence.format_map(_Named())


def keyed_lines(
    lines: Sequence[Sequence[tuple[str, Told]]],
) -> Sequence[Sequence[tuple[str, Told]]]:
    """The same of lines of ours, part by part."""
    return [[(keyed(text), tone) for text, tone in line] for line in lines]
