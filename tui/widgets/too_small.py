"""What is shown where nothing fits."""

from textual.content import Content
from textual.widget import Widget

SMALLEST = (60, 16)


class TooSmall(Widget):
    """The refusal names both sizes."""

    def render(self) -> Content:
        """As in "needs 60x16, is 52x14"."""
        width, height = SMALLEST
        return Content(f"needs {width}x{height}, is {self.size.width}x{self.size.height}")
