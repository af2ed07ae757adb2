"""Lines of literal text in tones."""

from collections.abc import Sequence
from textwrap import wrap

from textual.content import Content
from textual.widgets import Static

from core.printable import harmless
from tui.widgets.cells import Part, Tone

Line = Sequence[Part]
_NARROWEST = 12
"""Cells below which wrapping would leave single words."""

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


def hanging(label: Line, text: str, tone: Tone, width: int) -> Sequence[Line]:
    """`text` after a label, wrapped at words; what is wrapped begins below where it began."""
    indent = sum(len(part) for part, _ in label)
    first, *rest = wrap(harmless(text), max(_NARROWEST, width - indent)) or [""]
    return [[*label, (first, tone)], *([(" " * indent + more, tone)] for more in rest)]


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
    return Content.assemble(*((harmless(text), STYLES[tone]) for text, tone in shown))
