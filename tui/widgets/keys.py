"""Keys: their groups in the help, how they are written, and which of them work here and now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from textual.actions import parse
from textual.binding import ActiveBinding, Binding
from textual.dom import DOMNode
from textual.keys import key_to_character

from core.actions import ACTIONS, changes
from core.errors import READ_ONLY
from tui.wording.action_keys import has_own_keys, keys_in_use, shown

MOVE = Binding.Group("MOVE")
SELECT = Binding.Group("SELECT")
DO = Binding.Group("DO")
FIND = Binding.Group("FIND")
ANYWHERE = Binding.Group("ANYWHERE")

GROUPS = (MOVE, SELECT, DO, FIND, ANYWHERE)

_NAMES = {"esc": "escape", ",": "comma"}
"""What Textual calls them; its own names for other signs are those of Unicode."""


def bind(
    name: str,
    label: str,
    *,
    group: Binding.Group,
    action: str = "",
    tooltip: str = "",
    show: bool = True,
) -> Binding:
    """The keys of an action of `core.actions`; settings may name others.

    `action` is what Textual calls it, where that is not its name. The `tooltip`, else the `label`,
    is its line in the help; it may name keys, as `keyed` knows them.
    """
    return Binding(
        _for_textual(ACTIONS[name].keys),
        action or name,
        label,
        show=show,
        tooltip=tooltip,
        group=group,
        id=name,
    )


def keymap(own: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
    """The user's own keys, as Textual takes them."""
    return {name: _for_textual(keys) for name, keys in own.items()}


def keys_now(binding: Binding) -> Sequence[str]:
    """The keys of a binding of ours, each as Textual has it."""
    own = replace(binding, key=_for_textual(keys_in_use(binding.id))) if binding.id else binding
    return [each.key for each in Binding.make_bindings([own])]


def in_order(active: Iterable[ActiveBinding]) -> Sequence[ActiveBinding]:
    """As they are declared: Textual puts those last that were given another key."""
    found = [*active]
    if not has_own_keys():
        return found
    nodes = [*dict.fromkeys(each.node for each in found)]
    declared = {node: _declared(type(node)) for node in nodes}

    def place(each: ActiveBinding) -> tuple[int, int]:
        actions = declared[each.node]
        action = each.binding.action
        return nodes.index(each.node), actions.index(action) if action in actions else len(actions)

    return sorted(found, key=place)


@cache
def _declared(kind: type) -> Sequence[str]:
    """The actions of its bindings that are in the help, those that it inherits first, as Textual has them."""
    bindings = (b for base in reversed(kind.__mro__) for b in vars(base).get("BINDINGS", ()))
    return [
        binding.action for binding in bindings if isinstance(binding, Binding) and binding.group
    ]


def _for_textual(keys: Iterable[str]) -> str:
    return ",".join(
        f"ctrl+{key[1:]}" if len(key) > 1 and key[0] == "^" else _NAMES.get(key, key)
        for key in keys
    )


def written(key: str) -> str:
    """A key of Textual's as in "^p", "↑" or "space"."""
    *modifiers, name = key.split("+")
    sign = key_to_character(name) or ""
    name = _SHORT.get(name) or (sign if sign.strip() and sign.isprintable() else shown(name))
    if modifiers == ["ctrl"]:
        return f"^{name}"
    return "+".join([*modifiers, name])


_SHORT = {
    "escape": "esc",
    "slash": "/",
    "backslash": "\\",
    "plus": "+",
    "minus": "-",
    "at": "@",
    "underscore": "_",
}
"""Those that Unicode has longer names for."""


class Explained:
    """Mixed into screens and widgets that can tell why one of their actions would do nothing.

    A key of such an action is grey, and says why when it is pressed.
    """

    is_read_only: bool = False
    """Of an app: nothing that changes anything can be reached."""

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Empty for what works as things are now. Asked for every key at every change: cheap."""
        return ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey, never hidden: what a key means here can be learnt at any time."""
        return None if _why_not(self, action, parameters) else True


def why_not(node: object, action: str) -> str:
    """Why an action, as it is written in a binding of `node`, does nothing; empty when it works."""
    if not isinstance(node, Explained):
        return ""
    _, name, parameters = parse(action)
    return _why_not(node, name, parameters)


def _why_not(node: Explained, action: str, parameters: tuple[object, ...]) -> str:
    return _why_not_here(node, action, parameters) or node.why_not(action, parameters)


def _why_not_here(node: Explained, action: str, parameters: tuple[object, ...]) -> str:
    """What changes something is the same everywhere, whatever a screen says of it."""
    if not isinstance(node, DOMNode):
        return ""
    if not _is_read_only(node.app):  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] - untyped in Textual
        return ""
    name = _names(type(node)).get((action, parameters), "")
    mode = getattr(node.screen, "mode", "")  # pyright: ignore[reportUnknownMemberType] - untyped in Textual
    return READ_ONLY if name and changes(name, mode) else ""


def _is_read_only(app: object) -> bool:
    return isinstance(app, Explained) and app.is_read_only


@cache
def _names(kind: type) -> Mapping[tuple[str, tuple[object, ...]], str]:
    """The names of `core.actions` by what Textual calls them there."""
    found: dict[tuple[str, tuple[object, ...]], str] = {}
    for base in reversed(kind.__mro__):
        for binding in vars(base).get("BINDINGS", ()):
            if isinstance(binding, Binding) and binding.id:
                _, action, parameters = parse(binding.action)
                found[action, parameters] = binding.id
    return found
