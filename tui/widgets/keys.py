"""Groups of keys as the help overlay shows them, and how a key is written."""

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
