"""The last line of every screen: the keys that work here and now."""

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tui.widgets.keys import in_order, written


class KeyBar(Widget):
    """Made from the active bindings; greyed where an action is disabled; clickable."""

    ALLOW_SELECT = False

    class Pressed(Message):
        """A key was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self) -> None:
        super().__init__()
        self._spans: list[tuple[int, int, str]] = []
        self._drawn: list[tuple[str, str, bool]] = []

    def on_mount(self) -> None:
        """Follows the focus."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)  # pyright: ignore[reportUnknownMemberType] - untyped in Textual

    def render(self) -> Content:
        """As many keys as there is room for, in the order of the bindings."""
        parts: list[tuple[str, str]] = []
        self._spans, at = [], 1
        self._drawn = self._fitting()
        for key, label, enabled in self._drawn:
            width = _width(key, label)
            self._spans.append((at, at + width, key))
            parts.append(
                (f"{written(key)} ", "bold $text-accent" if enabled else "$foreground 30%")
            )
            parts.append((f"{label}  ", "$foreground 60%" if enabled else "$foreground 30%"))
            at += width
        return Content.assemble(" ", *parts)

    def on_click(self, event: events.Click) -> None:
        """Presses the key under the pointer."""
        for start, end, key in self._spans:
            if start <= event.x < end:
                self.post_message(self.Pressed(key))

    def _follow(self, _screen: object) -> None:
        """Screens say often that keys may have changed: over a slow link the same line again costs time."""
        if self._fitting() != self._drawn:
            self.refresh()

    def _fitting(self) -> list[tuple[str, str, bool]]:
        """The way to the help always has room, then what works, then what does not."""
        shown = self._shown()
        room = self.size.width - 1
        chosen: set[int] = set()
        for at in sorted(range(len(shown)), key=lambda at: _rank(shown[at])):
            key, label, _ = shown[at]
            if (left := room - _width(key, label)) >= 0:
                room = left
                chosen.add(at)
        return [shown[at] for at in sorted(chosen)]

    def _shown(self) -> list[tuple[str, str, bool]]:
        shown: dict[str, tuple[str, str, bool]] = {}
        for active in in_order(self.screen.active_bindings.values()):
            binding = active.binding
            if binding.show and binding.description and binding.action not in shown:
                shown[binding.action] = (binding.key, binding.description, active.enabled)
        return list(shown.values())


def _rank(item: tuple[str, str, bool]) -> int:
    _, label, works = item
    return 0 if label == "Help" else 1 if works else 2


def _width(key: str, label: str) -> int:
    return len(written(key)) + len(label) + 3
