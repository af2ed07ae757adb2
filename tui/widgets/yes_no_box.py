"""A question that is answered with yes or no, within a dialog."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Checkbox


class YesNoBox(Checkbox):
    """Says in words what Textual's box says by colour; enter accepts the dialog."""

    DEFAULT_CSS = """
        YesNoBox, YesNoBox:focus {
            border: none !important;
            background: $surface;
            margin: 1 0 0 4;
        }
    """

    BUTTON_LEFT = BUTTON_INNER = BUTTON_RIGHT = ""
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "screen.accept", "Do it", show=False)]

    def __init__(self, question: str, *, on: bool = False) -> None:
        self._question = question
        super().__init__(self._said(on), on, compact=True)

    def on_checkbox_changed(self) -> None:
        """The word for it."""
        self.label = self._said(self.value)

    def _said(self, value: bool) -> str:
        return f"{self._question}: {'yes' if value else 'no'}"
