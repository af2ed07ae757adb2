"""What everything that asks in a frame on top of a screen looks like."""

from typing import Generic, TypeVar

from textual.screen import ModalScreen

R = TypeVar("R")


class Framed(ModalScreen[R], Generic[R]):
    """One frame, as wide as a small terminal; rows with a label and a field, and the keys last."""

    DEFAULT_CSS = """
        Framed > Vertical {
            width: 72;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            padding: 0 1;
            border: round $primary;
            border-title-color: $text-accent;
            background: $surface;
        }
        Framed TextPane {
            height: auto;
        }
        .dialog-row {
            height: 1;
            margin: 1 0 0 0;
        }
        .dialog-row .dialog-label {
            width: 6;
        }
        Framed Input {
            width: 1fr;
            background: $boost;
        }
        .dialog-keys {
            margin-top: 1;
        }
        Framed.-short-dialog .dialog-keys, Framed.-short-dialog .dialog-row {
            margin-top: 0;
        }
    """

    VERTICAL_BREAKPOINTS = [(0, "-short-dialog"), (20, "-tall-dialog")]  # noqa: RUF012 - as declared by Textual
