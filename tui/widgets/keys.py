"""Keys: their groups in the help, how they are written, and which of them work here and now."""

from textual.actions import parse
from textual.binding import Binding

MOVE = Binding.Group("MOVE")
SELECT = Binding.Group("SELECT")
DO = Binding.Group("DO")
FIND = Binding.Group("FIND")
ANYWHERE = Binding.Group("ANYWHERE")

GROUPS = (MOVE, SELECT, DO, FIND, ANYWHERE)

_NAMES = {
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "escape": "esc",
    "question_mark": "?",
    "slash": "/",
    "comma": ",",
    "full_stop": ".",
    "plus": "+",
    "minus": "-",
}


def written(key: str) -> str:
    """A key as in "^p", "↑" or "space"."""
    *modifiers, name = key.split("+")
    name = _NAMES.get(name, name)
    if modifiers == ["ctrl"]:
        return f"^{name}"
    return "+".join([*modifiers, name])


class Explained:
    """Mixed into screens and widgets that can tell why one of their actions would do nothing.

    A key of such an action is grey, and says why when it is pressed.
    """

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Empty for what works as things are now. Asked for every key at every change: cheap."""
        return ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey, never hidden: what a key means here can be learnt at any time."""
        return None if self.why_not(action, parameters) else True


def why_not(node: object, action: str) -> str:
    """Why an action, as it is written in a binding of `node`, does nothing; empty when it works."""
    if not isinstance(node, Explained):
        return ""
    _, name, parameters = parse(action)
    return node.why_not(name, parameters)
