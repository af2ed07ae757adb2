"""Lines of literal text in tones."""

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from core.printable import printable
from tui.widgets.cells import Part, Tone

Line = Sequence[Part]

STYLES = {
    Tone.PLAIN: "",
    Tone.DIM: "$foreground 60%",
    Tone.STRONG: "bold",
    Tone.GOOD: "$text-success",
    Tone.BAD: "$text-error",
    Tone.BUSY: "$text-primary",
    Tone.WARN: "$text-warning",
}


def line(text: str = "", tone: Tone = Tone.PLAIN) -> Line:
    """A line in one tone."""
    return ((text, tone),)


class TextPane(Static):
    """Shows lines as they are: no markup, control characters as escapes."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(markup=False, id=id, classes=classes)
        self._lines: Sequence[Line] = ()

    @property
    def text(self) -> str:
        """What is shown, without tones."""
        return "\n".join("".join(text for text, _ in shown) for shown in self._lines)

    def show(self, lines: Sequence[Line]) -> None:
        """Repaints when the lines differ from those shown."""
        if lines == self._lines:
            return
        self._lines = lines
        self.update(Content("\n").join(map(_content, lines)), layout=False)


def _content(shown: Line) -> Content:
    return Content.assemble(*((printable(text), STYLES[tone]) for text, tone in shown))
