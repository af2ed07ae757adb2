"""Panes of literal text in tones: plain lines, hints, and an error in plain words."""

import re
from collections.abc import Sequence
from dataclasses import replace
from textwrap import wrap

from textual.content import Content
from textual.widgets import Static

from core.errors import Failure, RunFerryError
from core.printable import harmless
from core.redaction import redact
from core.transfer_view import TransferState, TransferView
from tui.widgets.cells import Part, Tone

Line = Sequence[Part]
_LATER = re.compile(r"It is tried again after \d+ s\. ?")
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


class ErrorPane(TextPane):
    """Shows a failure until it is dealt with; everything is redacted once more."""

    def show_failure(self, title: str, failure: Failure, keys: str) -> None:
        """`keys` names what can be pressed."""
        lines = failure_lines(failure, self.size.width - 1)
        self.show([line(f" {redact(title)}", Tone.STRONG), *lines, line(f" {keys}", Tone.DIM)])


def failure_lines(failure: Failure, width: int) -> Sequence[Line]:
    """A labelled paragraph for each part that says something."""
    parts = (
        ("What", failure.what, Tone.BAD),
        ("Kept", failure.kept, Tone.PLAIN),
        ("Do", failure.todo or _advice(failure), Tone.PLAIN),
    )
    lines: list[Line] = []
    for label, text, tone in parts:
        if text:
            lines += hanging(line(f" {label:<6}", Tone.DIM), redact(text), tone, width)
    return lines


def refusal_lines(error: RunFerryError, width: int) -> Sequence[Line]:
    """Why nothing can be got of the store, and what to do."""
    why = "The store refuses" if error.answered else "The store cannot be used"
    text = " ".join(part for part in (f"{why}: {error.what}", error.todo) if part)
    return hanging(line(" ✗ ", Tone.WARN), redact(text), Tone.WARN, width - 1)


def transfer_failure_lines(transfer: TransferView, width: int) -> Sequence[Line]:
    """The same of a transfer; of one that is tried again by itself, in how many seconds."""
    failure = transfer.failure or Failure("")
    if transfer.state is TransferState.QUEUED and transfer.again_in is not None:
        hint = _LATER.sub("", failure.todo)
        todo = f"{_again_text(transfer.again_in)} {hint}".strip()
        failure = replace(failure, todo=todo)
    return failure_lines(failure, width)


def failure_text(title: str, failure: Failure) -> str:
    """The same for the clipboard."""
    parts = (title, failure.what, failure.kept, failure.todo)
    return redact("\n".join(part for part in parts if part))


def _again_text(seconds: float) -> str:
    if seconds:
        return f"It is tried again in {seconds:.0f} s."
    return "It is tried again when it is its turn."


def _advice(failure: Failure) -> str:
    return "The same may work on another try." if failure.retryable else ""
