"""What is not as usual and stays so, in a line each: nothing to be done, good to know."""

from collections.abc import Sequence

from tui.widgets.text_pane import Line, TextPane


class HintPane(TextPane):
    """As high as it has lines; hidden without any."""

    def on_mount(self) -> None:
        """Nothing to say yet."""
        self.display = False

    def show_hints(self, lines: Sequence[Line]) -> None:
        """Repaints when they differ from those shown."""
        if self.display != bool(lines):
            self.display = bool(lines)
        if lines:
            self.styles.height = len(lines)
        self.show(lines)
