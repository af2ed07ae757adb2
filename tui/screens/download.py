"""Before a download: where to, and whether to take ZIPs apart."""

import os
from collections.abc import Sequence
from os.path import basename
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Checkbox, Input

from core.model import Artifact
from core.printable import printable
from tui.formatting import plural, size
from tui.widgets.cells import Tone
from tui.widgets.text_pane import TextPane, line

_KEYS = "enter downloads   {more}esc not now"
_MORE = "tab, space take ZIPs apart   "
_EXTRACT = "Take ZIPs apart: {}"


class ExtractBox(Checkbox):
    """Says in words what Textual's box says by colour; enter accepts the dialog."""

    BUTTON_LEFT = BUTTON_INNER = BUTTON_RIGHT = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.accept", "Download", show=False)
    ]

    def __init__(self) -> None:
        super().__init__(_EXTRACT.format("no"), compact=True)

    def on_checkbox_changed(self) -> None:
        """The word for it."""
        self.label = _EXTRACT.format("yes" if self.value else "no")


class DownloadScreen(ModalScreen[bool]):
    """Answers True when there is a `directory`, absolute; then `extract` says the rest."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(False)", "Not now", show=False)
    ]

    def __init__(self, artifacts: Sequence[Artifact], proposed: str) -> None:
        super().__init__()
        self._artifacts = artifacts
        self._input = Input(proposed, compact=True, placeholder="a directory; it is made if needed")
        self._input.cursor_blink = False
        zips = any(artifact.key.endswith(".zip") for artifact in artifacts)
        self._extract = ExtractBox() if zips else None
        self._trouble = TextPane(id="download-trouble")

    @property
    def directory(self) -> str:
        """Where to; empty while nothing is typed."""
        typed = self._input.value.strip()
        return os.path.abspath(os.path.expanduser(typed)) if typed else ""

    @property
    def extract(self) -> bool:
        """Whether the ZIPs are to be taken apart."""
        return self._extract is not None and self._extract.value

    def compose(self) -> ComposeResult:
        """What, where to, how."""
        what, keys, label = TextPane(), TextPane(), TextPane(id="download-label")
        what.show([line(_described(self._artifacts))])
        label.show([line("To", Tone.STRONG)])
        keys.show([line(_KEYS.format(more=_MORE if self._extract else ""), Tone.DIM)])
        with Vertical(id="download") as box:
            box.border_title = "Download"
            yield what
            with Horizontal(id="download-to"):
                yield label
                yield self._input
            if self._extract:
                yield self._extract
            yield self._trouble
            yield keys

    def on_mount(self) -> None:
        """The keys belong to the directory."""
        self._input.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self.action_accept()

    def action_accept(self) -> None:
        """Done, or to be completed."""
        if self.directory:
            self.dismiss(True)
            return
        self._trouble.show([line("Type a directory.", Tone.WARN)])
        self._trouble.refresh(layout=True)


def _described(artifacts: Sequence[Artifact]) -> str:
    together = size(sum(artifact.size for artifact in artifacts))
    if len(artifacts) == 1:
        return f"{printable(basename(artifacts[0].key))}, {together}"
    return f"{plural(len(artifacts), 'artifact')}, {together} together"
