"""An error in plain words: what happened, what was kept, what to do."""

from collections.abc import Sequence

from core.errors import Failure
from core.redaction import redact
from tui.widgets.cells import Tone
from tui.widgets.text_pane import Line, TextPane, hanging, line


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


def failure_text(title: str, failure: Failure) -> str:
    """The same for the clipboard."""
    parts = (title, failure.what, failure.kept, failure.todo)
    return redact("\n".join(part for part in parts if part))


def _advice(failure: Failure) -> str:
    return "The same may work on another try." if failure.retryable else ""
